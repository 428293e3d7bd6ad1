from __future__ import annotations

from collections.abc import Iterator

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.endpoints.endpoints import EndpointsController
from kubelearn.cluster.meta import Object
from tests.unit.fakes import World

pytestmark = pytest.mark.asyncio

MANAGED = {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}


@pytest.fixture
def world() -> Iterator[World]:
    with World(EndpointsController, scheduler=False) as world:
        yield world


def endpoints(world: World) -> Object:
    return world.registry.get("endpoints", "course", "web")


def names(world: World, field: str) -> list[str]:
    return [
        entry["targetRef"]["name"] for subset in endpoints(world).get("subsets", []) for entry in subset.get(field, ())
    ]


async def test_the_whole_object(world: World) -> None:
    world.service()
    world.change("services", "web", lambda s: s["metadata"].update(labels={"tier": "x"}))
    pod = world.pod("p")
    world.settle(kubelet=False)
    found = endpoints(world)
    assert meta.labels_of(found) == {"tier": "x", **MANAGED}
    assert set(found["metadata"]["annotations"]) == {"endpoints.kubernetes.io/last-change-trigger-time"}
    reference = {"kind": "Pod", "namespace": "course", "name": "p", "uid": pod["metadata"]["uid"]}
    address = {"ip": pod["status"]["podIP"], "nodeName": "worker0", "targetRef": reference}
    assert found["subsets"] == [{"addresses": [address], "ports": [{"port": 80, "protocol": "TCP"}]}]


async def test_states_of_pods(world: World) -> None:
    world.service()
    world.pod("pending", ready=None)
    world.pod("ready")
    world.pod("unready", ready=False)
    world.pod("leaving")
    world.registry.delete("pods", "course", "leaving")
    world.settle(kubelet=False)
    assert names(world, "addresses") == ["ready"]
    assert names(world, "notReadyAddresses") == ["unready"]
    world.change("services", "web", lambda s: s["spec"].update(publishNotReadyAddresses=True))
    world.settle(kubelet=False)
    assert sorted(names(world, "addresses")) == ["leaving", "ready", "unready"]


async def test_without_pods_there_are_no_subsets(world: World) -> None:
    world.service()
    world.settle()
    assert "subsets" not in endpoints(world)
    world.pod("p")
    world.settle()
    assert names(world, "addresses") == ["p"]
    world.registry.delete("pods", "course", "p", grace_period=0)
    world.settle()
    assert "subsets" not in endpoints(world)


async def test_ports_of_a_subset_are_in_the_order_of_their_hash(world: World) -> None:
    """Transcript 07: http comes before metrics."""
    world.service(ports=[{"name": "http", "port": 80, "targetPort": "web"}, {"name": "metrics", "port": 9090}])
    world.pod(
        "p",
        containers=[{"name": "c", "image": "x", "ports": [{"name": "web", "containerPort": 8080, "protocol": "TCP"}]}],
    )
    world.settle()
    [subset] = endpoints(world)["subsets"]
    assert subset["ports"] == [
        {"name": "http", "port": 8080, "protocol": "TCP"},
        {"name": "metrics", "port": 9090, "protocol": "TCP"},
    ]


async def test_a_named_port_that_a_pod_lacks_makes_no_subset(world: World) -> None:
    world.service(ports=[{"port": 80, "targetPort": "web"}])
    world.pod("p")
    world.settle()
    assert "subsets" not in endpoints(world)


async def test_addresses_are_sorted_and_cut_at_a_thousand(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kubelearn.cluster.controllers.endpoints.endpoints.CAPACITY", 3)
    world.service()
    for name, ready in (("a", True), ("b", False), ("c", True), ("d", True), ("e", True)):
        world.pod(name, ready=ready)
    world.settle(kubelet=False)
    assert len(names(world, "addresses")) == 3
    assert names(world, "notReadyAddresses") == []
    assert endpoints(world)["metadata"]["annotations"]["endpoints.kubernetes.io/over-capacity"] == "truncated"


async def test_headless_without_ports(world: World) -> None:
    world.service(clusterIP="None", ports=None)
    world.pod("p")
    world.settle()
    [subset] = endpoints(world)["subsets"]
    assert set(subset) == {"addresses"}
    assert meta.labels_of(endpoints(world)) == {"service.kubernetes.io/headless": "", **MANAGED}


async def test_a_service_without_selector_is_left_alone(world: World) -> None:
    world.service(selector=None)
    world.settle()
    assert world.registry.list("endpoints", "course") == []


async def test_endpoints_go_with_the_service(world: World) -> None:
    world.service()
    world.settle()
    world.registry.delete("services", "course", "web")
    world.settle()
    assert world.registry.list("endpoints", "course") == []
