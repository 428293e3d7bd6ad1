"""A cluster of its own for each page, and a shell in which its commands run."""

from __future__ import annotations

import os
import subprocess
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kubelearn.cluster.embedded import EmbeddedCluster

Shell = Callable[..., str]


@pytest.fixture(scope="module")
def sh(request: pytest.FixtureRequest, kubectl: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """Return what a learner's shell says to lines; a line that fails ends them, and the test, unless ``code`` is given.

    The folder in which it runs is the page's: what a line writes there, the next ones read.
    """
    folder = tmp_path_factory.mktemp("page")
    config = folder / "config"
    env = dict(os.environ, KUBECONFIG=str(config), KUBECACHEDIR=str(folder / "cache"), KUBECTL_KUBERC="false")
    env["PATH"] = os.pathsep.join([str(Path(kubectl).parent), env["PATH"]])

    def run(lines: str, code: int = 0) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", lines],
            cwd=folder, env=env, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == code, f"{lines}\nexit code {done.returncode}\n{done.stdout}"
        return done.stdout

    # Clusters that run side by side must choose other NodePorts: all listen on this machine.
    with EmbeddedCluster(seed=zlib.crc32(request.module.__name__.encode())) as cluster:
        config.write_text(cluster.kubeconfig())
        config.chmod(0o600)
        yield run
