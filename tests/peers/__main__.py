"""``python -m tests.peers NAME CHECKOUT``: run the suite of a peer against an embedded cluster.

It fails when a test fails that is not listed as one that cannot pass.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from .run import Result, environment, run
from .suites import SUITES, Suite


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.peers", description=__doc__)
    parser.add_argument("name", choices=SUITES)
    parser.add_argument("checkout", type=Path, nargs="?", help="a clone of the peer's repository")
    parser.add_argument(
        "--venv", type=Path, metavar="FOLDER", help="use this environment, and make it first if need be"
    )
    parser.add_argument("-k", dest="only", metavar="EXPRESSION", help="run only the tests that pytest chooses by this")
    options = parser.parse_args()
    suite = SUITES[options.name]
    if options.checkout is None:
        parser.error(f"which checkout? git clone --depth 1 {suite.repository}")
    checkout = options.checkout.resolve(strict=True)
    with tempfile.TemporaryDirectory(prefix="peers-") as name:
        folder = Path(name)
        python = environment(suite, checkout, (options.venv or folder / "venv").absolute())
        found = run(suite, checkout, python, folder, ["-k", options.only] if options.only else [])
    surprises = report(suite, found)
    count = Counter(result.outcome for result in found)
    counted = ", ".join(f"{count[outcome]} {outcome}" for outcome in ("passed", "failed", "skipped"))
    print(f"{options.name}: {counted}, of {len(found)}")
    return 1 if surprises else 0


def report(suite: Suite, found: list[Result]) -> int:
    """Print what did not pass, and return how much of it should have."""
    surprises = 0
    for result in found:
        if result.outcome != "passed":
            reason = suite.reason(result.name)
            surprises += result.outcome == "failed" and reason is None
            print(f"{result.outcome}: {result.name}: {reason or result.message}")
    return surprises


if __name__ == "__main__":
    sys.exit(main())
