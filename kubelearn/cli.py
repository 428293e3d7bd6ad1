"""The command line: ``python -m kubelearn up`` and friends."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import yaml

from . import workdir
from .cluster import meta


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except (OSError, ValueError, RuntimeError) as error:
        print(f"kubelearn: {error}", file=sys.stderr)
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kubelearn", description="A Kubernetes cluster to learn on, and the course that uses it.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="run the embedded cluster until Ctrl-C")
    up.add_argument("--kubeconfig", type=Path, metavar="PATH", help="where to write the kubeconfig (default: a private temporary file)")
    up.add_argument("--port", type=int, default=0, help="port of the API server on 127.0.0.1 (default: a free one)")
    up.add_argument("--seed", type=int, default=None, help="repeat names, addresses and balancing")
    up.add_argument("--pace", type=float, default=1.0, help="factor on the cluster's lags (default: 1)")
    up.add_argument("--nodes", metavar="NAMES", default="", help="comma-separated names of the nodes, the control plane first")
    up.set_defaults(run=_up)
    return parser


def _up(options: argparse.Namespace) -> int:
    from .cluster.embedded import NODES, EmbeddedCluster

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if not 0 <= options.port < 65536:
        raise ValueError(f"--port must be between 0 and 65535, not {options.port}")
    folder = None if options.kubeconfig else workdir.create()
    path: Path = (folder / "config" if folder else options.kubeconfig).absolute()
    _check_writable(path)
    nodes = tuple(options.nodes.split(",")) if options.nodes else NODES
    try:
        with EmbeddedCluster(seed=options.seed, pace=options.pace, port=options.port, nodes=nodes) as cluster:
            workdir.write_private(path, cluster.kubeconfig())
            print(f"Kubernetes {meta.VERSION} is ready: export KUBECONFIG={path}", flush=True)
            while not stop.wait(3600):
                pass
        return 0
    finally:
        if folder is not None:
            workdir.remove(folder)
        elif path.exists() and _is_ours(path):
            path.unlink()


def _check_writable(path: Path) -> None:
    """Refuse to overwrite somebody's kubeconfig."""
    if path.exists() and path.stat().st_size and not _is_ours(path):
        raise ValueError(f"{path} exists and is not a kubeconfig of kubelearn's: choose another path, or remove it")
    if not os.access(path.parent, os.W_OK):
        raise ValueError(f"cannot write to the folder {path.parent}")


def _is_ours(path: Path) -> bool:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        return False
    return isinstance(content, dict) and content.get("current-context") == "kubelearn"
