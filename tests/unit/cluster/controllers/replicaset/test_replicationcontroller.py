from __future__ import annotations

from collections.abc import Iterator

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.replicaset.replicationcontroller import ReplicationControllerController
from kubelearn.cluster.meta import Object
from tests.unit.fakes import World, template

pytestmark = pytest.mark.asyncio
CONTROLLERS = "replicationcontrollers"


@pytest.fixture
def world() -> Iterator[World]:
    with World(ReplicationControllerController) as world:
        yield world


def create(world: World, replicas: int = 2) -> Object:
    spec = {"replicas": replicas, "template": template("old")}
    return world.registry.create(CONTROLLERS, "course", {"metadata": {"name": "old"}, "spec": spec})


async def test_keeps_pods_and_says_so_in_its_own_name(world: World) -> None:
    made = create(world)
    world.settle()
    assert made["spec"]["selector"] == made["metadata"]["labels"] == {"app": "old"}
    assert [meta.controller_of(pod) for pod in world.pods()] == [meta.controller_reference(made)] * 2
    assert world.registry.get(CONTROLLERS, "course", "old")["status"] == {
        "replicas": 2,
        "fullyLabeledReplicas": 2,
        "readyReplicas": 2,
        "availableReplicas": 2,
        "observedGeneration": 1,
    }
    sources = {event["source"]["component"] for event in world.registry.list("events") if "source" in event}
    assert "replication-controller" in sources


async def test_adopts_releases_and_scales(world: World) -> None:
    create(world, 1)
    world.settle()
    (pod,) = world.pods()
    world.change("pods", meta.name_of(pod), lambda item: item["metadata"]["labels"].update(app="free"))
    world.pod("stray", labels={"app": "old"})
    world.settle()
    released = world.registry.get("pods", "course", meta.name_of(pod))
    assert meta.controller_of(released) is None
    assert len(world.pods(app="old")) == 1
    world.change(CONTROLLERS, "old", lambda item: item["spec"].update(replicas=0))
    world.settle()
    assert world.pods(app="old") == []
