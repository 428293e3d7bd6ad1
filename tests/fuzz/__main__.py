"""``python -m tests.fuzz``: send many odd requests to an embedded cluster.

It fails on the first fault, made as small as possible.
"""

from __future__ import annotations

import argparse
import sys
import time

from .run import run


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="how many requests (10000)")
    parser.add_argument("--seed", type=int, help="repeat a run")
    options = parser.parse_args()
    begin = time.monotonic()
    statuses = run(options.cases, options.seed if options.seed is not None else int(time.time()))
    print(
        f"{sum(statuses.values())} requests in {time.monotonic() - begin:.0f} s, no fault. Answers:",
        ", ".join(f"{code} {count}x" for code, count in sorted(statuses.items())),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
