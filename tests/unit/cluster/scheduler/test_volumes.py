"""What the scheduler says of pods with claims, and where they go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kubelearn.cluster import bootstrap, meta
from kubelearn.cluster.controllers.persistentvolume.controller import PersistentVolumeController
from kubelearn.cluster.controllers.persistentvolume.provisioner import LocalPathProvisioner
from kubelearn.cluster.meta import Object
from tests.unit.fakes import World

pytestmark = pytest.mark.asyncio
CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"


@pytest.fixture
def world() -> Iterator[World]:
    with World(PersistentVolumeController, LocalPathProvisioner) as world:
        bootstrap.storage_class(world.registry)
        yield world


def claim(world: World, **spec: Any) -> None:
    whole = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **spec}
    world.registry.create(CLAIMS, "course", {"metadata": {"name": "notes"}, "spec": whole})


def local_volume(world: World, node: str) -> None:
    place = {"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}
    spec = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "local": {"path": "/mnt"},
        "storageClassName": "disks",
        "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [place]}]}},
    }
    world.registry.create(VOLUMES, "", {"metadata": {"name": node}, "spec": spec})


def disks(world: World) -> None:
    metadata, mode = {"name": "disks"}, "WaitForFirstConsumer"
    made = {"metadata": metadata, "provisioner": "kubernetes.io/no-provisioner", "volumeBindingMode": mode}
    world.registry.create("storageclasses.storage.k8s.io", "", made)


def pod(world: World, name: str = "p", **spec: Any) -> None:
    world.pod(name, ready=None, volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "notes"}}], **spec)


def node_of(world: World, name: str = "p") -> str:
    found: Object = world.registry.get("pods", "course", name)
    return str(found["spec"].get("nodeName", ""))


def why(world: World, name: str = "p") -> str:
    condition = meta.condition(world.registry.get("pods", "course", name), "PodScheduled")
    assert condition is not None
    return str(condition["message"])


async def test_without_its_claim_a_pod_waits_and_goes_on_when_it_comes(world: World) -> None:
    pod(world)
    world.settle()
    assert why(world) == '0/2 nodes are available: persistentvolumeclaim "notes" not found. not found'
    claim(world)
    world.settle()
    assert node_of(world).startswith("worker")


async def test_a_claim_that_is_not_bound_when_a_pod_needs_it(world: World) -> None:
    claim(world, storageClassName="")
    pod(world)
    world.settle()
    assert why(world) == "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found"


async def test_a_claim_that_is_being_deleted(world: World) -> None:
    claim(world)
    world.registry.delete(CLAIMS, "course", "notes")
    pod(world)
    world.settle()
    assert why(world) == '0/2 nodes are available: persistentvolumeclaim "notes" is being deleted. not found'


async def test_later_pods_go_where_the_volume_is(world: World) -> None:
    claim(world)
    pod(world, "first")
    world.settle()
    for number in range(3):
        pod(world, f"later{number}")
    world.settle()
    assert {node_of(world, f"later{number}") for number in range(3)} == {node_of(world, "first")}
    elsewhere = ({"worker0", "worker1"} - {node_of(world, "first")}).pop()
    pod(world, "away", nodeSelector={"kubernetes.io/hostname": elsewhere})
    world.settle()
    assert why(world, "away") == (
        "0/2 nodes are available: 1 node(s) didn't match PersistentVolume's node affinity, 1 node(s) didn't match "
        "Pod's node affinity/selector. preemption: 0/2 nodes are available: 2 Preemption is not helpful for "
        "scheduling."
    )


async def test_a_disk_of_a_node_takes_its_pod_there(world: World) -> None:
    disks(world)
    claim(world, storageClassName="disks")
    pod(world)
    world.settle()
    assert "2 node(s) didn't find available persistent volumes to bind" in why(world)
    local_volume(world, "worker1")
    world.settle()
    assert node_of(world) == "worker1"
    assert world.registry.get(CLAIMS, "course", "notes")["spec"]["volumeName"] == "worker1"


async def test_a_volume_for_one_pod_is_for_no_second(world: World) -> None:
    claim(world, accessModes=["ReadWriteOncePod"])
    pod(world)
    world.settle()
    pod(world, "second")
    world.settle()
    text = "1 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"
    assert text in why(world, "second")
