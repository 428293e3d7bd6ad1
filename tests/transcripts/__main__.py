"""``python -m tests.transcripts``: every recording with every supported version of kubectl.

Each has a cluster of its own.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

from .replay import RECORDED
from .runner import differences
from .versions import SUPPORTED, UnavailableError, find, named_differences

Job = tuple[str, str]


def _run(job: Job) -> tuple[str, str, list[str], float]:
    version, name = job
    binary, begin = find(version), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        return version, name, differences(name, binary, version, Path(folder)), time.monotonic() - begin


def main() -> int:
    names = sorted(path.stem for path in RECORDED.glob("*.txt"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "recordings", nargs="*", default=names, metavar="RECORDING", help="for example 01-first-service; all by default"
    )
    parser.add_argument("--versions", nargs="+", default=SUPPORTED, choices=SUPPORTED, help=" ".join(SUPPORTED))
    options = parser.parse_args()
    try:
        for version in options.versions:  # before the workers, which would download the same
            find(version)
    except UnavailableError as error:
        print(error, file=sys.stderr)
        return 2
    bad = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for version, name, found, seconds in pool.map(_run, product(options.versions, options.recordings)):
            print(
                f"kubectl {version}  {name:<26} {'differs' if found else 'the same':<9} {seconds:5.1f} s",
                *found,
                sep="\n",
                flush=True,
            )
            bad += bool(found)
    print(*named_differences(), sep="\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
