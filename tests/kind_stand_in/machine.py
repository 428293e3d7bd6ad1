"""A machine on which the container engine is the stand-in, and kind is the stand-in or the real one."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

from . import docker, kind

_ROOT = Path(__file__).parent.parent.parent


def of(folder: Path, real_kind: str = "") -> tuple[Path, str]:
    """Make such a machine in an empty folder.

    Args:
        real_kind: path of the real kind, if it is to be used.

    Returns:
        The folder with its state, and the PATH that finds nothing but its programs (and the shell's own).
    """
    state, programs = folder / "state", folder / "bin"
    (state / "containers").mkdir(parents=True)
    programs.mkdir()
    program(
        programs / "kind", shlex.quote(real_kind) if real_kind else f"{shlex.quote(sys.executable)} -m {kind.__name__}"
    )
    program(programs / "docker", f"{shlex.quote(sys.executable)} -m {docker.__name__}")
    return state, str(programs)


def program(path: Path, command: str) -> None:
    """Write a program that notes its call, with the engine that kind is to use, and then is another one."""
    path.write_text(
        f'#!/bin/sh\necho "{path.name}${{KIND_EXPERIMENTAL_PROVIDER:+[$KIND_EXPERIMENTAL_PROVIDER]}} $*" >>'
        f' "$KIND_STAND_IN/calls"\nPYTHONPATH={shlex.quote(str(_ROOT))} exec {command} "$@"\n',
        encoding="utf-8",
    )
    path.chmod(0o755)


def add_cluster(state: Path, name: str, **wrong: str) -> None:
    """Put a cluster into the state, as if somebody had made it.

    Args:
        wrong: for a node, ``stopped`` or, if kubeadm has not run there, ``empty``.
    """
    for node in ("control_plane", "worker", "worker2"):
        role = node.rstrip("2").replace("_", "-")
        content = {
            "labels": {docker.CLUSTER: name, docker.ROLE: role},
            **({"wrong": wrong[node]} if node in wrong else {}),
        }
        (state / "containers" / f"{name}-{node.replace('_', '-')}").write_text(json.dumps(content), encoding="utf-8")


def containers(state: Path) -> dict[str, str]:
    """Return what there is, by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((state / "containers").iterdir())}
