"""What a benchmark found: printed as a table, kept as JSON, and compared with an earlier run."""

from __future__ import annotations

import json
import platform
import statistics
import time
from collections.abc import Callable, Iterable
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
    """Figures as they come: each is printed at once."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []

    def add(self, figure: Figure) -> None:
        if not self.figures or self.figures[-1].section != figure.section:
            print(f"\n{figure.section}")
        self.figures.append(figure)
        print(figure, flush=True)

    def timed(self, section: str, name: str, work: Callable[[], object]) -> None:
        """Do something once and add how long it took, in seconds."""
        begin = time.perf_counter()
        work()
        self.add(Figure.one(section, name, "s", time.perf_counter() - begin))

    def write(self, path: Path) -> None:
        """Write the figures, and the machine, as JSON."""
        path.write_text(
            json.dumps({"machine": machine(), "figures": [asdict(figure) for figure in self.figures]}, indent=1)
        )


def machine() -> str:
    """Describe what was measured on."""
    load = ", ".join(f"{value:.1f}" for value in psutil.getloadavg())
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{platform.platform()}, Python {platform.python_version()}, {psutil.cpu_count()} processors, {memory:.0f} GiB,"
        f" load {load}"
    )


def read(path: Path) -> tuple[str, dict[tuple[str, str], Figure]]:
    """Return a written report: its machine, and its figures by section and name."""
    found = json.loads(path.read_text())
    figures = [Figure(**figure) for figure in found["figures"]]
    return found["machine"], {(figure.section, figure.name): figure for figure in figures}


def compare(before: Path, after: Path) -> None:
    """Print two reports side by side; what differs by a fifth or more is marked."""
    (old_machine, old), (new_machine, new) = read(before), read(after)
    print(f"before: {old_machine}\nafter:  {new_machine}\n\n  {'':<62} {'before':>10} {'after':>10}")
    for key in [*old, *(key for key in new if key not in old)]:
        left, right = old.get(key), new.get(key)
        factor = right.p50 / left.p50 if left and right and left.p50 else 1.0
        mark = f"  {factor:.2f} times" if not 1 / _CHANGED < factor < _CHANGED else ""
        print(
            f"  {': '.join(key):<62} {_number(left.p50) if left else '-':>10}"
            f" {_number(right.p50) if right else '-':>10} {(right or left).unit}{mark}"
        )  # type: ignore[union-attr]
