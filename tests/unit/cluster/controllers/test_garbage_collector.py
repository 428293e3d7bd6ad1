from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.deployment.controller import DeploymentController
from kubelearn.cluster.controllers.endpoints.endpointslice import EndpointSliceController
from kubelearn.cluster.controllers.garbage_collector import GarbageCollector
from kubelearn.cluster.controllers.replicaset.controller import ReplicaSetController
from kubelearn.cluster.meta import Object
from tests.unit.fakes import DEPLOYMENTS, REPLICASETS, SLICES, World

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def world() -> AsyncIterator[World]:
    with World(DeploymentController, ReplicaSetController, EndpointSliceController, GarbageCollector) as world:
        world.deployment()
        world.service()
        world.settle()
        yield world


def config_map(world: World, name: str, *owners: Object, block: bool = False) -> Object:
    references = [
        {
            "apiVersion": owner["apiVersion"],
            "kind": owner["kind"],
            "name": meta.name_of(owner),
            "uid": owner["metadata"]["uid"],
            "blockOwnerDeletion": block,
        }
        for owner in owners
    ]
    metadata: Object = {"name": name, "ownerReferences": references} if references else {"name": name}
    return world.registry.create("configmaps", "course", {"metadata": metadata})


def names(world: World) -> list[str]:
    return [meta.name_of(item) for item in world.registry.list("configmaps", "course")]


async def test_background(world: World) -> None:
    world.registry.delete(DEPLOYMENTS, "course", "web")
    assert world.registry.list(DEPLOYMENTS) == []
    assert len(world.registry.list(REPLICASETS)) == 1
    world.settle()
    assert world.registry.list(REPLICASETS) == []
    assert world.pods() == []


async def test_foreground(world: World) -> None:
    world.kubelet.ends = lambda pod: False
    world.registry.delete(DEPLOYMENTS, "course", "web", propagation="Foreground")
    world.settle()
    deployment = world.registry.get(DEPLOYMENTS, "course", "web")
    assert deployment["metadata"]["finalizers"] == ["foregroundDeletion"]
    [item] = world.registry.list(REPLICASETS)
    assert meta.is_terminating(item)
    assert len(world.pods()) == 3
    assert all(meta.is_terminating(pod) for pod in world.pods())
    world.kubelet.ends = lambda pod: True
    world.settle()
    assert world.registry.list(DEPLOYMENTS) == world.registry.list(REPLICASETS) == world.pods() == []


async def test_orphan(world: World) -> None:
    world.registry.delete(DEPLOYMENTS, "course", "web", propagation="Orphan")
    world.settle()
    assert world.registry.list(DEPLOYMENTS) == []
    [item] = world.registry.list(REPLICASETS)
    assert "ownerReferences" not in item["metadata"]
    assert len(world.pods()) == 3
    assert all(meta.controller_of(pod) is not None for pod in world.pods())


async def test_slices_go_with_their_service(world: World) -> None:
    assert len(world.registry.list(SLICES)) == 1
    world.registry.delete("services", "course", "web")
    world.settle()
    assert world.registry.list(SLICES) == []


async def test_an_owner_that_never_was(world: World) -> None:
    ghost = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "ghost", "uid": "0"}}
    config_map(world, "child", ghost)
    world.settle()
    assert names(world) == []


async def test_an_owner_of_the_same_name_is_another_one(world: World) -> None:
    first = config_map(world, "parent")
    config_map(world, "child", first)
    world.settle()
    world.registry.delete("configmaps", "course", "parent")
    config_map(world, "parent")
    world.settle()
    assert names(world) == ["parent"]


async def test_an_owner_of_an_unknown_kind_is_left_alone(world: World) -> None:
    config_map(world, "child", {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "t", "uid": "0"}})
    world.settle()
    assert names(world) == ["child"]


async def test_one_owner_left(world: World) -> None:
    one, two = config_map(world, "one"), config_map(world, "two")
    config_map(world, "child", one, two)
    world.settle()
    world.registry.delete("configmaps", "course", "one")
    world.settle()
    assert [
        reference["name"]
        for reference in world.registry.get("configmaps", "course", "child")["metadata"]["ownerReferences"]
    ] == ["two"]
    world.registry.delete("configmaps", "course", "two")
    world.settle()
    assert names(world) == []


@pytest.mark.parametrize("block", [True, False])
async def test_only_what_blocks_is_waited_for(world: World, block: bool) -> None:
    parent = config_map(world, "parent")
    child = config_map(world, "child", parent, block=block)
    world.change(
        "configmaps", meta.name_of(child), lambda item: item["metadata"].update(finalizers=["example.com/hold"])
    )
    world.settle()
    world.registry.delete("configmaps", "course", "parent", propagation="Foreground")
    world.settle()
    assert names(world) == (["child", "parent"] if block else ["child"])
    world.change("configmaps", "child", lambda item: item["metadata"].pop("finalizers"))
    world.settle()
    assert names(world) == []
