"""Any tests, while each part of a cluster is late now and then: what waits for one part and asks another fails.

    python -m tests.late [--seconds 0.7] [PYTEST'S ARGUMENTS...]

A watcher, a controller, a kube-proxy, the kubelet and the API server take their time by themselves, as the parts of a
real cluster do. A test, or a cell of a lesson, that fails here and not alone takes for granted that they are quick:
it fails once in many runs on a busy machine, too. Nothing is lost or comes in another order.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from .parts import environment


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=0.7, help="how late a part is at most")
    options, arguments = parser.parse_known_args()
    command = [sys.executable, "-m", "tests", *arguments]
    return subprocess.run(command, env=environment(options.seconds), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
