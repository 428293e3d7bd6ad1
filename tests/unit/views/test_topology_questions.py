"""What the topology answers as a graph: what is cut off without a node or a pod, and by which way a pod is reached."""

from __future__ import annotations

import pytest

from kubelearn.views import topology
from kubelearn.views.objects import Objects
from kubelearn.views.topology import Topology

from .made import HELLO, endpoints, pod, service

SHOP = {"app": "shop"}


@pytest.fixture
def objects() -> Objects:
    """A client calls ``hello``; of its pods, the one on the first node calls ``shop``, which is there only."""
    nodes = [
        {"metadata": {"name": name}, "spec": {}, "status": {"addresses": []}} for name in ("first", "second", "third")
    ]
    return {
        "nodes": nodes,
        "services": [service("hello", HELLO), service("shop", SHOP), service("nobody", {"app": "nobody"})],
        "endpointslices": [endpoints("hello", "hello-a", "hello-b"), endpoints("shop", "shop-a")],
        "pods": [
            pod("client", "10.244.2.2", {}, node="second"),
            pod("hello-a", "10.244.1.2", HELLO, node="first"),
            pod("hello-b", "10.244.2.3", HELLO, node="second"),
            pod("hello-c", "10.244.2.4", HELLO, node="second", ready=False),
            pod("shop-a", "10.244.1.3", SHOP, node="first"),
        ],
    }


@pytest.fixture
def found(objects: Objects) -> Topology:
    return topology.build(objects, [("client", "hello"), ("hello-b", "shop")])


def test_what_goes_with_a_node(found: Topology) -> None:
    gone = topology.loss(found, "first")
    assert gone.pods == ("hello-a", "shop-a")
    assert gone.rows() == [
        {"service": "hello", "before": 2, "left": 1, "callers": ["client"]},
        {"service": "shop", "before": 1, "left": 0, "callers": ["client", "hello-b"]},
    ]
    assert gone.cut_off == ["shop"]
    assert repr(gone) == "Without first, 2 pods go: Service hello keeps 1 of 2 pods, Service shop is cut off."


def test_pods_that_get_no_traffic_are_no_loss_and_keep_nothing_up(found: Topology) -> None:
    assert topology.loss(found, "hello-c").services == ()
    assert repr(topology.loss(found, "hello-c")) == "Without hello-c, 1 pod goes: no Service loses any."
    gone = topology.loss(found, "second")
    assert [(each.service, each.left) for each in gone.services] == [("hello", 1)]


def test_a_node_without_pods_is_no_loss(found: Topology) -> None:
    assert repr(topology.loss(found, "third")) == "Without third, 0 pods go: no Service loses any."


def test_a_pod_by_the_beginning_of_its_name(found: Topology) -> None:
    assert topology.loss(found, "shop").cut_off == ["shop"]


@pytest.mark.parametrize(
    ("client", "pod", "stops"),
    [
        ("client", "hello-a", ("client", "Service hello", "hello-a")),
        ("client", "shop", ("client", "Service hello", "hello-b", "Service shop", "shop-a")),
        ("hello-b", "shop-a", ("hello-b", "Service shop", "shop-a")),
        ("client", "hello-c", ()),
        ("shop", "client", ()),
        ("client", "client", ("client",)),
    ],
)
def test_by_which_way_a_pod_is_reached(found: Topology, client: str, pod: str, stops: tuple[str, ...]) -> None:
    assert topology.way(found, client, pod).stops == stops


def test_where_nobody_said_who_calls_whom_every_service_may_be_called(objects: Objects) -> None:
    silent = topology.build(objects)
    assert topology.way(silent, "client", "shop").services == ["shop"]
    assert repr(topology.way(silent, "client", "hello-c")) == "No Service leads from client to hello-c."


def test_what_is_not_there_is_said_so(found: Topology) -> None:
    with pytest.raises(LookupError, match="there is no pod 'fourth'"):
        topology.loss(found, "fourth")
    with pytest.raises(LookupError, match="there is no pod 'nosuch'"):
        topology.way(found, "client", "nosuch")


def test_the_graph_has_what_the_topology_has(found: Topology) -> None:
    made = topology.graph_of(found)
    assert made.nodes["pod/hello-a"] == {
        "kind": "Pod",
        "name": "hello-a",
        "address": "10.244.1.2",
        "state": "Ready",
        "node": "first",
    }
    assert made.edges["service/hello", "pod/hello-c"] == {"kind": "selects", "traffic": False, "ports": "8081 → 8080"}
    assert {(*edge, kind) for *edge, kind in made.edges(data="kind") if kind != "selects"} == {
        ("node/first", "pod/hello-a", "runs"),
        ("node/first", "pod/shop-a", "runs"),
        ("node/second", "pod/client", "runs"),
        ("node/second", "pod/hello-b", "runs"),
        ("node/second", "pod/hello-c", "runs"),
        ("pod/client", "service/hello", "calls"),
        ("pod/hello-b", "service/shop", "calls"),
    }
