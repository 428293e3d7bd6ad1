from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kubelearn.cluster import bootstrap, meta
from kubelearn.cluster.controllers.persistentvolume.controller import PersistentVolumeController
from kubelearn.cluster.controllers.persistentvolume.provisioner import LocalPathProvisioner
from kubelearn.cluster.controllers.statefulset.controller import StatefulSetController
from kubelearn.cluster.meta import Object
from tests.unit.fakes import World, set_status, template

pytestmark = pytest.mark.asyncio
STATEFULSETS, REVISIONS, CLAIMS = "statefulsets.apps", "controllerrevisions.apps", "persistentvolumeclaims"


@pytest.fixture
def world() -> Iterator[World]:
    with World(StatefulSetController, PersistentVolumeController, LocalPathProvisioner) as world:
        bootstrap.storage_class(world.registry)
        yield world


def stateful_set(world: World, replicas: int = 3, **spec: Any) -> Object:
    spec = {
        "serviceName": "peers",
        "replicas": replicas,
        "selector": {"matchLabels": {"app": "db"}},
        "template": template("db"),
        **spec,
    }
    return world.registry.create(STATEFULSETS, "course", {"metadata": {"name": "db"}, "spec": spec})


def names(world: World) -> list[str]:
    return sorted(map(meta.name_of, world.pods()))


def images(world: World) -> dict[str, str]:
    return {meta.name_of(pod): pod["spec"]["containers"][0]["image"] for pod in world.pods()}


def status(world: World) -> Object:
    found: Object = world.registry.get(STATEFULSETS, "course", "db")["status"]
    return found


def set_spec(world: World, **spec: Any) -> None:
    world.change(STATEFULSETS, "db", lambda item: item["spec"].update(spec))


def set_image(world: World, image: str) -> None:
    set_spec(world, template=template("db", image))


async def test_a_pod_has_a_name_of_its_own(world: World) -> None:
    stateful_set(world, 1)
    world.settle()
    (pod,) = world.pods()
    revision = world.registry.list(REVISIONS, "course")[0]
    assert meta.name_of(pod) == "db-0"
    assert (pod["spec"]["hostname"], pod["spec"]["subdomain"]) == ("db-0", "peers")
    assert meta.labels_of(pod) == {
        "app": "db",
        "statefulset.kubernetes.io/pod-name": "db-0",
        "apps.kubernetes.io/pod-index": "0",
        "controller-revision-hash": meta.name_of(revision),
    }
    assert world.events("SuccessfulCreate") == ["Create Pod db-0 in StatefulSet db successful"]
    assert status(world) == {
        "observedGeneration": 1,
        "replicas": 1,
        "readyReplicas": 1,
        "currentReplicas": 1,
        "updatedReplicas": 1,
        "currentRevision": meta.name_of(revision),
        "updateRevision": meta.name_of(revision),
        "collisionCount": 0,
        "availableReplicas": 1,
    }


async def test_one_pod_waits_for_the_other(world: World) -> None:
    world.kubelet.makes_ready = lambda pod: meta.name_of(pod) != "db-1"
    stateful_set(world)
    world.settle()
    assert names(world) == ["db-0", "db-1"]
    world.kubelet.makes_ready = lambda pod: True
    world.settle()
    assert names(world) == ["db-0", "db-1", "db-2"]


async def test_in_parallel_nobody_waits(world: World) -> None:
    world.kubelet.makes_ready = lambda pod: False
    stateful_set(world, podManagementPolicy="Parallel")
    world.settle()
    assert names(world) == ["db-0", "db-1", "db-2"]
    set_spec(world, replicas=1)
    world.settle()
    assert names(world) == ["db-0"]


async def test_scales_down_from_the_end_and_one_by_one(world: World) -> None:
    stateful_set(world)
    world.settle()
    world.kubelet.ends = lambda pod: False
    set_spec(world, replicas=1)
    world.settle()
    assert [meta.name_of(pod) for pod in world.pods() if meta.is_terminating(pod)] == ["db-2"]
    world.kubelet.ends = lambda pod: True
    world.settle()
    assert names(world) == ["db-0"]
    assert world.events("SuccessfulDelete") == [
        "Delete Pod db-2 in StatefulSet db successful",
        "Delete Pod db-1 in StatefulSet db successful",
    ]


async def test_does_not_scale_down_past_a_pod_that_is_not_ready(world: World) -> None:
    stateful_set(world)
    world.settle()
    set_status(world.registry, world.registry.get("pods", "course", "db-0"), ready=False)
    world.kubelet.makes_ready = lambda pod: meta.name_of(pod) != "db-0"
    set_spec(world, replicas=2)
    world.settle()
    assert names(world) == ["db-0", "db-1", "db-2"]


async def test_a_pod_that_is_gone_comes_back_with_its_name(world: World) -> None:
    stateful_set(world)
    world.settle()
    before = world.registry.get("pods", "course", "db-1")["metadata"]["uid"]
    world.registry.delete("pods", "course", "db-1")
    world.settle()
    assert names(world) == ["db-0", "db-1", "db-2"]
    assert world.registry.get("pods", "course", "db-1")["metadata"]["uid"] != before


async def test_a_pod_that_has_ended_is_replaced(world: World) -> None:
    stateful_set(world, 1)
    world.settle()
    set_status(world.registry, world.registry.get("pods", "course", "db-0"), phase="Failed", ready=False)
    world.settle()
    assert world.registry.get("pods", "course", "db-0")["status"]["phase"] == "Running"


async def test_ordinals_start_where_they_are_told(world: World) -> None:
    stateful_set(world, 2, ordinals={"start": 5})
    world.settle()
    assert names(world) == ["db-5", "db-6"]


async def test_rolls_from_the_end(world: World) -> None:
    stateful_set(world)
    world.settle()
    old = status(world)["currentRevision"]
    world.kubelet.makes_ready = lambda pod: pod["spec"]["containers"][0]["image"] == "nginx:1.27"
    set_image(world, "nginx:1.26")
    world.settle()
    assert images(world) == {"db-0": "nginx:1.27", "db-1": "nginx:1.27", "db-2": "nginx:1.26"}
    assert (status(world)["currentRevision"], status(world).get("updatedReplicas")) == (old, 1)
    world.kubelet.makes_ready = lambda pod: True
    world.settle()
    assert set(images(world).values()) == {"nginx:1.26"}
    assert status(world)["currentRevision"] == status(world)["updateRevision"] != old


async def test_a_partition_keeps_the_others_as_they_are(world: World) -> None:
    stateful_set(world, updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 2}})
    world.settle()
    set_image(world, "nginx:1.26")
    world.settle()
    world.registry.delete("pods", "course", "db-0")
    world.settle()
    assert images(world) == {"db-0": "nginx:1.27", "db-1": "nginx:1.27", "db-2": "nginx:1.26"}
    assert (status(world)["currentReplicas"], status(world)["updatedReplicas"]) == (2, 1)


async def test_on_delete_waits_for_somebody_to_delete(world: World) -> None:
    stateful_set(world, updateStrategy={"type": "OnDelete"})
    world.settle()
    set_image(world, "nginx:1.26")
    world.settle()
    assert set(images(world).values()) == {"nginx:1.27"}
    world.registry.delete("pods", "course", "db-1")
    world.settle()
    assert images(world) == {"db-0": "nginx:1.27", "db-1": "nginx:1.26", "db-2": "nginx:1.27"}


async def test_min_ready_seconds_hold_the_next_pod_back(world: World) -> None:
    stateful_set(world, minReadySeconds=3600)
    world.settle()
    assert names(world) == ["db-0"]
    assert (status(world)["readyReplicas"], status(world)["availableReplicas"]) == (1, 0)


async def test_going_back_gives_an_old_revision_a_new_number(world: World) -> None:
    stateful_set(world)
    world.settle()
    set_image(world, "nginx:1.26")
    world.settle()
    set_image(world, "nginx:1.27")
    world.settle()
    found = {item["revision"]: item["data"] for item in world.registry.list(REVISIONS, "course")}
    assert sorted(found) == [2, 3]
    assert found[3]["spec"]["template"]["spec"]["containers"][0]["image"] == "nginx:1.27"
    assert found[3]["spec"]["template"]["$patch"] == "replace"


async def test_old_revisions_are_forgotten(world: World) -> None:
    stateful_set(world, 1, revisionHistoryLimit=1)
    for image in ("nginx:1.26", "nginx:1.25", "nginx:1.24"):
        world.settle()
        set_image(world, image)
    world.settle()
    assert sorted(item["revision"] for item in world.registry.list(REVISIONS, "course")) == [3, 4]


async def test_adopts_by_name_and_selector(world: World) -> None:
    mine = world.pod("db-0", labels={"app": "db"})
    other = world.pod("elsewhere", labels={"app": "db"})
    made = stateful_set(world, 1, updateStrategy={"type": "OnDelete"})
    world.settle()
    adopted = world.registry.get("pods", "course", "db-0")
    assert meta.controller_of(adopted) == meta.controller_reference(made)
    assert adopted["metadata"]["uid"] == mine["metadata"]["uid"]
    assert meta.labels_of(adopted)["statefulset.kubernetes.io/pod-name"] == "db-0"
    assert world.registry.get("pods", "course", meta.name_of(other)) == other


async def test_says_why_a_pod_is_refused(world: World) -> None:
    refused = template("db")
    refused["spec"]["priorityClassName"] = "nobody"
    stateful_set(world, template=refused)
    world.controllers[0].work_on(("course", "db"))
    why = 'pods "db-0" is forbidden: no PriorityClass with name nobody was found'
    assert world.events("FailedCreate") == [f"Create Pod db-0 in StatefulSet db failed error: {why}"]
    assert status(world)["replicas"] == 0


@pytest.mark.parametrize(
    ("policy", "after_scaling", "with_the_set"),
    [
        ({}, [], []),
        ({"whenScaled": "Delete"}, ["Pod"], []),
        ({"whenDeleted": "Delete"}, ["StatefulSet"], ["StatefulSet"]),
        ({"whenScaled": "Delete", "whenDeleted": "Delete"}, ["Pod"], ["StatefulSet"]),
    ],
)
async def test_claims_stay_or_go(
    world: World,
    policy: dict[str, str],
    after_scaling: list[str],
    with_the_set: list[str],
) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    claim = {"metadata": {"name": "data"}, "spec": spec}
    stateful_set(world, 2, volumeClaimTemplates=[claim], persistentVolumeClaimRetentionPolicy=policy)
    world.settle()
    set_spec(world, replicas=1)
    world.settle()

    def owners(name: str) -> list[str]:
        found = world.registry.get(CLAIMS, "course", name)["metadata"].get("ownerReferences") or []
        return [reference["kind"] for reference in found]

    assert owners("data-db-0") == with_the_set
    assert owners("data-db-1") == after_scaling
    volumes = world.registry.get("pods", "course", "db-0")["spec"]["volumes"]
    assert volumes[0] == {"name": "data", "persistentVolumeClaim": {"claimName": "data-db-0"}}
    assert "Create Claim data-db-1 Pod db-1 in StatefulSet db success" in world.events("SuccessfulCreate")
