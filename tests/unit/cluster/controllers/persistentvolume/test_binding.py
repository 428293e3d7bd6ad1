"""Which volume a claim gets, what both then say, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kubelearn.cluster import bootstrap
from kubelearn.cluster.controllers.persistentvolume import controller
from kubelearn.cluster.controllers.persistentvolume.controller import PersistentVolumeController
from kubelearn.cluster.controllers.persistentvolume.ephemeral import EphemeralVolumeController
from kubelearn.cluster.controllers.persistentvolume.protection import VolumeProtectionController
from kubelearn.cluster.controllers.persistentvolume.provisioner import LocalPathProvisioner
from kubelearn.cluster.meta import Object
from tests.unit.fakes import World

pytestmark = pytest.mark.asyncio
CLAIMS, VOLUMES, CLASSES = "persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io"

_VOLUMES = [{"name": "data", "persistentVolumeClaim": {"claimName": "notes"}}]


@pytest.fixture
def world() -> Iterator[World]:
    with World(
        PersistentVolumeController, LocalPathProvisioner, VolumeProtectionController, EphemeralVolumeController
    ) as world:
        bootstrap.storage_class(world.registry)
        yield world


def claim(world: World, name: str = "notes", size: str = "16Mi", **spec: Any) -> None:
    whole = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec}
    world.registry.create(CLAIMS, "course", {"metadata": {"name": name}, "spec": whole})


def volume(world: World, name: str, size: str = "1Gi", *, labels: dict[str, str] | None = None, **spec: Any) -> None:
    whole = {
        "capacity": {"storage": size},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": f"/tmp/{name}"},
        **spec,
    }
    world.registry.create(VOLUMES, "", {"metadata": {"name": name, "labels": labels or {}}, "spec": whole})


def user(world: World, name: str = "writer", source: Object | None = None) -> None:
    world.pod(name, ready=None, volumes=[{"name": "data", **source}] if source else _VOLUMES)


def found(world: World, name: str = "notes") -> Object:
    return world.registry.get(CLAIMS, "course", name)


def phases(world: World) -> dict[str, str]:
    return {item["metadata"]["name"]: item["status"]["phase"] for item in world.registry.list(VOLUMES)}


async def test_a_claim_of_the_default_class_waits_for_its_first_consumer(world: World) -> None:
    claim(world)
    world.settle()
    assert found(world)["spec"]["storageClassName"] == "standard"
    assert found(world)["status"] == {"phase": "Pending"}
    assert world.events() == ["waiting for first consumer to be created before binding"]


async def test_a_claim_whose_pod_waits_waits_for_that_pod(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controller, "RESYNC", 0.0)
    claim(world)
    world.pod("stuck", ready=None, volumes=_VOLUMES, nodeSelector={"disk": "none"})
    world.settle()
    assert world.events("WaitForFirstConsumer", "WaitForPodScheduled") == ["waiting for pod stuck to be scheduled"]


async def test_the_first_consumer_brings_a_volume_on_its_node(world: World) -> None:
    claim(world)
    user(world)
    world.settle()
    mine, node = found(world), world.registry.get("pods", "course", "writer")["spec"]["nodeName"]
    name = f"pvc-{mine['metadata']['uid']}"
    assert mine["spec"]["volumeName"] == name
    assert mine["status"] == {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "16Mi"}}
    assert mine["metadata"]["annotations"] == {
        "pv.kubernetes.io/bind-completed": "yes",
        "pv.kubernetes.io/bound-by-controller": "yes",
        "volume.beta.kubernetes.io/storage-provisioner": "rancher.io/local-path",
        "volume.kubernetes.io/selected-node": node,
        "volume.kubernetes.io/storage-provisioner": "rancher.io/local-path",
    }
    made = world.registry.get(VOLUMES, "", name)
    assert made["spec"]["hostPath"]["path"] == f"/var/local-path-provisioner/{name}_course_notes"
    assert made["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"][0]["matchExpressions"][0]["values"] == [node]
    assert (made["status"]["phase"], made["spec"]["claimRef"]["uid"]) == ("Bound", mine["metadata"]["uid"])
    assert world.events("Provisioning", "ProvisioningSucceeded") == [
        'External provisioner is provisioning volume for claim "course/notes"',
        f"Successfully provisioned volume {name}",
    ]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, "small"),
        ({"accessModes": ["ReadWriteMany"]}, "shared"),
        ({"size": "3Gi"}, "large"),
        ({"selector": {"matchLabels": {"disk": "fast"}}}, "large"),
        ({"storageClassName": "gold"}, "golden"),
        ({"volumeName": "large"}, "large"),
        ({"size": "9Gi"}, None),
        ({"volumeMode": "Block"}, None),
    ],
)
async def test_a_claim_gets_the_smallest_volume_that_fits(
    world: World, spec: dict[str, Any], expected: str | None
) -> None:
    volume(world, "large", "5Gi", labels={"disk": "fast"})
    volume(world, "small", "2Gi")
    volume(world, "shared", "1Gi", accessModes=["ReadWriteOnce", "ReadWriteMany"])
    volume(world, "golden", "1Gi", storageClassName="gold")
    claim(world, **{"storageClassName": "", **spec})
    world.settle()
    assert found(world)["spec"].get("volumeName") == expected
    assert [name for name, phase in phases(world).items() if phase == "Bound"] == [expected] * (expected is not None)


async def test_a_volume_that_was_made_for_a_claim_is_nobody_elses(world: World) -> None:
    volume(world, "mine", claimRef={"namespace": "course", "name": "notes"})
    claim(world, "other", storageClassName="")
    world.settle()
    assert found(world, "other")["status"]["phase"] == "Pending"
    assert world.events("FailedBinding") == [
        "no persistent volumes available for this claim and no storage class is set"
    ]
    claim(world, storageClassName="")
    world.settle()
    assert (found(world)["spec"]["volumeName"], phases(world)) == ("mine", {"mine": "Bound"})


@pytest.mark.parametrize(
    ("spec", "reason", "message"),
    [
        ({"storageClassName": "nosuch"}, "ProvisioningFailed", 'storageclass.storage.k8s.io "nosuch" not found'),
        (
            {"storageClassName": "", "volumeName": "large", "size": "9Gi"},
            "VolumeMismatch",
            'Cannot bind to requested volume "large": requested PV is too small',
        ),
        (
            {"storageClassName": "gold", "volumeName": "large"},
            "VolumeMismatch",
            'Cannot bind to requested volume "large": storageClassName does not match',
        ),
        (
            {"storageClassName": "", "volumeName": "taken"},
            "FailedBinding",
            'volume "taken" already bound to a different claim.',
        ),
    ],
)
async def test_why_a_claim_is_not_bound(world: World, spec: dict[str, Any], reason: str, message: str) -> None:
    volume(world, "large")
    volume(world, "taken", claimRef={"namespace": "course", "name": "other"})
    claim(world, **spec)
    world.settle()
    assert found(world)["status"]["phase"] == "Pending"
    assert world.events(reason) == [message]


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (
            {"accessModes": ["ReadWriteMany"]},
            "NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes",
        ),
        ({"storageClassName": "now"}, "configuration error, no node was specified"),
    ],
)
async def test_what_a_folder_of_a_node_cannot_be(world: World, spec: dict[str, Any], why: str) -> None:
    now = {"metadata": {"name": "now"}, "provisioner": "rancher.io/local-path", "volumeBindingMode": "Immediate"}
    world.registry.create(CLASSES, "", now)
    claim(world, **spec)
    user(world)
    world.settle()
    name = spec.get("storageClassName", "standard")
    assert world.events("ProvisioningFailed") == [f'failed to provision volume with StorageClass "{name}": {why}']


@pytest.mark.parametrize(
    ("spec", "phase"),
    [
        ({}, "Released"),
        ({"persistentVolumeReclaimPolicy": "Recycle"}, "Available"),
        ({"persistentVolumeReclaimPolicy": "Delete"}, None),
        ({"persistentVolumeReclaimPolicy": "Delete", "hostPath": {"path": "/data"}}, "Failed"),
        ({"persistentVolumeReclaimPolicy": "Delete", "hostPath": None, "nfs": {"server": "s", "path": "/"}}, "Failed"),
    ],
)
async def test_what_becomes_of_a_volume_without_its_claim(world: World, spec: Object, phase: str | None) -> None:
    volume(world, "one", **spec)
    claim(world, storageClassName="")
    world.settle()
    assert phases(world) == {"one": "Bound"}
    world.registry.delete(CLAIMS, "course", "notes")
    world.settle()
    assert phases(world).get("one") == phase
    failures = world.events("VolumeFailedDelete")
    assert failures == ([world.registry.get(VOLUMES, "", "one")["status"]["message"]] if phase == "Failed" else [])


async def test_a_claim_stays_as_long_as_a_pod_has_it_and_its_volume_as_long_as_the_claim(world: World) -> None:
    claim(world)
    user(world)
    world.settle()
    name = found(world)["spec"]["volumeName"]
    world.registry.delete(VOLUMES, "", name)
    world.registry.delete(CLAIMS, "course", "notes")
    world.settle()
    assert found(world)["metadata"]["finalizers"] == ["kubernetes.io/pvc-protection"]
    assert phases(world) == {name: "Bound"}
    world.registry.delete("pods", "course", "writer", grace_period=0)
    world.settle()
    assert world.registry.find(CLAIMS, "course", "notes") is None
    assert phases(world) == {}


async def test_a_claim_that_has_lost_its_volume_says_so(world: World) -> None:
    volume(world, "one")
    claim(world, storageClassName="")
    world.settle()
    world.registry.store.delete(VOLUMES, "", "one")
    world.settle()
    assert found(world)["status"]["phase"] == "Lost"
    assert world.events("ClaimLost") == ["Bound claim has lost its PersistentVolume. Data on the volume is lost!"]


async def test_a_pod_that_brings_a_template_gets_a_claim_of_its_own(world: World) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    user(world, source={"ephemeral": {"volumeClaimTemplate": {"metadata": {"labels": {"a": "b"}}, "spec": spec}}})
    world.settle()
    mine = found(world, "writer-data")
    assert (mine["metadata"]["labels"], mine["status"]["phase"]) == ({"a": "b"}, "Bound")
    assert [owner["name"] for owner in mine["metadata"]["ownerReferences"]] == ["writer"]


async def test_a_class_that_becomes_the_default_later_is_given_to_claims_without_one(world: World) -> None:
    world.registry.delete(CLASSES, "", "standard")
    claim(world)
    world.settle()
    assert "storageClassName" not in found(world)["spec"]
    bootstrap.storage_class(world.registry)
    world.settle()
    assert found(world)["spec"]["storageClassName"] == "standard"


async def test_nobody_makes_a_volume_grow(world: World) -> None:
    world.change(CLASSES, "standard", lambda item: item.update(allowVolumeExpansion=True), namespace="")
    claim(world)
    user(world)
    world.settle()
    world.change(CLAIMS, "notes", lambda item: item["spec"]["resources"]["requests"].update(storage="1Gi"))
    world.settle()
    assert found(world)["status"]["capacity"] == {"storage": "16Mi"}
    assert world.events("ExternalExpanding") == ["waiting for an external controller to expand this PVC"]


async def test_a_volume_is_free_again_when_somebody_says_so(world: World) -> None:
    volume(world, "one")
    claim(world, storageClassName="")
    world.settle()
    world.registry.delete(CLAIMS, "course", "notes")
    world.settle()
    assert phases(world) == {"one": "Released"}
    world.change(VOLUMES, "one", lambda item: item["spec"].pop("claimRef"), namespace="")
    world.settle()
    assert phases(world) == {"one": "Available"}
