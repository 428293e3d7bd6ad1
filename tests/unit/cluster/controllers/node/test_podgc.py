"""Pods that no kubelet ends any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.framework.informer import Informers
from kubelearn.cluster.controllers.node.podgc import PodGarbageCollector
from kubelearn.cluster.meta import Object
from tests.unit.fakes import World, set_status

pytestmark = pytest.mark.asyncio
#: How long a node may be missing here.
SHORTLY = 0.02


@pytest.fixture
def make_world() -> Iterator[Callable[..., World]]:
    with ExitStack() as worlds:

        def make(kept: int = 100) -> World:
            collector: Callable[[Informers], PodGarbageCollector] = partial(
                PodGarbageCollector, quarantine=SHORTLY, kept=kept
            )
            return worlds.enter_context(World(collector, scheduler=False))

        yield make


def names(world: World) -> list[str]:
    return [meta.name_of(pod) for pod in world.pods()]


async def until_gone(world: World, name: str) -> None:
    async with asyncio.timeout(5):
        while world.registry.find("pods", "course", name) is not None:
            world.settle(kubelet=False)
            await asyncio.sleep(SHORTLY / 4)


async def test_the_pods_of_a_node_that_is_gone(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.pod("here", node="worker0")
    world.pod("there", node="worker1")
    seen = world.registry.watch("pods")
    world.registry.delete("nodes", "", "worker1")
    world.settle(kubelet=False)
    assert names(world) == ["here", "there"], "the node may come back"
    await until_gone(world, "there")
    assert names(world) == ["here"]
    failed = [event.object for event in seen.pending() if event.object["status"]["phase"] == "Failed"]
    condition = meta.condition(failed[0], "DisruptionTarget")
    assert condition is not None
    assert (condition["reason"], condition["message"]) == ("DeletionByPodGC", "PodGC: node no longer exists")
    seen.close()


async def test_a_node_that_comes_back_keeps_its_pods(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.pod("there", node="worker1")
    world.pod("nowhere", node="nosuch")
    world.registry.delete("nodes", "", "worker1")
    world.settle(kubelet=False)
    world.node("worker1")
    await until_gone(world, "nowhere")
    assert names(world) == ["there"]


async def test_a_terminating_pod_without_a_node(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.pod("held", ready=None)
    world.change("pods", "held", lambda item: item["metadata"].update(finalizers=["example.com/hold"]))
    world.registry.delete("pods", "course", "held")
    world.settle(kubelet=False)
    assert world.registry.get("pods", "course", "held")["status"]["phase"] == "Failed"


def out_of_service(node: Object, *, ready: bool) -> None:
    node["spec"]["taints"] = [{"key": "node.kubernetes.io/out-of-service", "effect": "NoExecute"}]
    node["status"]["conditions"] = [{"type": "Ready", "status": str(ready)}]


@pytest.mark.parametrize("ready", [True, False])
async def test_a_node_out_of_service(make_world: Callable[..., World], ready: bool) -> None:
    world = make_world()
    world.pod("going", node="worker1")
    world.pod("staying", node="worker1")
    world.registry.delete("pods", "course", "going")
    for subresource in ("", "status"):
        world.registry.modify(
            "nodes", "", "worker1", lambda item: out_of_service(item, ready=ready), subresource=subresource
        )
    world.settle(kubelet=False)
    assert names(world) == (["going", "staying"] if ready else ["staying"])


async def test_the_oldest_of_too_many_that_have_ended(make_world: Callable[..., World]) -> None:
    world = make_world(kept=2)
    for name in ("a", "b", "c", "d"):
        phase = {"b": "Running", "d": "Failed"}.get(name, "Succeeded")
        set_status(world.registry, world.pod(name), phase=phase, **({"reason": "Evicted"} if name == "d" else {}))
    world.settle(kubelet=False)
    assert names(world) == ["a", "b", "c"]
