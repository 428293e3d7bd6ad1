"""A notebook's kernel: how long its first cell takes, and the memory of its process.

The memory is that of an empty kernel, after the first cell, and after the lesson. The package is compiled beforehand,
as pip does when it installs: a kernel that has to compile takes longer and has more memory.
"""

from __future__ import annotations

import compileall
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient

from .figures import Figure, Report
from .target import Elsewhere, environment

STARTS = "A kernel's first cell"
MEMORY, SHARE = "Memory of a kernel", "Memory of a kernel that is its own: what one more open notebook takes"
_ROOT = Path(__file__).parents[2]
_TIMES = 5
_FIRST_CELL = """
import time; times, busy = [time.perf_counter()], []
def passed(): times.append(time.perf_counter()); busy.append(time.process_time())
import kubelearn; passed()
cluster = kubelearn.connect(seed=None); passed()
repr(cluster); passed()
print(*(after - before for before, after in zip(times, times[1:])), busy[1]); cluster.close()
"""
#: What it prints.
_PARTS = ("import kubelearn", "connect()", "the handle shows itself", "processor time of import and connect()")


def measure(report: Report, place: Elsewhere | None) -> None:
    """Time the first cell, then run every notebook in a kernel of its own."""
    compileall.compile_dir(_ROOT / "kubelearn", quiet=1)
    starts = [_first_cell(place) for _ in range(_TIMES)]
    for name, seconds in zip(_PARTS, zip(*starts, strict=True), strict=True):
        report.add(Figure.of(STARTS, name, "s", seconds))
    report.add(Figure.of(STARTS, "import and connect() together", "s", [start[0] + start[1] for start in starts]))
    report.add(Figure.of(STARTS, "all of it", "s", [sum(start[:3]) for start in starts]))
    found = {path.stem: _memory_of(path, place) for path in sorted((_ROOT / "notebooks").glob("*.ipynb"))}
    first = next(iter(found.values()))
    for section, column in ((MEMORY, 0), (SHARE, 1)):
        report.add(Figure.one(section, "empty", "MB", first[0][column]))
        report.add(Figure.of(section, "after the set-up cell", "MB", [states[1][column] for states in found.values()]))
        for name, states in found.items():
            report.add(Figure.one(section, f"after {name}", "MB", states[2][column]))


def _first_cell(place: Elsewhere | None) -> tuple[float, ...]:
    command = [sys.executable, "-c", _FIRST_CELL]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=_ROOT, env=environment(place))
    return tuple(map(float, done.stdout.splitlines()[-1].split()))


def _memory_of(path: Path, place: Elsewhere | None) -> list[tuple[float, float]]:
    """Run a notebook and return the memory of its kernel in MB: all that is resident, and what is its own alone.

    There are three of these pairs: empty, after the set-up cell, at the end.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=300, kernel_name="kubelearn", resources={"metadata": {"path": str(path.parent)}}
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        client.setup_kernel(env={**environment(place), "KUBELEARN_PROGRESS": f"{folder}/progress.json"}),
    ):
        kernel = psutil.Process(client.km.provisioner.pid)
        found = [_memory(kernel)]
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
            if len(found) == 1 and "kubelearn.connect(" in cell.source:
                found.append(_memory(kernel))
        return [*found, _memory(kernel)]


def _memory(process: psutil.Process) -> tuple[float, float]:
    found = process.memory_full_info()
    return found.rss / 1e6, found.uss / 1e6
