from __future__ import annotations

from collections.abc import Iterator

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.endpoints.endpointslice import EndpointSliceController
from kubelearn.cluster.controllers.endpoints.endpointslice_mirroring import EndpointSliceMirroringController
from kubelearn.cluster.controllers.endpoints.slice_packing import pack
from kubelearn.cluster.meta import Object
from tests.unit.fakes import SLICES, World, set_status

pytestmark = pytest.mark.asyncio


@pytest.fixture
def world() -> Iterator[World]:
    with World(EndpointSliceController, EndpointSliceMirroringController, scheduler=False) as world:
        yield world


def slices(world: World) -> list[Object]:
    return world.registry.list(SLICES, "course")


def conditions(world: World) -> dict[str, tuple[bool, bool, bool]]:
    """Return pod → (ready, serving, terminating)."""
    found = {}
    for item in slices(world):
        for entry in item["endpoints"] or ():
            values = entry["conditions"]
            found[entry["targetRef"]["name"]] = values["ready"], values["serving"], values["terminating"]
    return found


async def test_the_whole_object(world: World) -> None:
    world.service(ports=[{"name": "http", "port": 80, "targetPort": 8080}])
    pod = world.pod("p")
    world.settle(kubelet=False)
    [item] = slices(world)
    service = world.registry.get("services", "course", "web")
    assert item["metadata"]["name"].startswith("web-")
    assert item["metadata"]["generateName"] == "web-"
    assert meta.labels_of(item) == {
        "kubernetes.io/service-name": "web",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    }
    assert item["metadata"]["ownerReferences"] == [meta.controller_reference(service)]
    assert item["metadata"]["annotations"] == {
        "endpoints.kubernetes.io/last-change-trigger-time": service["metadata"]["creationTimestamp"]
    }
    assert item["addressType"] == "IPv4"
    assert item["ports"] == [{"name": "http", "port": 8080, "protocol": "TCP"}]
    assert item["endpoints"] == [
        {
            "addresses": [pod["status"]["podIP"]],
            "conditions": {"ready": True, "serving": True, "terminating": False},
            "nodeName": "worker0",
            "targetRef": {"kind": "Pod", "namespace": "course", "name": "p", "uid": pod["metadata"]["uid"]},
        }
    ]


async def test_states_of_pods(world: World) -> None:
    """Which pods are endpoints, and in which state (K/staging/src/k8s.io/endpointslice/utils.go)."""
    world.service()
    world.pod("pending", ready=None)
    world.pod("ready")
    world.pod("unready", ready=False)
    for name, ready in (("leaving", True), ("leaving-unready", False)):
        world.pod(name, ready=ready)
        world.registry.delete("pods", "course", name)
    set_status(world.registry, world.pod("failed"), phase="Failed")
    world.pod("other", labels={"app": "other"})
    world.settle(kubelet=False)
    assert conditions(world) == {
        "ready": (True, True, False),
        "unready": (False, False, False),
        "leaving": (False, True, True),
        "leaving-unready": (False, False, True),
    }
    world.change("services", "web", lambda s: s["spec"].update(publishNotReadyAddresses=True))
    world.settle(kubelet=False)
    assert conditions(world) == {
        "ready": (True, True, False),
        "unready": (True, False, False),
        "leaving": (True, True, True),
        "leaving-unready": (True, False, True),
    }


async def test_an_entry_stays_until_the_pod_is_gone(world: World) -> None:
    world.service()
    world.pod("p")
    world.registry.delete("pods", "course", "p")
    world.settle(kubelet=False)
    assert conditions(world) == {"p": (False, True, True)}
    world.settle()
    assert conditions(world) == {}


async def test_without_pods_there_is_a_placeholder(world: World) -> None:
    world.service()
    world.settle()
    [placeholder] = slices(world)
    assert (placeholder["endpoints"], placeholder["ports"]) == (None, None)
    world.pod("p")
    world.settle()
    [item] = slices(world)
    assert meta.name_of(item) == meta.name_of(placeholder)
    assert item["ports"] == [{"name": "", "port": 80, "protocol": "TCP"}]
    world.change("pods", "p", lambda pod: pod["metadata"]["labels"].update(app="other"))
    world.settle()
    [item] = slices(world)
    assert (meta.name_of(item), item["endpoints"], item["ports"]) == (meta.name_of(placeholder), None, None)


async def test_a_selector_that_changes(world: World) -> None:
    world.service()
    world.pod("one")
    world.pod("two", labels={"app": "other"})
    world.settle()
    assert set(conditions(world)) == {"one"}
    world.change("services", "web", lambda s: s["spec"].update(selector={"app": "other"}))
    world.settle()
    assert set(conditions(world)) == {"two"}


async def test_no_selector_no_slice(world: World) -> None:
    world.service(selector=None)
    world.service("elsewhere", type="ExternalName", externalName="example.com", ports=None)
    world.settle()
    assert slices(world) == []


async def test_one_slice_for_each_number_of_a_named_port(world: World) -> None:
    world.service(ports=[{"port": 80, "targetPort": "web"}])
    for name, number in (("a", 8080), ("b", 8081), ("c", 8080)):
        world.pod(
            name,
            containers=[
                {"name": "c", "image": "x", "ports": [{"name": "web", "containerPort": number, "protocol": "TCP"}]}
            ],
        )
    world.pod("nameless")
    world.settle()
    found = {
        tuple(port["port"] for port in item["ports"] or ()): {entry["targetRef"]["name"] for entry in item["endpoints"]}
        for item in slices(world)
    }
    assert found == {(8080,): {"a", "c"}, (8081,): {"b"}, (): {"nameless"}}


async def test_a_hundred_endpoints_a_slice(world: World) -> None:
    world.service()
    for number in range(105):
        world.pod(f"p{number}")
    world.settle()
    assert sorted(len(item["endpoints"]) for item in slices(world)) == [5, 100]
    names = {meta.name_of(item) for item in slices(world)}
    world.pod("late")
    world.settle()
    assert sorted(len(item["endpoints"]) for item in slices(world)) == [6, 100]
    assert {meta.name_of(item) for item in slices(world)} == names


async def test_labels_follow_the_service(world: World) -> None:
    world.service()
    world.pod("p")
    world.settle()
    world.change("services", "web", lambda s: s["metadata"].update(labels={"tier": "x"}))
    world.settle()
    assert meta.labels_of(slices(world)[0])["tier"] == "x"


async def test_headless(world: World) -> None:
    world.service(clusterIP="None", ports=None)
    world.pod("p", hostname="p-0", subdomain="web")
    world.settle()
    [item] = slices(world)
    assert meta.labels_of(item)["service.kubernetes.io/headless"] == ""
    assert item["ports"] is None
    assert item["endpoints"][0]["hostname"] == "p-0"


async def test_a_pod_on_an_unknown_node_waits_for_it(world: World) -> None:
    world.service()
    world.pod("p", node="ghost")
    world.settle()
    assert conditions(world) == {}
    world.node("ghost", labels={"topology.kubernetes.io/zone": "z"})
    world.settle()
    assert set(conditions(world)) == {"p"}
    assert slices(world)[0]["endpoints"][0]["zone"] == "z"


@pytest.mark.parametrize(
    ("distribution", "hints"),
    [
        ("PreferClose", {"forZones": [{"name": "z"}]}),
        ("PreferSameZone", {"forZones": [{"name": "z"}]}),
        ("PreferSameNode", {"forZones": [{"name": "z"}], "forNodes": [{"name": "ghost"}]}),
        (None, None),
    ],
)
async def test_hints_of_ready_endpoints(world: World, distribution: str | None, hints: Object | None) -> None:
    world.service(trafficDistribution=distribution)
    world.node("ghost", labels={"topology.kubernetes.io/zone": "z"})
    world.pod("p", node="ghost")
    world.settle()
    [item] = slices(world)
    assert item["endpoints"][0].get("hints") == hints


async def test_hints_without_zones(world: World) -> None:
    world.service(trafficDistribution="PreferSameNode")
    world.node("ghost")
    world.pod("p", node="ghost")
    world.settle()
    assert slices(world)[0]["endpoints"][0]["hints"] == {"forNodes": [{"name": "ghost"}]}


async def test_nothing_is_written_when_nothing_changes(world: World) -> None:
    world.service()
    world.pod("p")
    world.settle()
    before = slices(world)[0]["metadata"]["resourceVersion"]
    world.registry.modify("pods", "course", "p", lambda pod: pod["status"].update(message="?"), subresource="status")
    world.controllers[0].queue.add(("course", "web"))
    world.settle()
    assert slices(world)[0]["metadata"]["resourceVersion"] == before


async def test_a_damaged_slice_is_repaired(world: World) -> None:
    world.service()
    world.pod("p")
    world.settle()
    world.change(SLICES, meta.name_of(slices(world)[0]), lambda item: item.update(endpoints=[]))
    world.settle()
    assert set(conditions(world)) == {"p"}
    world.registry.delete(SLICES, "course", meta.name_of(slices(world)[0]))
    world.settle()
    assert set(conditions(world)) == {"p"}


async def test_endpoints_made_by_hand_are_mirrored(world: World) -> None:
    world.service("db", selector=None)
    subset = {"addresses": [{"ip": "203.0.113.9"}], "ports": [{"port": 5432, "protocol": "TCP"}]}
    made = world.registry.create("endpoints", "course", {"metadata": {"name": "db"}, "subsets": [subset]})
    world.settle()
    [item] = slices(world)
    assert item["metadata"]["generateName"] == "db-"
    assert meta.labels_of(item) == {
        "kubernetes.io/service-name": "db",
        "endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io",
    }
    assert item["metadata"]["ownerReferences"] == [meta.controller_reference(made)]
    assert item["endpoints"] == [{"addresses": ["203.0.113.9"], "conditions": {"ready": True}}]
    assert item["ports"] == [{"name": "", "port": 5432, "protocol": "TCP"}]
    world.change("endpoints", "db", lambda e: e["subsets"][0].update(addresses=[{"ip": "203.0.113.10"}]))
    world.settle()
    [changed] = slices(world)
    assert changed["endpoints"][0]["addresses"] == ["203.0.113.10"]
    assert meta.name_of(changed) == meta.name_of(item)


async def test_mirroring_can_be_switched_off(world: World) -> None:
    world.service("db", selector=None)
    metadata = {"name": "db", "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}}
    world.registry.create(
        "endpoints", "course", {"metadata": metadata, "subsets": [{"addresses": [{"ip": "203.0.113.9"}]}]}
    )
    world.settle()
    assert slices(world) == []


def endpoints(*numbers: int) -> list[Object]:
    return [
        {"addresses": [f"10.0.{number // 250}.{number % 250}"], "conditions": {"ready": True}} for number in numbers
    ]


def existing(name: str, *numbers: int) -> Object:
    return {"metadata": {"name": name, "labels": {}}, "endpoints": endpoints(*numbers)}


def new_slice() -> Object:
    return {"metadata": {"name": "new", "labels": {}}, "endpoints": None}


async def test_new_endpoints_go_to_the_fullest_slice_that_changes_anyway() -> None:
    changing = [existing("small", *range(10)), existing("big", *range(100, 150))]
    changes = pack(changing, endpoints(*range(1, 10), *range(101, 150), 900), {}, new_slice)
    assert {meta.name_of(item): len(item["endpoints"]) for item in changes.update} == {"small": 9, "big": 50}
    assert not changes.create
    assert not changes.delete


async def test_else_to_the_best_fitting_unchanged_slice() -> None:
    present = [existing("small", *range(10)), existing("big", *range(100, 195))]
    changes = pack(present, endpoints(*range(10), *range(100, 195), *range(900, 906)), {}, new_slice)
    assert [(meta.name_of(item), len(item["endpoints"])) for item in changes.update] == [("small", 16)]
    changes = pack(present, endpoints(*range(10), *range(100, 195), *range(900, 905)), {}, new_slice)
    assert [(meta.name_of(item), len(item["endpoints"])) for item in changes.update] == [("big", 100)]


async def test_slices_are_never_rebalanced() -> None:
    present = [existing("one", *range(60)), existing("two", *range(100, 160))]
    changes = pack(present, endpoints(0, 100), {}, new_slice)
    assert {meta.name_of(item): len(item["endpoints"]) for item in changes.update} == {"one": 1, "two": 1}
    assert not changes.delete
