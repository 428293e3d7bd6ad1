"""``python -m tests.benchmarks``: how long what a learner waits for takes, and how costs grow.

It prints figures and asserts nothing. With ``--kubeconfig`` those of another cluster stand beside the embedded one's,
and how many times as much they are; a dash stands for what can be seen inside the embedded one only.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from kubernetes.client import ApiException
from nbclient.exceptions import CellExecutionError
from urllib3.exceptions import HTTPError

from . import api, figures, kernels, kubectl, learner, memory, notebooks
from .figures import Report
from .target import Elsewhere, elsewhere

_Measure = Callable[[Report, Elsewhere | None], None]
#: What can be measured on every cluster.
EVERYWHERE: Mapping[str, _Measure] = {
    "learner": learner.measure,
    "kubectl": kubectl.measure,
    "api": api.measure_all,
    "kernels": kernels.measure,
    "notebooks": notebooks.measure,
}
#: What can be measured on the embedded cluster only.
INSIDE: Mapping[str, Callable[[Report], None]] = {"memory": memory.measure}
#: How a part fails on a cluster that lacks something, or is too slow.
_FAILURES = (
    subprocess.CalledProcessError,
    ApiException,
    HTTPError,
    OSError,
    RuntimeError,
    AssertionError,
    CellExecutionError,
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument(
        "--compare",
        type=Path,
        nargs=2,
        metavar=("BEFORE", "AFTER"),
        help="compare two written reports, and measure nothing",
    )
    parser.add_argument("--kubeconfig", type=Path, metavar="FILE", help="measure the cluster that this leads to, too")
    parser.add_argument("--context", default="", metavar="NAME", help="its context (default: the current one)")
    parser.add_argument(
        "--only", action="append", choices=sorted([*EVERYWHERE, *INSIDE]), help="measure this part; may be repeated"
    )
    options = parser.parse_args()
    if options.context and not options.kubeconfig:
        parser.error("--context needs --kubeconfig")
    if options.compare:
        figures.compare(*options.compare)
        return 0
    chosen = options.only or [*EVERYWHERE, *INSIDE]
    print(figures.machine())
    if not options.kubeconfig:
        report = Report()
        for name in chosen:
            _measure(name, report)
        if options.json:
            report.write(options.json)
        return 0
    with elsewhere(options.kubeconfig, options.context) as place:
        return _beside(place, chosen, options.json)


def _measure(name: str, report: Report) -> None:
    """Measure a part on embedded clusters."""
    if name in INSIDE:
        INSIDE[name](report)
    else:
        EVERYWHERE[name](report, None)


def _beside(place: Elsewhere, chosen: list[str], path: Path | None) -> int:
    """Measure an embedded cluster and another one, part by part, and print both."""
    here, there, failed = Report(_wait), Report(_wait), False
    print(figures.head("embedded", place.context[:10]), "        second by first")
    for name in chosen:
        shown, shown_there = len(here.figures), len(there.figures)
        _measure(name, here)
        if name in EVERYWHERE:
            try:
                EVERYWHERE[name](there, place)
            except _FAILURES as error:
                said = str(getattr(error, "stderr", None) or error).strip()
                print(f"{name} on {place.context}: {said}", file=sys.stderr, flush=True)
                failed = True
        print(*figures.beside(here.figures[shown:], there.figures[shown_there:]), sep="\n", flush=True)
        if path:
            here.write(path, there)
    return int(failed)


def _wait(_: figures.Figure) -> None:
    """Wait with a figure for that of the other cluster."""


if __name__ == "__main__":
    sys.exit(main())
