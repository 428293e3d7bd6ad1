"""Clients of whole clusters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from kubelearn.cluster.embedded import EmbeddedCluster
from tests.raw import Door, RawClient
from tests.whole.asker import SERVICES, Asker
from tests.whole.objects import DEPLOYMENT, DEPLOYMENTS


@pytest.fixture(scope="module")
def asker(embedded: EmbeddedCluster) -> Iterator[Asker]:
    """A client of the cluster that all tests share."""
    with closing(Asker(Door.of(embedded.kubeconfig()))) as asker:
        yield asker


@pytest.fixture
def clean(asker: Asker) -> Iterator[None]:
    """Take away what a test has left."""
    yield
    for name in ("web", "other"):
        asker.send("DELETE", f"{SERVICES}/{name}")


@pytest.fixture(scope="module")
def client() -> Iterator[RawClient]:
    """A client of a cluster of its own, with a Deployment ``web``."""
    with EmbeddedCluster(seed=1) as cluster, closing(RawClient(Door.of(cluster.kubeconfig()))) as client:
        client.ask("POST", DEPLOYMENTS, DEPLOYMENT)
        yield client
