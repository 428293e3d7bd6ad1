"""Plays a recording with one kubectl on a cluster of its own."""

from __future__ import annotations

import zlib
from pathlib import Path

from kubelearn.cluster.embedded import EmbeddedCluster

from .replay import RECORDED, play
from .versions import folder_with, wording


def differences(name: str, kubectl: Path, version: str, folder: Path) -> list[str]:
    """Return how a recording differs when it is played with a kubectl (empty: not at all).

    Args:
        name: of the recording, ``01-first-service``.
        kubectl: the binary.
        version: its version, ``1.37``.
        folder: for the cluster's kubeconfig.
    """
    # Clusters that run side by side must choose other NodePorts: all listen on this machine.
    with EmbeddedCluster(seed=zlib.crc32(f"{version} {name}".encode())) as cluster, folder_with(kubectl) as path:
        config = folder / "kubeconfig"
        config.write_text(cluster.kubeconfig())
        config.chmod(0o600)
        return report(name, str(config), version, path)


def report(name: str, kubeconfig: str, version: str, kubectl_folder: str | None = None) -> list[str]:
    """Play a recording on a cluster that runs; return the lines that say how it differs."""
    lines = []
    for step, difference in play(RECORDED / f"{name}.txt", kubeconfig, kubectl_folder, wording(version)):
        if difference:
            lines += [f"$ {step.command}", *difference]
    return lines
