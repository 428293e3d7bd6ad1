"""``python -m tests.concurrency``: many clients at the same time."""

from __future__ import annotations

import argparse

from .run import run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    print(run(options.clients, options.seconds))


if __name__ == "__main__":
    main()
