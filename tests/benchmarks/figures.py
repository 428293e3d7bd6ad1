"""What a benchmark found: printed as a table, kept as JSON, and compared with an earlier run."""

from __future__ import annotations

import json
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

#: From this factor on a figure counts as changed when two runs are compared.
_CHANGED = 1.2


@dataclass(frozen=True)
class Figure:
    """One measured thing.

    Attributes:
        section: where it belongs, ``kubectl``.
        name: what was measured, at which size.
        unit: ``ms``, ``s``, ``MB``, ``per s`` or ``times``.
        p50: the median of the measurements, or the only one.
        p99: their 99th percentile.
        count: how many there were.
    """

    section: str
    name: str
    unit: str
    p50: float
    p99: float
    count: int = 1

    @classmethod
    def one(cls, section: str, name: str, unit: str, value: float) -> Figure:
        return cls(section, name, unit, value, value)

    @classmethod
    def of(cls, section: str, name: str, unit: str, values: Iterable[float]) -> Figure:
        """Summarize several measurements."""
        ordered = sorted(values)
        return cls(
            section,
            name,
            unit,
            statistics.median(ordered),
            ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))],
            len(ordered),
        )

    def __str__(self) -> str:
        spread = f"   p99 {_number(self.p99)}   ({self.count} times)" if self.count > 1 else ""
        return f"  {self.name:<62} {_number(self.p50):>10} {self.unit:<6}{spread}"


def _number(value: float) -> str:
    return (
        f"{value:,.0f}"
        if value >= 1000
        else f"{value:.1f}"
        if value >= 100
        else f"{value:.2f}"
        if value >= 1
        else f"{value:.3f}"
    )


class Report:
    """Figures as they come: each is printed at once.

    Attributes:
        figures: those that have come.
    """

    def __init__(self, show: Callable[[Figure], object] | None = None) -> None:
        """Begin with none.

        Args:
            show: does something else with each than to print it.
        """
        self.figures: list[Figure] = []
        self._show = show or self._print

    def add(self, figure: Figure) -> None:
        self._show(figure)
        self.figures.append(figure)

    def _print(self, figure: Figure) -> None:
        if not self.figures or self.figures[-1].section != figure.section:
            print(f"\n{figure.section}")
        print(figure, flush=True)

    def timed(self, section: str, name: str, work: Callable[[], object]) -> None:
        """Do something once and add how long it took, in seconds."""
        begin = time.perf_counter()
        work()
        self.add(Figure.one(section, name, "s", time.perf_counter() - begin))

    def write(self, path: Path, elsewhere: Report | None = None) -> None:
        """Write the figures, and the machine, as JSON.

        Args:
            path: where.
            elsewhere: those of a second cluster.
        """
        found = {"machine": machine(), "figures": [asdict(figure) for figure in self.figures]}
        if elsewhere is not None:
            found["elsewhere"] = [asdict(figure) for figure in elsewhere.figures]
        path.write_text(json.dumps(found, indent=1))


def machine() -> str:
    """Describe what was measured on."""
    load = ", ".join(f"{value:.1f}" for value in psutil.getloadavg())
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{platform.platform()}, Python {platform.python_version()}, {psutil.cpu_count()} processors, {memory:.0f} GiB,"
        f" load {load}"
    )


def read(path: Path) -> tuple[str, list[Figure]]:
    """Return a written report: its machine, and its figures."""
    found = json.loads(path.read_text())
    return found["machine"], [Figure(**figure) for figure in found["figures"]]


def compare(before: Path, after: Path) -> None:
    """Print two reports side by side; what differs by a fifth or more is marked."""
    (old_machine, old), (new_machine, new) = read(before), read(after)
    print(f"before: {old_machine}\nafter:  {new_machine}\n\n{head('before', 'after')}")
    print(*beside(old, new, least=_CHANGED), sep="\n")


def head(left: str, right: str) -> str:
    """Return the head of a table of two reports."""
    return f"  {'':<62} {left:>10} {right:>10}"


def beside(left: Iterable[Figure], right: Iterable[Figure], least: float = 1.0) -> Iterator[str]:
    """Yield the lines of a table of two reports: name, both medians (a dash for none), and the second by the first.

    Args:
        left: figures of the first report.
        right: figures of the second.
        least: the factor from which on it is shown.
    """
    old, new = ({(figure.section, figure.name): figure for figure in figures} for figures in (left, right))
    keys = {**old, **new}
    for section in dict.fromkeys(section for section, _ in keys):
        yield f"\n{section}"
        yield from (_row(key[1], old.get(key), new.get(key), least) for key in keys if key[0] == section)


def _row(name: str, left: Figure | None, right: Figure | None, least: float) -> str:
    both = left and right and left.p50
    factor = right.p50 / left.p50 if left and right and left.p50 else 1.0
    mark = "" if not both or 1 / least < factor < least else f"  {_number(factor)} times"
    one, other = (_number(figure.p50) if figure else "-" for figure in (left, right))
    unit = next(figure.unit for figure in (left, right) if figure)
    return f"  {name:<62} {one:>10} {other:>10} {unit:<6}{mark}".rstrip()
