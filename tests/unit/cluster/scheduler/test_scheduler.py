from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.validation.quantities import value_of
from kubelearn.cluster.controllers.framework.nodes import tolerates
from kubelearn.cluster.controllers.node.lifecycle import NodeLifecycleController
from tests.unit.fakes import World, template

pytestmark = pytest.mark.asyncio
CONTROL_PLANE = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}


@pytest.fixture
def world() -> Iterator[World]:
    with World(NodeLifecycleController, nodes=0) as world:
        world.node("control-plane", taints=[CONTROL_PLANE])
        world.node("worker", pods=2, labels={"disk": "ssd"})
        world.node("worker2", pods=2)
        yield world


def node_of(world: World, name: str) -> str | None:
    node: str | None = world.registry.get("pods", "course", name)["spec"].get("nodeName")
    return node


def place(world: World, name: str, **spec: Any) -> str | None:
    world.pod(name, ready=None, **spec)
    world.settle()
    return node_of(world, name)


async def test_spreads_over_the_workers(world: World) -> None:
    for number in range(4):
        world.pod(f"p{number}", ready=None)
    world.settle()
    assert Counter(pod["spec"]["nodeName"] for pod in world.pods()) == {"worker": 2, "worker2": 2}


async def test_pods_of_one_owner_are_spread_whatever_else_runs_on_a_node(world: World) -> None:
    for name in ("big", "big2"):
        world.node(name, labels={"size": "big"})
    for number in range(3):
        world.pod(f"alone{number}", node="big")
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "u", "controller": True}
    spec = {**template("web")["spec"], "nodeSelector": {"size": "big"}}
    for number in range(4):
        world.registry.create(
            "pods", "course", {"metadata": {"name": f"web{number}", "ownerReferences": [owner]}, "spec": spec}
        )
        world.settle()
    assert Counter(node_of(world, f"web{number}") for number in range(4)) == {"big": 2, "big2": 2}


async def test_binding(world: World) -> None:
    node = place(world, "p")
    scheduled = meta.condition(world.registry.get("pods", "course", "p"), "PodScheduled")
    assert scheduled is not None
    assert scheduled["status"] == "True"
    assert world.events("Scheduled") == [f"Successfully assigned course/p to {node}"]


async def test_too_many_pods_in_the_real_words(world: World) -> None:
    for number in range(5):
        world.pod(f"p{number}", ready=None)
    world.settle()
    message = (
        "0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Too many"
        " pods. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption"
        " victims found for incoming pod."
    )
    assert world.events("FailedScheduling") == [message]
    [waiting] = [pod for pod in world.pods() if "nodeName" not in pod["spec"]]
    condition = meta.condition(waiting, "PodScheduled")
    assert condition is not None
    assert (condition["status"], condition["reason"], condition["message"]) == ("False", "Unschedulable", message)


async def test_a_pod_that_waits_gets_the_room_of_one_that_goes(world: World) -> None:
    for number in range(5):
        world.pod(f"p{number}", ready=None)
    world.settle()
    gone = next(pod for pod in world.pods() if "nodeName" in pod["spec"])
    world.registry.delete("pods", "course", meta.name_of(gone), grace_period=0)
    world.settle()
    assert all("nodeName" in pod["spec"] for pod in world.pods())


async def test_selector_and_its_message(world: World) -> None:
    assert place(world, "fast", nodeSelector={"disk": "ssd"}) == "worker"
    assert place(world, "lost", nodeSelector={"disk": "tape"}) is None
    assert world.events("FailedScheduling") == [
        "0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 node(s)"
        " didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful"
        " for scheduling."
    ]
    world.registry.modify("nodes", "", "worker2", lambda node: node["metadata"]["labels"].update(disk="tape"))
    world.settle()
    assert node_of(world, "lost") == "worker2"


@pytest.mark.parametrize(
    ("expression", "node"),
    [
        ({"key": "disk", "operator": "In", "values": ["ssd", "hdd"]}, "worker"),
        ({"key": "disk", "operator": "DoesNotExist"}, "worker2"),
        ({"key": "disk", "operator": "NotIn", "values": ["ssd"]}, "worker2"),
        ({"key": "disk", "operator": "Exists"}, "worker"),
    ],
)
async def test_node_affinity(world: World, expression: dict[str, Any], node: str) -> None:
    term = {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
    assert (
        place(world, "p", affinity={"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": term}}) == node
    )


async def test_a_toleration_opens_the_control_plane(world: World) -> None:
    selector = {"kubernetes.io/hostname": "control-plane"}
    assert place(world, "no", nodeSelector=selector) is None
    assert (
        place(world, "yes", nodeSelector=selector, tolerations=[{**CONTROL_PLANE, "operator": "Exists"}])
        == "control-plane"
    )


async def test_cordon_and_uncordon(world: World) -> None:
    for name in ("worker", "worker2"):
        world.registry.modify("nodes", "", name, lambda node: node.setdefault("spec", {}).update(unschedulable=True))
    world.settle()
    taints = world.registry.get("nodes", "", "worker")["spec"]["taints"]
    assert [(taint["key"], taint["effect"]) for taint in taints] == [("node.kubernetes.io/unschedulable", "NoSchedule")]
    assert place(world, "p") is None
    assert "2 node(s) were unschedulable" in world.events("FailedScheduling")[0]
    world.registry.modify("nodes", "", "worker2", lambda node: node["spec"].pop("unschedulable"))
    world.settle()
    assert "taints" not in world.registry.get("nodes", "", "worker2")["spec"]
    assert node_of(world, "p") == "worker2"


async def test_resources(world: World) -> None:
    world.node("big", cpu="2", memory="4Gi")
    container = {"name": "c", "image": "x", "resources": {"requests": {"cpu": "1500m", "memory": "1Gi"}}}
    selector = {"kubernetes.io/hostname": "big"}
    assert place(world, "one", containers=[container], nodeSelector=selector) == "big"
    assert place(world, "two", containers=[container], nodeSelector=selector) is None
    assert "1 Insufficient cpu" in world.events("FailedScheduling")[0]


async def test_host_ports(world: World) -> None:
    container = {"name": "c", "image": "x", "ports": [{"containerPort": 80, "hostPort": 8080, "protocol": "TCP"}]}
    nodes = {place(world, name, containers=[container]) for name in "ab"}
    assert nodes == {"worker", "worker2"}
    assert place(world, "c", containers=[container]) is None
    assert "2 node(s) didn't have free ports for the requested pod ports" in world.events("FailedScheduling")[0]


async def test_pod_anti_affinity(world: World) -> None:
    term = {"labelSelector": {"matchLabels": {"app": "web"}}, "topologyKey": "kubernetes.io/hostname"}
    affinity = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    assert {place(world, name, affinity=affinity) for name in "ab"} == {"worker", "worker2"}
    assert place(world, "c", affinity=affinity) is None
    assert "2 node(s) didn't match pod anti-affinity rules" in world.events("FailedScheduling")[0]


async def test_pod_affinity(world: World) -> None:
    term = {"labelSelector": {"matchLabels": {"app": "db"}}, "topologyKey": "kubernetes.io/hostname"}
    affinity = {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    assert place(world, "early", affinity=affinity) is None
    assert "2 node(s) didn't match pod affinity rules" in world.events("FailedScheduling")[0]
    database = place(world, "db", labels={"app": "db"})
    assert node_of(world, "early") == database


async def test_pods_are_spread_where_that_must_hold(world: World) -> None:
    spread = {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "web"}},
    }
    selected = {"nodeSelector": {"disk": "ssd"}}
    place(world, "first", **selected)
    place(world, "second", **selected)
    assert place(world, "a", labels={"app": "web"}, topologySpreadConstraints=[spread]) == "worker2"
    assert place(world, "b", labels={"app": "web"}, topologySpreadConstraints=[spread]) is None
    assert "1 node(s) didn't match pod topology spread constraints" in world.events("FailedScheduling")[0]
    elsewhere = {**spread, "topologyKey": "zone"}
    assert place(world, "c", labels={"app": "web"}, topologySpreadConstraints=[elsewhere]) is None
    assert "constraints (missing required label)" in world.events("FailedScheduling")[-1]


@pytest.mark.parametrize(("kind", "same"), [("podAffinity", True), ("podAntiAffinity", False)])
async def test_preferred_affinity_of_pods(kind: str, same: bool, world: World) -> None:
    term = {"labelSelector": {"matchLabels": {"app": "db"}}, "topologyKey": "kubernetes.io/hostname"}
    preferred = [{"weight": 1, "podAffinityTerm": term}]
    affinity = {kind: {"preferredDuringSchedulingIgnoredDuringExecution": preferred}}
    database = place(world, "db", labels={"app": "db"})
    assert (place(world, "near", affinity=affinity) == database) is same


async def test_preferred_affinity_of_nodes(world: World) -> None:
    place(world, "first", nodeSelector={"disk": "ssd"})  # the other one has fewer pods
    preferred = [{"weight": 5, "preference": {"matchExpressions": [{"key": "disk", "operator": "Exists"}]}}]
    affinity = {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": preferred}}
    assert place(world, "second", affinity=affinity) == "worker"


async def test_what_is_not_for_this_scheduler(world: World) -> None:
    assert place(world, "other", schedulerName="mine") is None
    assert place(world, "gated", schedulingGates=[{"name": "example.com/wait"}]) is None
    assert world.events("FailedScheduling", "Scheduled") == []
    world.change("pods", "gated", lambda pod: pod["spec"].pop("schedulingGates"))
    world.settle()
    assert node_of(world, "gated") is not None


async def test_no_nodes() -> None:
    world = World(nodes=0)
    assert place(world, "p") is None
    assert world.events("FailedScheduling") == ["no nodes available to schedule pods"]


async def test_choices_repeat_with_a_seed() -> None:
    def nodes() -> list[str]:
        world = World(nodes=4)
        for number in range(12):
            world.pod(f"p{number}", ready=None)
        world.settle()
        return [pod["spec"]["nodeName"] for pod in world.pods()]

    assert nodes() == nodes()


@pytest.mark.parametrize(
    ("toleration", "expected"),
    [
        ({"operator": "Exists"}, True),
        ({"key": "a", "operator": "Exists"}, True),
        ({"key": "a", "value": "b"}, True),
        ({"key": "a", "value": "c"}, False),
        ({"key": "a", "operator": "Equal", "value": "b", "effect": "NoExecute"}, False),
        ({"key": "x", "operator": "Exists"}, False),
    ],
)
async def test_tolerations(toleration: dict[str, str], expected: bool) -> None:
    assert tolerates([toleration], {"key": "a", "value": "b", "effect": "NoSchedule"}) is expected


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("250m", 0.25), ("64Mi", 64 * 2**20), ("1.5Gi", 1.5 * 2**30), ("2k", 2000), ("1e3", 1000)],
)
async def test_quantities(text: str, value: float) -> None:
    assert value_of(text) == value
