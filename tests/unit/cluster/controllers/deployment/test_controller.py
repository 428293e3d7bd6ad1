from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.controllers.deployment.controller import DeploymentController
from kubelearn.cluster.controllers.deployment.numbers import max_surge, max_unavailable
from kubelearn.cluster.controllers.deployment.status import with_condition
from kubelearn.cluster.controllers.framework.hashing import template_hash
from kubelearn.cluster.controllers.replicaset.controller import ReplicaSetController
from kubelearn.cluster.meta import Object
from tests.unit.fakes import DEPLOYMENTS, REPLICASETS, World, template

pytestmark = pytest.mark.asyncio
REVISION = "deployment.kubernetes.io/revision"


@pytest.fixture
def world() -> Iterator[World]:
    with World(DeploymentController, ReplicaSetController) as world:
        yield world


def set_image(world: World, image: str) -> None:
    world.change(DEPLOYMENTS, "web", lambda d: d["spec"]["template"]["spec"]["containers"][0].update(image=image))


def scale(world: World, replicas: int) -> None:
    world.change(DEPLOYMENTS, "web", lambda d: d["spec"].update(replicas=replicas))


def sizes(world: World) -> dict[str, int]:
    """Return image → replicas wanted."""
    sets = world.registry.list(REPLICASETS, "course")
    return {item["spec"]["template"]["spec"]["containers"][0]["image"]: item["spec"]["replicas"] for item in sets}


def get(world: World) -> Object:
    return world.registry.get(DEPLOYMENTS, "course", "web")


def progressing(world: World) -> tuple[str, str, str]:
    condition = meta.condition(get(world), "Progressing")
    assert condition is not None
    return condition["status"], condition["reason"], condition["message"]


async def test_a_new_deployment_becomes_complete(world: World) -> None:
    world.deployment(replicas=3)
    world.settle()
    [item] = world.registry.list(REPLICASETS, "course")
    name = meta.name_of(item)
    assert name == "web-" + meta.labels_of(item)["pod-template-hash"]
    assert (
        item["spec"]["selector"]["matchLabels"]
        == meta.labels_of(item)
        == item["spec"]["template"]["metadata"]["labels"]
    )
    assert item["metadata"]["annotations"] == {
        REVISION: "1",
        "deployment.kubernetes.io/desired-replicas": "3",
        "deployment.kubernetes.io/max-replicas": "4",
    }
    deployment = get(world)
    status = deployment["status"]
    assert {key: status[key] for key in status if key != "conditions"} == {
        "observedGeneration": 1,
        "replicas": 3,
        "updatedReplicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "terminatingReplicas": 0,
    }
    assert deployment["metadata"]["annotations"][REVISION] == "1"
    assert deployment["metadata"]["generation"] == 1
    assert progressing(world) == ("True", "NewReplicaSetAvailable", f'ReplicaSet "{name}" has successfully progressed.')
    assert [item["type"] for item in status["conditions"]] == ["Available", "Progressing"]
    assert world.events("ScalingReplicaSet") == [f"Scaled up replica set {name} from 0 to 3"]


async def test_before_any_pod_is_ready(world: World) -> None:
    world.kubelet.makes_ready = lambda pod: False
    world.deployment(replicas=2)
    world.settle()
    available = meta.condition(get(world), "Available")
    assert available is not None
    assert (available["status"], available["reason"]) == ("False", "MinimumReplicasUnavailable")
    assert available["message"] == "Deployment does not have minimum availability."
    assert progressing(world)[:2] == ("True", "ReplicaSetUpdated")
    assert get(world)["status"]["unavailableReplicas"] == 2


@pytest.mark.parametrize(
    ("replicas", "new", "old"),
    [(1, 1, 1), (2, 1, 2), (3, 1, 3), (4, 2, 3), (10, 5, 8)],
)
async def test_first_steps_of_a_rollout(world: World, replicas: int, new: int, old: int) -> None:
    """By maxSurge and maxUnavailable of 25 % (K/pkg/controller/deployment/util, ResolveFenceposts)."""
    world.deployment(replicas=replicas)
    world.settle()
    world.kubelet.makes_ready = lambda pod: False
    set_image(world, "nginx:2")
    world.settle()
    assert sizes(world) == {"nginx:1.27": old, "nginx:2": new}


async def test_events_of_a_rollout_of_four(world: World) -> None:
    world.deployment(replicas=4)
    world.settle()
    world.kubelet.makes_ready = lambda pod: False
    set_image(world, "nginx:2")
    world.settle()
    first, *rest = world.events("ScalingReplicaSet")
    old = first.split()[4]
    new = rest[0].split()[4]
    assert rest == [
        f"Scaled up replica set {new} from 0 to 1",
        f"Scaled down replica set {old} from 4 to 3",
        f"Scaled up replica set {new} from 1 to 2",
    ]


async def test_a_rollout_never_goes_below_or_above_the_limits(world: World) -> None:
    world.deployment(replicas=10)
    world.settle()
    watch = world.registry.watch("pods")
    set_image(world, "nginx:2")
    least, most = 10, 10
    for _ in range(200):
        acted = world.step()
        alive = [pod for pod in world.pods() if not meta.is_terminating(pod)]
        least = min(least, sum(map(meta.is_ready, alive)))
        most = max(most, len(alive))
        if not (world.kubelet.step() or acted):
            break
    watch.close()
    assert sizes(world) == {"nginx:1.27": 0, "nginx:2": 10}
    assert least >= 8
    assert most <= 13


async def test_undo_reuses_the_replicaset_and_moves_its_revision(world: World) -> None:
    world.deployment()
    world.settle()
    set_image(world, "nginx:2")
    world.settle()
    set_image(world, "nginx:1.27")
    world.settle()
    annotations = {
        item["spec"]["template"]["spec"]["containers"][0]["image"]: item["metadata"]["annotations"]
        for item in world.registry.list(REPLICASETS)
    }
    assert annotations["nginx:1.27"][REVISION] == "3"
    assert annotations["nginx:1.27"]["deployment.kubernetes.io/revision-history"] == "1"
    assert annotations["nginx:2"][REVISION] == "2"
    assert get(world)["metadata"]["annotations"][REVISION] == "3"
    assert sizes(world) == {"nginx:1.27": 3, "nginx:2": 0}


async def test_scaling_starts_no_rollout(world: World) -> None:
    world.deployment(replicas=2)
    world.settle()
    scale(world, 5)
    world.settle()
    assert sizes(world) == {"nginx:1.27": 5}
    assert get(world)["status"]["readyReplicas"] == 5
    scale(world, 0)
    world.settle()
    assert world.pods() == []
    assert "replicas" not in get(world)["status"]


async def test_scaling_during_a_rollout_is_proportional(world: World) -> None:
    """The example of the documentation: 10 replicas, 5 more, maxSurge 3, maxUnavailable 2."""
    world.deployment(
        replicas=10, strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}}
    )
    world.settle()
    world.kubelet.makes_ready = lambda pod: False
    set_image(world, "nginx:bad")
    world.settle()
    assert sizes(world) == {"nginx:1.27": 8, "nginx:bad": 5}
    scale(world, 15)
    world.settle()
    assert sizes(world) == {"nginx:1.27": 11, "nginx:bad": 7}


async def test_unhealthy_old_replicas_go_first(world: World) -> None:
    world.deployment(replicas=4)
    world.settle()
    world.kubelet.makes_ready = lambda pod: False
    set_image(world, "nginx:bad")
    world.settle()
    world.kubelet.makes_ready = lambda pod: pod["spec"]["containers"][0]["image"] != "nginx:bad"
    set_image(world, "nginx:3")
    world.settle()
    assert sizes(world) == {"nginx:1.27": 0, "nginx:bad": 0, "nginx:3": 4}


async def test_pause_stops_rollouts_but_not_scaling(world: World) -> None:
    world.deployment(replicas=2)
    world.settle()
    world.change(DEPLOYMENTS, "web", lambda d: d["spec"].update(paused=True))
    world.settle()
    assert progressing(world) == ("Unknown", "DeploymentPaused", "Deployment is paused")
    set_image(world, "nginx:2")
    scale(world, 3)
    world.settle()
    assert sizes(world) == {"nginx:1.27": 3}
    assert get(world)["status"]["observedGeneration"] == get(world)["metadata"]["generation"]
    world.change(DEPLOYMENTS, "web", lambda d: d["spec"].update(paused=False))
    world.settle()
    assert sizes(world) == {"nginx:1.27": 0, "nginx:2": 3}
    assert progressing(world)[1] == "NewReplicaSetAvailable"


async def test_recreate_waits_for_old_pods_to_end(world: World) -> None:
    world.deployment(replicas=2, strategy={"type": "Recreate"})
    world.settle()
    world.kubelet.ends = lambda pod: False
    set_image(world, "nginx:2")
    world.settle()
    assert sizes(world) == {"nginx:1.27": 0}
    assert all(meta.is_terminating(pod) for pod in world.pods())
    world.kubelet.ends = lambda pod: True
    world.settle()
    assert sizes(world) == {"nginx:1.27": 0, "nginx:2": 2}


async def test_progress_deadline(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.kubelet.makes_ready = lambda pod: False
    world.deployment(replicas=1, progressDeadlineSeconds=60)
    world.settle()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 62)
    world.controllers[0].queue.add(("course", "web"))
    world.settle()
    [item] = world.registry.list(REPLICASETS)
    assert progressing(world) == (
        "False",
        "ProgressDeadlineExceeded",
        f'ReplicaSet "{meta.name_of(item)}" has timed out progressing.',
    )
    world.kubelet.makes_ready = lambda pod: True
    world.settle()
    assert progressing(world)[:2] == ("True", "NewReplicaSetAvailable")


async def test_history_limit(world: World) -> None:
    world.deployment(replicas=1, revisionHistoryLimit=1)
    for version in range(5):
        set_image(world, f"nginx:{version}")
        world.settle()
    assert sizes(world) == {"nginx:3": 0, "nginx:4": 1}


async def test_annotations_are_copied_but_for_some(world: World) -> None:
    world.deployment()
    world.settle()
    world.change(
        DEPLOYMENTS,
        "web",
        lambda d: (
            d["metadata"]
            .setdefault("annotations", {})
            .update(
                {
                    "kubernetes.io/change-cause": "to 2.0",
                    "kubectl.kubernetes.io/last-applied-configuration": "{}",
                }
            )
        ),
    )
    world.settle()
    [item] = world.registry.list(REPLICASETS)
    assert item["metadata"]["annotations"]["kubernetes.io/change-cause"] == "to 2.0"
    assert "kubectl.kubernetes.io/last-applied-configuration" not in item["metadata"]["annotations"]
    assert item["metadata"]["annotations"][REVISION] == "1"


async def test_min_ready_seconds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.deployment(replicas=1, minReadySeconds=30)
    world.settle()
    assert get(world)["status"]["readyReplicas"] == 1
    assert "availableReplicas" not in get(world)["status"]
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 31)
    world.controllers[1].queue.add(("course", meta.name_of(world.registry.list(REPLICASETS)[0])))
    world.settle()
    assert get(world)["status"]["availableReplicas"] == 1


async def test_replica_failure_is_shown(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    create = world.registry.create

    def refuse(resource: str, *arguments: Any, **options: Any) -> Object:
        if resource == "pods":
            raise errors.forbidden("pods", "web-x", "no more pods")
        return create(resource, *arguments, **options)

    monkeypatch.setattr(world.registry, "create", refuse)
    world.deployment(replicas=2)
    world.settle()
    failure = meta.condition(get(world), "ReplicaFailure")
    assert failure is not None
    assert (failure["status"], failure["reason"]) == ("True", "FailedCreate")
    assert failure["message"] == 'pods "web-x" is forbidden: no more pods'
    assert world.events("FailedCreate")[0] == 'Error creating: pods "web-x" is forbidden: no more pods'


async def test_a_replicaset_that_matches_is_adopted(world: World) -> None:
    world.deployment()
    world.settle()
    world.registry.delete(DEPLOYMENTS, "course", "web", propagation="Orphan")
    [item] = world.registry.list(REPLICASETS)
    world.change(REPLICASETS, meta.name_of(item), lambda rs: rs["metadata"].pop("ownerReferences"))
    world.change(DEPLOYMENTS, "web", lambda d: d["metadata"].pop("finalizers"))
    world.settle()
    made = world.deployment()
    world.settle()
    [item] = world.registry.list(REPLICASETS)
    owner = meta.controller_of(item)
    assert owner is not None
    assert owner["uid"] == made["metadata"]["uid"]
    assert len(world.pods()) == 3


@pytest.mark.parametrize(
    ("replicas", "surge", "unavailable"),
    [(1, 1, 0), (2, 1, 0), (3, 1, 0), (4, 1, 1), (10, 3, 2)],
)
async def test_rounding(replicas: int, surge: int, unavailable: int) -> None:
    rolling = {"maxSurge": "25%", "maxUnavailable": "25%"}
    deployment = {"spec": {"replicas": replicas, "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling}}}
    assert (max_surge(deployment), max_unavailable(deployment)) == (surge, unavailable)


async def test_conditions_keep_their_transition_time() -> None:
    old = [
        {
            "type": "Progressing",
            "status": "True",
            "reason": "A",
            "message": "",
            "lastTransitionTime": "then",
            "lastUpdateTime": "then",
        }
    ]
    assert with_condition(old, "Progressing", "True", "A", "other text") is old
    [new] = with_condition(old, "Progressing", "True", "B", "")
    assert new["lastTransitionTime"] == "then"
    assert new["lastUpdateTime"] != "then"


async def test_hash() -> None:
    hashed = template_hash(template("web"), None)
    assert hashed == template_hash(template("web"), None)
    assert hashed != template_hash(template("web"), 1) != template_hash(template("web2"), None)
    assert set(hashed) <= set("456789bcdf")
    assert 1 <= len(hashed) <= 10
