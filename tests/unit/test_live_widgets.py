"""What live widgets leave behind: nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from ipywidgets.widgets import widget
from matplotlib import pyplot

import kubelearn
from kubelearn import Cluster, widgets
from kubelearn.widgets import LiveWidget

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
MAKERS: dict[str, Callable[[Cluster], LiveWidget]] = {
    "topology": widgets.topology,
    "ports": lambda cluster: widgets.ports(cluster, "http://hello:8081"),
    "selector": lambda cluster: widgets.selector(cluster, "hello"),
    "traffic": lambda cluster: widgets.traffic(cluster, "hello", "hello", 8081),
}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with kubelearn.connect(seed=1) as started:
        labels = {"app": "hello"}
        server = {"name": "agnhost", "image": AGNHOST, "args": ["netexec", "--http-port=8080"]}
        started.apps.create_namespaced_deployment("default", {
            "metadata": {"name": "hello"}, "spec": {"replicas": 3, "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": {"containers": [server]}}}})
        started.core.create_namespaced_service("default", {"metadata": {"name": "hello"}, "spec": {"selector": labels, "ports": [{"port": 8081, "targetPort": 8080}]}})
        started.core.create_namespaced_pod("default", {"metadata": {"name": "client"}, "spec": {"containers": [{"name": "client", "image": AGNHOST, "args": ["pause"]}]}})
        yield started


def counts() -> tuple[int, int, int, int]:
    """Return how many threads, watches, figures and widgets there are."""
    threads = [thread.name for thread in threading.enumerate()]
    watches = sum(name.startswith("kubelearn-watch") for name in threads)
    return len(threads), watches, len(pyplot.get_fignums()), len(widget._instances)


@pytest.mark.parametrize("name", MAKERS)
def test_making_a_widget_50_times_leaves_one(cluster: Cluster, name: str) -> None:
    empty = counts()
    first = MAKERS[name](cluster)
    once = counts()
    for _ in range(50):
        latest = MAKERS[name](cluster)
    assert counts() == once
    assert first.ended.is_set()
    assert not latest.ended.is_set()
    latest.close()
    assert counts() == empty
