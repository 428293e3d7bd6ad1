"""The time of each notebook under nbval, and of all on several workers: they wait more than they work.

On a cluster that is not the embedded one, the outputs are not compared with those that are stored.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from .figures import Figure, Report
from .target import Elsewhere, environment

SECTION = "Notebooks under nbval"
_ROOT = Path(__file__).parents[2]
_NBVAL = ("-m", "pytest", "-q", "--nbval-current-env", "--nbval-sanitize-with=tests/notebooks/sanitize.cfg")
_PATIENT = ("--nbval-lax", "--nbval-cell-timeout=600", "--timeout=900")


def measure(report: Report, place: Elsewhere | None) -> None:
    """Run every notebook alone, then all of them."""
    for notebook in sorted((_ROOT / "notebooks").glob("*.ipynb")):
        report.add(Figure.one(SECTION, notebook.stem, "s", _run(place, str(notebook))))
    for workers in (2, 4):
        report.add(
            Figure.one(
                SECTION,
                f"the whole course on {workers} workers",
                "s",
                _run(place, "notebooks", "-n", str(workers), "--dist", "loadfile"),
            )
        )


def _run(place: Elsewhere | None, *arguments: str) -> float:
    command = [sys.executable, *_NBVAL, *(_PATIENT if place else ("--nbval",)), *arguments]
    begin = time.perf_counter()
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False, env=environment(place))
    if done.returncode:
        raise RuntimeError(f"{arguments} failed:\n{done.stdout[-2000:]}")
    return time.perf_counter() - begin
