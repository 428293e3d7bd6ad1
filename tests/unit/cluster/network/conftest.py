"""Fixtures of the tests of the pod network."""

from __future__ import annotations

import pytest

from tests.unit.network_fakes import FakeCluster


@pytest.fixture
def cluster() -> FakeCluster:
    """Three nodes with kube-proxies and cluster DNS, and no pods."""
    cluster = FakeCluster()
    cluster.start_dns()
    cluster.sync()
    return cluster
