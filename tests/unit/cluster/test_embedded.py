"""The embedded cluster's own thread: its start and its end."""

from __future__ import annotations

import threading

import pytest

from kubelearn.cluster import embedded
from kubelearn.cluster.embedded import EmbeddedCluster
from kubelearn.cluster.timing import Timing


def clusters() -> set[threading.Thread]:
    """Return the threads of all clusters of this process: other tests have theirs."""
    return {thread for thread in threading.enumerate() if thread.name == "kubelearn-cluster"}


def test_a_cluster_that_does_not_become_ready_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    before = clusters()
    monkeypatch.setattr(embedded, "_START_LIMIT", 0.05)
    with pytest.raises(TimeoutError, match="the embedded cluster was not ready"):
        EmbeddedCluster(timing=Timing(container_start=3600)).start()
    assert clusters() == before


def test_a_start_that_is_interrupted_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_limit: float) -> bool:
        raise KeyboardInterrupt

    before, cluster = clusters(), EmbeddedCluster()
    monkeypatch.setattr(cluster._ready, "wait", interrupt)
    with pytest.raises(KeyboardInterrupt):
        cluster.start()
    assert clusters() == before
