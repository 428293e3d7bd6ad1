"""What is said of nodes, and by which taints."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kubelearn.cluster.controllers.node.lifecycle import NodeLifecycleController
from tests.unit.fakes import World

pytestmark = pytest.mark.asyncio


@pytest.fixture
def world() -> Iterator[World]:
    with World(NodeLifecycleController, scheduler=False) as world:
        yield world


def taints(world: World) -> list[tuple[str, str]]:
    world.settle()
    found = world.registry.get("nodes", "", "worker0")["spec"].get("taints") or []
    return [(taint["key"], taint["effect"]) for taint in found]


async def test_a_cordoned_node_is_tainted_until_it_is_uncordoned(world: World) -> None:
    own = {"key": "mine", "effect": "NoSchedule"}
    world.registry.modify("nodes", "", "worker0", lambda item: item.update(spec={"taints": [own]}))
    world.registry.modify("nodes", "", "worker0", lambda item: item["spec"].update(unschedulable=True))
    assert taints(world) == [("mine", "NoSchedule"), ("node.kubernetes.io/unschedulable", "NoSchedule")]
    world.registry.modify("nodes", "", "worker0", lambda item: item["spec"].pop("unschedulable"))
    assert taints(world) == [("mine", "NoSchedule")]


async def test_a_node_that_is_not_ready(world: World) -> None:
    for status, expected in (("False", [("node.kubernetes.io/not-ready", "NoSchedule")]), ("True", [])):
        conditions = [{"type": "Ready", "status": status}]
        world.registry.modify(
            "nodes",
            "",
            "worker0",
            lambda item, new=conditions: item["status"].update(conditions=new),
            subresource="status",
        )
        assert taints(world) == expected


async def test_a_node_that_is_gone(world: World) -> None:
    world.registry.delete("nodes", "", "worker0")
    world.settle()
    assert world.events("RemovingNode") == ["Node worker0 event: Removing Node worker0 from Controller"]
