"""The time of each notebook under strict nbval, and of all on several workers: they wait more than they work."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from .figures import Figure, Report

SECTION = "Notebooks under nbval"
_ROOT = Path(__file__).parents[2]
_NBVAL = ("-m", "pytest", "-q", "--nbval", "--nbval-current-env", "--nbval-sanitize-with=tests/notebooks/sanitize.cfg")


def measure(report: Report) -> None:
    """Run every notebook alone, then all of them."""
    for notebook in sorted((_ROOT / "notebooks").glob("*.ipynb")):
        report.add(Figure.one(SECTION, notebook.stem, "s", _run(str(notebook))))
    for workers in (2, 4):
        report.add(
            Figure.one(
                SECTION,
                f"the whole course on {workers} workers",
                "s",
                _run("notebooks", "-n", str(workers), "--dist", "loadfile"),
            )
        )


def _run(*arguments: str) -> float:
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, *_NBVAL, *arguments], cwd=_ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{arguments} failed:\n{done.stdout[-2000:]}")
    return time.perf_counter() - begin
