"""What a budget says of its pods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.deployment.controller import DeploymentController
from kubelearn.cluster.controllers.disruption.controller import DisruptionController
from kubelearn.cluster.controllers.replicaset.controller import ReplicaSetController
from kubelearn.cluster.meta import Object
from tests.unit.fakes import DEPLOYMENTS, World

pytestmark = pytest.mark.asyncio
BUDGETS = "poddisruptionbudgets.policy"


@pytest.fixture
def world() -> Iterator[World]:
    with World(DeploymentController, ReplicaSetController, DisruptionController) as world:
        yield world


def budget(world: World, **spec: Any) -> None:
    wanted = {"selector": {"matchLabels": {"app": "web"}}, **spec}
    world.registry.create(BUDGETS, "course", {"metadata": {"name": "web"}, "spec": wanted})
    world.settle()


def status(world: World) -> Object:
    found: Object = world.registry.get(BUDGETS, "course", "web")["status"]
    return found


def counts(world: World) -> tuple[int, int, int, int]:
    """Return what is allowed, healthy, desired and expected."""
    found = status(world)
    return tuple(found[key] for key in ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"))


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"minAvailable": 2}, (1, 3, 2, 3)),
        ({"minAvailable": 5}, (0, 3, 5, 3)),
        ({"minAvailable": "50%"}, (1, 3, 2, 3)),
        ({"maxUnavailable": 1}, (1, 3, 2, 3)),
        ({"maxUnavailable": 5}, (3, 3, 0, 3)),
        ({"maxUnavailable": "50%"}, (2, 3, 1, 3)),
        ({"maxUnavailable": 0}, (0, 3, 3, 3)),
        ({}, (0, 3, 0, 0)),
        ({"minAvailable": 1, "selector": {}}, (2, 3, 1, 3)),
        ({"minAvailable": 1, "selector": None}, (0, 0, 1, 0)),
    ],
)
async def test_counts(world: World, spec: Object, expected: tuple[int, ...]) -> None:
    world.deployment(replicas=3)
    budget(world, **spec)
    assert counts(world) == expected
    (condition,) = status(world)["conditions"]
    sign, reason = ("True", "SufficientPods") if expected[0] else ("False", "InsufficientPods")
    assert (condition["type"], condition["status"], condition["reason"]) == ("DisruptionAllowed", sign, reason)
    assert status(world)["observedGeneration"] == condition["observedGeneration"] == 1


async def test_pods_that_fail_and_scaling_are_followed(world: World) -> None:
    world.deployment(replicas=3)
    budget(world, maxUnavailable="40%")
    world.kubelet.makes_ready = lambda pod: False
    world.kubelet.set_running(world.pods()[0], ready=False)
    world.settle()
    assert counts(world) == (1, 2, 1, 3)
    world.change(DEPLOYMENTS, "web", lambda item: item["spec"].update(replicas=10))
    world.settle()
    assert counts(world) == (0, 2, 6, 10)


async def test_a_pod_that_was_let_go_does_not_count(world: World) -> None:
    world.deployment(replicas=3)
    budget(world, minAvailable=1)
    name = meta.name_of(world.pods()[0])

    def let_go(seconds_ago: int) -> None:
        since = meta.timestamp(meta.seconds_of(meta.timestamp()) - seconds_ago)
        world.registry.modify(
            BUDGETS,
            "course",
            "web",
            lambda item: item["status"].update(disruptedPods={name: since}),
            subresource="status",
        )
        world.settle()

    let_go(0)
    assert (counts(world), list(status(world)["disruptedPods"])) == ((1, 2, 1, 3), [name])
    let_go(121)
    assert counts(world) == (2, 3, 1, 3)
    assert "disruptedPods" not in status(world)
    assert world.events("NotDeleted") == ["Pod was expected by PDB course/course to be deleted but it wasn't"]


async def test_no_pods_at_all(world: World) -> None:
    budget(world, minAvailable=1)
    assert counts(world) == (0, 0, 1, 0)
    assert world.events("NoPods") == ["No matching pods found"]


async def test_pods_without_a_controller_count_by_number_only(world: World) -> None:
    world.pod("a")
    budget(world, minAvailable=1)
    assert counts(world) == (0, 1, 1, 1)
    assert world.events("UnmanagedPods") == []
    world.change(BUDGETS, "web", lambda item: item.update(spec={**item["spec"], "minAvailable": "50%"}))
    world.settle()
    assert counts(world) == (0, 1, 0, 0)
    (message,) = world.events("UnmanagedPods")
    selector = "&LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},}"
    assert message.startswith(f"Pods selected by this PodDisruptionBudget (selector: {selector}) were found to be")


@pytest.mark.parametrize(
    ("owner", "why"),
    [
        (("apps/v1", "DaemonSet"), "daemonsets.apps does not implement the scale subresource"),
        (("batch/v1", "Job"), "jobs.batch does not implement the scale subresource"),
        (("example.com/v1", "Shop"), 'no matches for kind "Shop.example.com" in version "v1"'),
        (("apps/v1", "StatefulSet"), 'found no controllers for pod "a"'),
    ],
)
async def test_pods_whose_controller_has_no_scale(world: World, owner: tuple[str, str], why: str) -> None:
    reference = {"apiVersion": owner[0], "kind": owner[1], "name": "o", "uid": "u", "controller": True}
    world.pod("a")
    world.change("pods", "a", lambda item: item["metadata"].update(ownerReferences=[reference]))
    budget(world, maxUnavailable=1)
    assert counts(world)[0] == 0
    (condition,) = status(world)["conditions"]
    assert (condition["status"], condition["reason"], condition["message"]) == ("False", "SyncFailed", why)
    assert world.events("CalculateExpectedPodCountFailed") == [
        f"Failed to calculate the number of expected pods: {why}"
    ]
