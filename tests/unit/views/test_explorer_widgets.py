"""The widgets that explain names, variables and decisions, used from code as by clicks; they leave nothing behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

import kubelearn
from kubelearn import Cluster, widgets
from kubelearn.views import names
from kubelearn.widgets import LiveWidget
from tests.unit import pods

from .test_live_widgets import counts

URL = "http://hello:8081/hostname"
MAKERS: dict[str, Callable[[Cluster], LiveWidget]] = {
    "decisions": lambda cluster: widgets.decisions(cluster, URL),
    "names": lambda cluster: widgets.names(cluster, "hello"),
    "rollout": lambda cluster: widgets.rollout(cluster, "hello", "hello", 8081),
    "variables": widgets.variables,
}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with kubelearn.connect(seed=1) as started:
        pods.run(started, "client")
        pods.serve(started, "hello", 2)
        pods.until_proxied(started, "hello")
        started.core.create_namespace({"metadata": {"name": "shop"}})
        yield started


def until_text(widget: LiveWidget, part: str) -> None:
    """Wait until the picture says something."""
    said = threading.Event()

    def look(_: object = None) -> None:
        if part in widget.children[-1].value:
            said.set()

    widget.children[-1].observe(look, names="value")
    look()
    assert said.wait(10), f"{part!r} is not in {widget.text!r}"


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


def test_a_name_is_looked_up_when_it_is_typed(cluster: Cluster) -> None:
    widget = widgets.names(cluster)
    try:
        assert repr(widget) == repr(names.picture(cluster, "kubernetes"))
        widget.query.value = "hello.default"
        widget.space.value = "shop"
        until_text(widget, "hello.default&#x27;, asked from namespace shop: 10.96.")
        assert widget.lookup.full_name == "hello.default.svc.cluster.local"
        assert widget.look_up("hello", "shop").addresses == ()
    finally:
        widget.close()


def test_a_name_is_looked_up_again_when_its_service_comes(cluster: Cluster) -> None:
    widget = widgets.names(cluster, "soon")
    try:
        assert "no address" in widget.text
        address = pods.expose(cluster, "soon")
        until_text(widget, f"{address} after 1 query")
    finally:
        widget.close()


def test_what_cannot_be_a_name_is_said(cluster: Cluster) -> None:
    widget = widgets.names(cluster)
    try:
        before = widget.lookup
        said = threading.Event()
        widget.children[-2].observe(lambda change: "is not a name" in change["new"] and said.set(), names="value")
        widget.query.value = "a b"
        assert said.wait(10)
        assert widget.lookup is before
    finally:
        widget.close()


def test_a_service_made_with_the_button_is_in_the_cluster_and_unknown_to_running_containers(cluster: Cluster) -> None:
    pods.serve(cluster, "web", 1)
    widget = widgets.variables(cluster, selector="app=web", service="fresh")
    try:
        widget.create.click()
        until_text(widget, "does not know fresh")
        assert cluster.core.read_namespaced_service("fresh", "default").spec.cluster_ip
        widget.pod.value = next(name for name in widget.pod.options if name.startswith("web-"))
        gone = widget.pod.value
        widget.replace.click()
        until_text(widget, "knows fresh")
        assert gone not in [
            pod.metadata.name
            for pod in cluster.core.list_namespaced_pod("default").items
            if not pod.metadata.deletion_timestamp
        ]
        widget.delete.click()
        until_text(widget, "old address of fresh")
        assert widget.view().heading == "Of 1 running container, 1 has an old address."
    finally:
        widget.close()


def test_one_click_is_one_explained_request(cluster: Cluster) -> None:
    widget = widgets.decisions(cluster, URL)
    try:
        assert f"Answer: 200: {widget.trace.pod}." in widget.text
        assert f"200: {widget.request().pod}" in " ".join(widget.trace.steps[-1].lines)
        widget.url.value = "http://nobody/"
        until_text(widget, "no such name")
    finally:
        widget.close()


def test_an_update_is_drawn_and_its_boxes_are_in_the_pod_template(cluster: Cluster) -> None:
    widget = widgets.rollout(cluster, "hello", "hello", 8081)
    try:
        assert widget.text == "Rolling update of hello: not begun."
        assert widget.children[0].children[0].children == (widget.rate, widget.button)  # no line ends between them
        widget.pre_stop.value = widget.probe.value = True
        widget.button.click()
        until_text(widget, "Rolling update of hello, finished: 2 old pods, 2 new pods.")
        container = cluster.apps.read_namespaced_deployment("hello", "default").spec.template.spec.containers[0]
        assert container.lifecycle.pre_stop._exec.command == ["sleep", "2"]
        assert container.readiness_probe.http_get.port == 8080
    finally:
        widget.close()


def test_closing_during_an_update_ends_requests_and_watch(cluster: Cluster) -> None:
    before = counts()
    widget = widgets.rollout(cluster, "hello", "hello", 8081)
    widget.button.click()
    until_text(widget, "answered, ")
    widget.close()
    assert counts() == before
