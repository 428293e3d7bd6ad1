"""``python -m tests.peers NAME CHECKOUT``: run the suite of a peer against an embedded cluster.

It fails when a test fails that is not listed as one that cannot pass.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from .run import install, run
from .suites import SUITES


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.peers", description=__doc__)
    parser.add_argument("name", choices=SUITES)
    parser.add_argument("checkout", type=Path, nargs="?", help="a clone of the peer's repository")
    parser.add_argument("--only", metavar="EXPRESSION", help="only these tests, as pytest's -k takes them")
    options = parser.parse_args()
    suite = SUITES[options.name]
    if options.checkout is None:
        parser.error(f"which checkout? git clone --depth 1 {suite.repository}")
    checkout = options.checkout.resolve(strict=True)
    with tempfile.TemporaryDirectory(prefix="peers-") as name:
        folder = Path(name)
        python = install(suite, checkout, folder / "venv")
        found = run(suite, checkout, python, folder, ["-k", options.only] if options.only else [])
    count = Counter(result.outcome for result in found)
    surprises = 0
    for result in found:
        if result.outcome != "passed":
            reason = suite.reason(result.name)
            surprises += reason is None and result.outcome == "failed"
            print(f"{result.outcome}: {result.name}: {reason or result.message}")
    print(f"{options.name}: {count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped of {len(found)}")
    return 1 if surprises else 0


if __name__ == "__main__":
    sys.exit(main())
