"""Pods that do not tolerate what their node has become."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.node.taint_eviction import TaintEvictionController
from kubelearn.cluster.meta import Object
from tests.unit.fakes import World

pytestmark = pytest.mark.asyncio
TAINT: Object = {"key": "broken", "value": "yes", "effect": "NoExecute"}


@pytest.fixture
def world() -> Iterator[World]:
    with World(TaintEvictionController, scheduler=False) as world:
        yield world


def taint(world: World, *taints: Object) -> None:
    world.registry.modify("nodes", "", "worker0", lambda item: item["spec"].update(taints=list(taints)))
    world.settle(kubelet=False)


def going(world: World) -> list[str]:
    return [meta.name_of(pod) for pod in world.pods() if meta.is_terminating(pod)]


async def test_only_those_that_do_not_tolerate_it_go(world: World) -> None:
    world.pod("plain")
    world.pod("elsewhere", node="worker1")
    world.pod("tolerant", tolerations=[{"operator": "Exists"}])
    world.pod("other", tolerations=[{"key": "broken", "value": "no", "effect": "NoExecute"}])
    taint(world, {**TAINT, "effect": "NoSchedule"})
    assert going(world) == []
    taint(world, TAINT)
    assert going(world) == ["other", "plain"]
    condition = meta.condition(world.registry.get("pods", "course", "plain"), "DisruptionTarget")
    assert condition is not None
    assert (condition["reason"], condition["message"]) == (
        "DeletionByTaintManager",
        "Taint manager: deleting due to NoExecute taint",
    )
    assert sorted(world.events("TaintManagerEviction")) == [
        "Marking for deletion Pod course/other",
        "Marking for deletion Pod course/plain",
    ]


async def test_a_pod_that_comes_to_a_tainted_node_goes(world: World) -> None:
    taint(world, TAINT)
    world.pod("late")
    world.settle(kubelet=False)
    assert going(world) == ["late"]


async def test_a_toleration_for_a_while(world: World) -> None:
    for name, seconds in (("short", 1), ("long", 300)):
        toleration = {"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": seconds}
        world.pod(name, tolerations=[toleration])
    taint(world, TAINT)
    assert going(world) == []
    async with asyncio.timeout(5):
        while not going(world):
            world.settle(kubelet=False)
            await asyncio.sleep(0.05)
    assert going(world) == ["short"]
    taint(world)
    assert world.events("TaintManagerEviction")[-1] == "Cancelling deletion of Pod course/long"


async def test_a_negative_time_is_none(world: World) -> None:
    world.pod("a", tolerations=[{"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": -5}])
    taint(world, TAINT)
    assert going(world) == ["a"]
