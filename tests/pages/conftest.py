"""A cluster and a terminal for each page."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import pytest

from kubelearn.cluster.embedded import EmbeddedCluster
from tests.transcripts.replay import environment

from .shell import Shell


@pytest.fixture(scope="module")
def sh(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A terminal whose kubectl speaks to a cluster that only this page's tests use."""
    folder = tmp_path_factory.mktemp("page")
    # Clusters that run side by side must choose other NodePorts: all listen on this machine.
    with EmbeddedCluster(seed=zlib.crc32(request.module.__name__.encode())) as cluster:
        config = folder / "kubeconfig"
        config.write_text(cluster.kubeconfig())
        config.chmod(0o600)
        yield Shell(folder, environment(str(config), "default", str(folder)))
