"""``python -m tests.benchmarks``: how long what a learner waits for takes, and how costs grow.

It prints figures and asserts nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from . import figures, kernels, kubectl, learner, memory, notebooks
from .figures import Report


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
    parser.add_argument(
        "--kubeconfig",
        type=Path,
        metavar="FILE",
        help="measure the cluster that this leads to: API, kubectl and requests",
    )
    parser.add_argument(
        "--only", action="append", choices=sorted(_parts(None)), help="measure this part; may be repeated"
    )
    options = parser.parse_args()
    if options.compare:
        figures.compare(*options.compare)
        return 0
    report = Report()
    print(figures.machine())
    for name, measure in _parts(options.kubeconfig).items():
        if not options.only or name in options.only:
            measure(report)
    if options.json:
        report.write(options.json)
    return 0


def _parts(kubeconfig: Path | None) -> dict[str, Callable[[Report], None]]:
    """Return what can be measured; another cluster has neither our memory nor our pages."""
    from . import api

    everywhere: dict[str, Callable[[Report], None]] = {
        "learner": lambda report: learner.measure(report, kubeconfig),
        "kubectl": lambda report: kubectl.measure(report, kubeconfig),
        "api": lambda report: api.measure_all(report, kubeconfig),
    }
    return (
        everywhere
        if kubeconfig
        else {**everywhere, "kernels": kernels.measure, "memory": memory.measure, "notebooks": notebooks.measure}
    )


if __name__ == "__main__":
    sys.exit(main())
