"""Memory of the kernel's process with more and more pods in its cluster.

It is measured in a process of its own, which nothing else has filled.
"""

from __future__ import annotations

import gc
import subprocess
import sys

import psutil

from .figures import Figure, Report
from .target import AGNHOST, target

SECTION = "Memory of the process, over that of an idle cluster"
_SIZES = (100, 300, 1_000)


def measure(report: Report) -> None:
    """Measure an embedded cluster; memory of another one is not ours to see."""
    done = subprocess.run([sys.executable, "-m", __name__], check=True, capture_output=True, text=True)
    (_, idle), *rest = [line.split() for line in done.stdout.splitlines()]
    report.add(Figure.one(SECTION, "the idle cluster itself, with all imports", "MB", float(idle)))
    for pods, found in rest:
        report.add(Figure.one(SECTION, f"{int(pods):,} pods", "MB", float(found) - float(idle)))


def main() -> None:
    """Print the number of pods and the unique set size in MB, line by line."""
    with target(None, workers=10) as cluster:
        cluster.kubectl("create", "deployment", "many", f"--image={AGNHOST}", "--replicas=0")
        print(0, _memory())
        for size in _SIZES:
            cluster.kubectl("scale", "deployment", "many", f"--replicas={size}")
            cluster.ready("many", size)
            print(size, _memory())


def _memory() -> float:
    gc.collect()
    return float(psutil.Process().memory_full_info().uss) / 1e6


if __name__ == "__main__":
    main()
