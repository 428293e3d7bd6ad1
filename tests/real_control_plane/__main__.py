"""Run the cluster until Ctrl-C or SIGTERM; see the package."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
import tempfile
from pathlib import Path

from kubelearn.cluster.timing import Timing
from kubelearn.target.workdir import write_private

from . import nodes, processes


async def _serve(plane: processes.ControlPlane, names: tuple[str, ...], timing: Timing, kubeconfig: Path) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with nodes.joined(plane, names, timing):
        write_private(kubeconfig, plane.kubeconfig(plane.administrator))
        write_private(kubeconfig.with_name(f"{kubeconfig.name}-learner"), plane.kubeconfig(plane.learner))
        print(f"export KUBECONFIG={kubeconfig}", flush=True)
        await stop.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--kubeconfig",
        type=Path,
        required=True,
        help="where to write the administrator's; beside it, PATH-learner has no rights but those that everybody has",
    )
    parser.add_argument("--nodes", default="head,left,right", help="comma-separated names, the control plane first")
    parser.add_argument(
        "--container-start", type=float, default=1.0, help="seconds for a container to start (default: 1)"
    )
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    missing = processes.missing()
    if missing:
        sys.exit(f"not on the PATH: {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="real-control-plane-") as folder, processes.running(Path(folder)) as plane:
        try:
            asyncio.run(
                _serve(
                    plane,
                    tuple(options.nodes.split(",")),
                    Timing(container_start=options.container_start),
                    options.kubeconfig,
                )
            )
        except BaseException:
            print(processes.tails(Path(folder)), file=sys.stderr)
            raise
    return 0


if __name__ == "__main__":
    sys.exit(main())
