from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.daemonset.controller import DaemonSetController
from kubelearn.cluster.controllers.node.lifecycle import NodeLifecycleController
from kubelearn.cluster.meta import Object
from tests.unit.fakes import World, set_status, template

pytestmark = pytest.mark.asyncio
DAEMONSETS, REVISIONS = "daemonsets.apps", "controllerrevisions.apps"


@pytest.fixture
def world() -> Iterator[World]:
    with World(DaemonSetController, NodeLifecycleController, nodes=3) as world:
        yield world


def daemon_set(world: World, pod: Object | None = None, **spec: Any) -> Object:
    described = {"selector": {"matchLabels": {"app": "agent"}}, "template": pod or template("agent"), **spec}
    return world.registry.create(DAEMONSETS, "course", {"metadata": {"name": "agent"}, "spec": described})


def selecting(**labels: str) -> Object:
    pod = template("agent")
    pod["spec"]["nodeSelector"] = labels
    return pod


def places(world: World) -> list[str]:
    return sorted(pod["spec"]["nodeName"] for pod in world.pods() if not meta.is_terminating(pod))


def status(world: World) -> Object:
    found: Object = world.registry.get(DAEMONSETS, "course", "agent")["status"]
    return found


def set_image(world: World, image: str) -> None:
    world.change(DAEMONSETS, "agent", lambda item: item["spec"].update(template=template("agent", image)))


def images(world: World) -> list[str]:
    return sorted(pod["spec"]["containers"][0]["image"] for pod in world.pods() if not meta.is_terminating(pod))


async def test_a_pod_on_every_node(world: World) -> None:
    daemon_set(world)
    world.settle()
    assert places(world) == ["worker0", "worker1", "worker2"]
    assert status(world) == {
        "currentNumberScheduled": 3,
        "numberMisscheduled": 0,
        "desiredNumberScheduled": 3,
        "numberReady": 3,
        "observedGeneration": 1,
        "updatedNumberScheduled": 3,
        "numberAvailable": 3,
    }
    pod = world.pods()[0]
    revision = world.registry.list(REVISIONS, "course")[0]
    assert meta.labels_of(pod)["pod-template-generation"] == "1"
    assert meta.name_of(revision) == f"agent-{meta.labels_of(pod)['controller-revision-hash']}"
    assert [item["key"].rpartition("/")[2] for item in pod["spec"]["tolerations"]] == [
        "not-ready",
        "unreachable",
        "disk-pressure",
        "memory-pressure",
        "pid-pressure",
        "unschedulable",
    ]
    assert f"Created pod: {meta.name_of(pod)}" in world.events("SuccessfulCreate")


async def test_only_on_nodes_of_some_kind_and_they_come_and_go(world: World) -> None:
    daemon_set(world, selecting(edge="yes"))
    world.settle()
    assert (places(world), status(world)["desiredNumberScheduled"]) == ([], 0)
    world.registry.modify("nodes", "", "worker1", lambda node: node["metadata"]["labels"].update(edge="yes"))
    world.settle()
    assert places(world) == ["worker1"]
    world.node("worker9", labels={"edge": "yes"})
    world.settle()
    assert places(world) == ["worker1", "worker9"]
    world.registry.modify("nodes", "", "worker1", lambda node: node["metadata"]["labels"].pop("edge") and None)
    world.settle()
    assert places(world) == ["worker9"]


async def test_taints_keep_new_pods_away_and_no_execute_ends_those_that_are_there(world: World) -> None:
    def taint(node: Object, effect: str) -> None:
        node.setdefault("spec", {})["taints"] = [{"key": "k", "effect": effect}]

    world.registry.modify("nodes", "", "worker0", lambda node: taint(node, "NoSchedule"))
    daemon_set(world)
    world.settle()
    assert places(world) == ["worker1", "worker2"]
    world.registry.modify("nodes", "", "worker1", lambda node: taint(node, "NoSchedule"))
    world.settle()
    assert places(world) == ["worker1", "worker2"]
    assert (status(world)["desiredNumberScheduled"], status(world)["numberMisscheduled"]) == (1, 1)
    world.registry.modify("nodes", "", "worker1", lambda node: taint(node, "NoExecute"))
    world.settle()
    assert places(world) == ["worker2"]


async def test_a_cordoned_node_keeps_its_pod(world: World) -> None:
    daemon_set(world)
    world.settle()
    world.registry.modify("nodes", "", "worker0", lambda node: node.setdefault("spec", {}).update(unschedulable=True))
    world.settle()
    for pod in world.pods():
        world.registry.delete("pods", "course", meta.name_of(pod))
    world.settle()
    assert places(world) == ["worker0", "worker1", "worker2"]


async def test_rolls_one_node_after_the_other(world: World) -> None:
    daemon_set(world)
    world.settle()
    world.kubelet.makes_ready = lambda pod: pod["spec"]["containers"][0]["image"] == "nginx:1.27"
    set_image(world, "nginx:1.26")
    world.settle()
    assert images(world) == ["nginx:1.26", "nginx:1.27", "nginx:1.27"]
    assert (status(world)["updatedNumberScheduled"], status(world)["numberUnavailable"]) == (1, 1)
    world.kubelet.makes_ready = lambda pod: True
    world.settle()
    assert images(world) == ["nginx:1.26"] * 3
    assert sorted(item["revision"] for item in world.registry.list(REVISIONS, "course")) == [1, 2]
    assert {meta.labels_of(pod)["pod-template-generation"] for pod in world.pods()} == {"2"}


async def test_surges_before_it_deletes(world: World) -> None:
    daemon_set(world, updateStrategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}})
    world.settle()
    world.kubelet.makes_ready = lambda pod: pod["spec"]["containers"][0]["image"] == "nginx:1.27"
    set_image(world, "nginx:1.26")
    world.settle()
    assert images(world) == ["nginx:1.26", "nginx:1.27", "nginx:1.27", "nginx:1.27"]
    assert sum(map(meta.is_ready, world.pods())) == 3
    world.kubelet.makes_ready = lambda pod: True
    world.settle()
    assert images(world) == ["nginx:1.26"] * 3


async def test_on_delete_waits_for_somebody_to_delete(world: World) -> None:
    daemon_set(world, updateStrategy={"type": "OnDelete"})
    world.settle()
    set_image(world, "nginx:1.26")
    world.settle()
    assert images(world) == ["nginx:1.27"] * 3
    world.registry.delete("pods", "course", meta.name_of(world.pods()[0]))
    world.settle()
    assert images(world) == ["nginx:1.26", "nginx:1.27", "nginx:1.27"]


async def test_old_pods_that_do_not_serve_are_replaced_at_once(world: World) -> None:
    world.kubelet.makes_ready = lambda pod: pod["spec"]["containers"][0]["image"] == "nginx:1.26"
    daemon_set(world)
    world.settle()
    set_image(world, "nginx:1.26")
    world.settle()
    assert images(world) == ["nginx:1.26"] * 3


async def test_a_failed_pod_is_replaced_and_the_next_one_later(world: World) -> None:
    daemon_set(world, selecting(**{"kubernetes.io/hostname": "worker0"}))
    for _ in range(2):
        world.settle()
        (pod,) = world.pods()
        set_status(world.registry, pod, phase="Failed", ready=False)
    world.settle()
    assert len(world.events("FailedDaemonPod")) == 1
    assert [pod["status"]["phase"] for pod in world.pods()] == ["Failed"]


async def test_of_two_pods_on_a_node_the_younger_goes(world: World) -> None:
    daemon_set(world)
    world.settle()
    old = sorted(meta.name_of(pod) for pod in world.pods())
    world.pod("zz-another", node="worker0", labels={"app": "agent"})
    world.settle()
    assert sorted(meta.name_of(pod) for pod in world.pods()) == old
    assert world.events("SuccessfulDelete") == ["Deleted pod: zz-another"]
