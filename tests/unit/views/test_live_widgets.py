"""What live widgets leave behind: nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from ipywidgets.widgets import widget as ipywidgets_widget
from kubernetes.client import ApiException

import kubelearn
from kubelearn import Cluster, widgets
from kubelearn.notebook import cell
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
        started.apps.create_namespaced_deployment(
            "default",
            {
                "metadata": {"name": "hello"},
                "spec": {
                    "replicas": 3,
                    "selector": {"matchLabels": labels},
                    "template": {"metadata": {"labels": labels}, "spec": {"containers": [server]}},
                },
            },
        )
        started.core.create_namespaced_service(
            "default",
            {
                "metadata": {"name": "hello"},
                "spec": {"selector": labels, "ports": [{"port": 8081, "targetPort": 8080}]},
            },
        )
        started.core.create_namespaced_pod(
            "default",
            {
                "metadata": {"name": "client"},
                "spec": {"containers": [{"name": "client", "image": AGNHOST, "args": ["pause"]}]},
            },
        )
        yield started


def counts() -> tuple[int, int, int]:
    """Return how many threads, watches and widgets there are."""
    threads = [thread.name for thread in threading.enumerate()]
    watches = sum(name.startswith("kubelearn-watch") for name in threads)
    return len(threads), watches, len(ipywidgets_widget._instances)


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


class Shell:
    """Stands in for IPython: the cell that runs, and its count."""

    def __init__(self) -> None:
        self.cell, self.execution_count = "a", 1

    def get_parent(self) -> dict[str, dict[str, str]]:
        return {"metadata": {"cellId": self.cell}}


def test_running_a_cell_again_closes_what_its_last_run_made(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = Shell()
    monkeypatch.setattr(cell, "shell", lambda: shell)
    topology, selector = widgets.topology(cluster), widgets.selector(cluster, "hello")
    shell.cell, shell.execution_count = "b", 2
    elsewhere = widgets.topology(cluster)
    assert [widget.ended.is_set() for widget in (topology, selector, elsewhere)] == [False, False, False]
    shell.cell, shell.execution_count = "a", 3
    again = widgets.topology(cluster)
    assert [widget.ended.is_set() for widget in (topology, selector, elsewhere, again)] == [True, True, False, False]
    elsewhere.close()
    again.close()
    again.close()  # a second time does no harm


def test_what_goes_wrong_is_said_in_the_words_of_the_api(cluster: Cluster) -> None:
    widget = widgets.selector(cluster, "hello")
    said = threading.Event()
    widget._status.observe(
        lambda change: (
            said.set() if "a lowercase RFC 1123" in change["new"] or "name part must consist" in change["new"] else None
        ),
        names="value",
    )
    widget.selector.value = "bad key=1"
    widget.set_selector.click()
    assert said.wait(10), widget._status.value
    widget.close()


def test_a_widget_of_what_is_not_there_is_an_error_and_leaves_nothing(cluster: Cluster) -> None:
    threads = {thread.name for thread in threading.enumerate()}
    with pytest.raises(LookupError, match="there is no Service 'nosuch'"):
        widgets.selector(cluster, "nosuch")
    with pytest.raises(ApiException):
        widgets.traffic(cluster, "nosuch", "nosuch", 80)
    assert {thread.name for thread in threading.enumerate()} == threads


def test_the_text_of_an_output_is_whole(cluster: Cluster) -> None:
    widget = widgets.topology(cluster)
    bundle = widget._repr_mimebundle_()
    assert bundle is not None
    assert bundle[0]["text/plain"] == widget.text
    assert len(widget.text) > 110
    widget.close()


@pytest.mark.parametrize("name", MAKERS)
def test_an_output_carries_the_picture_and_says_how_to_make_it_live(cluster: Cluster, name: str) -> None:
    widget = MAKERS[name](cluster)
    bundle = widget._repr_mimebundle_()
    assert bundle is not None
    data, _ = bundle
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "image/svg+xml", "text/plain"} <= set(data)
    assert data["image/svg+xml"] in widget._picture.value
    assert "Run the cell to make it live." in data["text/html"]
    widget.close()
