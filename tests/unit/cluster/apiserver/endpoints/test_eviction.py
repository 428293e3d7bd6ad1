"""Evictions: when a budget lets a pod go, and what remains of one that it does not."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.endpoints.eviction import evict
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.options import WriteOptions
from kubelearn.cluster.meta import Object
from tests.unit.fakes import World, set_status

pytestmark = pytest.mark.asyncio
BUDGETS = "poddisruptionbudgets.policy"
REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."


@pytest.fixture
def world() -> World:
    return World(scheduler=False)


def budget(world: World, name: str = "web", *, seen: int = 1, spec: Object | None = None, **status: Any) -> None:
    wanted = {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}, **(spec or {})}
    world.registry.create(BUDGETS, "course", {"metadata": {"name": name}, "spec": wanted})
    counted = {"disruptionsAllowed": 0, "currentHealthy": 1, "desiredHealthy": 1, "observedGeneration": seen, **status}
    world.registry.modify(BUDGETS, "course", name, lambda item: item["status"].update(counted), subresource="status")


def status_of(world: World, name: str = "web") -> Object:
    found: Object = world.registry.get(BUDGETS, "course", name)["status"]
    return found


def go(world: World, name: str = "a", *, dry_run: bool = False, **options: Any) -> Object:
    wanted = WriteOptions("kubectl", dry_run, "Warn", force=False)
    return evict(world.registry, "course", name, {"deleteOptions": options}, wanted)


def refusal(world: World, **options: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        go(world, **options)
    return caught.value


async def test_without_a_budget_a_pod_goes_and_says_why(world: World) -> None:
    world.pod("a")
    assert go(world, gracePeriodSeconds=7)["status"] == "Success"
    pod = world.registry.get("pods", "course", "a")
    assert pod["metadata"]["deletionGracePeriodSeconds"] == 7
    condition = meta.condition(pod, "DisruptionTarget")
    assert condition is not None
    assert (condition["status"], condition["reason"], condition["message"]) == (
        "True",
        "EvictionByEvictionAPI",
        "Eviction API: evicting",
    )


async def test_a_budget_with_something_left_notes_who_goes(world: World) -> None:
    world.pod("a")
    budget(world, disruptionsAllowed=1)
    go(world)
    status = status_of(world)
    assert (status["disruptionsAllowed"], list(status["disruptedPods"])) == (0, ["a"])
    assert [(item["status"], item["reason"]) for item in status["conditions"]] == [("False", "InsufficientPods")]


async def test_a_budget_with_nothing_left_refuses(world: World) -> None:
    world.pod("a")
    budget(world, desiredHealthy=2, currentHealthy=2)
    error = refusal(world)
    assert (error.code, error.reason, error.message) == (429, "TooManyRequests", REFUSED)
    why = "The disruption budget web needs 2 healthy pods and has 2 currently"
    assert error.details == {"causes": [{"reason": "DisruptionBudget", "message": why}]}
    assert not meta.is_terminating(world.registry.get("pods", "course", "a"))


async def test_a_budget_that_nobody_has_counted_yet_asks_to_wait(world: World) -> None:
    world.pod("a")
    budget(world, seen=0, disruptionsAllowed=1)
    error = refusal(world)
    assert (error.code, error.message) == (429, REFUSED)
    why = "The disruption budget web is still being processed by the server."
    assert error.details == {"causes": [{"reason": "DisruptionBudget", "message": why}], "retryAfterSeconds": 10}


async def test_a_budget_whose_pods_cannot_be_counted_says_why(world: World) -> None:
    world.pod("a")
    failed = {"type": "DisruptionAllowed", "status": "False", "reason": "SyncFailed", "message": "no idea"}
    budget(world, conditions=[{**failed, "lastTransitionTime": meta.timestamp()}])
    (cause,) = (refusal(world).details or {})["causes"]
    expected = "The disruption budget web does not allow evicting pods currently because it failed sync: no idea"
    assert cause["message"] == expected


async def test_two_budgets_for_one_pod_are_not_supported(world: World) -> None:
    world.pod("a")
    budget(world, "one", disruptionsAllowed=1)
    budget(world, "two", disruptionsAllowed=1)
    error = refusal(world)
    assert (error.code, error.reason) == (400, "")
    assert error.message == (
        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
    )


@pytest.mark.parametrize(
    "other", [{"matchLabels": {"app": "other"}}, None], ids=["other pods", "no selector selects nothing"]
)
async def test_a_budget_of_others_is_not_asked(world: World, other: Object | None) -> None:
    world.pod("a")
    budget(world, spec={"selector": other})
    assert go(world)["status"] == "Success"


@pytest.mark.parametrize(
    ("spec", "counts", "is_gone"),
    [
        ({}, {"currentHealthy": 1, "desiredHealthy": 1}, True),
        ({}, {"currentHealthy": 0, "desiredHealthy": 1}, False),
        ({}, {"currentHealthy": 0, "desiredHealthy": 0}, False),
        ({"unhealthyPodEvictionPolicy": "AlwaysAllow"}, {"currentHealthy": 0, "desiredHealthy": 1}, True),
        ({"unhealthyPodEvictionPolicy": "IfHealthyBudget"}, {"currentHealthy": 0, "desiredHealthy": 1}, False),
    ],
)
async def test_a_pod_that_is_not_ready(world: World, spec: Object, counts: Object, is_gone: bool) -> None:
    world.pod("a", ready=False)
    budget(world, spec=spec, **counts)
    if is_gone:
        go(world)
        assert "disruptedPods" not in status_of(world)
    else:
        assert refusal(world).code == 429
    assert meta.is_terminating(world.registry.get("pods", "course", "a")) == is_gone


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
async def test_a_pod_that_has_ended_is_no_loss(world: World, phase: str) -> None:
    set_status(world.registry, world.pod("a"), phase=phase)
    budget(world)
    go(world)
    assert world.registry.find("pods", "course", "a") is None


@pytest.mark.parametrize(
    ("dry_run", "options"), [(True, {}), (False, {"dryRun": ["All"]})], ids=["in the query", "in the options"]
)
async def test_a_dry_run_changes_nothing(world: World, dry_run: bool, options: Object) -> None:
    before = world.pod("a")
    budget(world, disruptionsAllowed=1)
    assert go(world, dry_run=dry_run, **options)["status"] == "Success"
    assert world.registry.get("pods", "course", "a") == before
    assert status_of(world)["disruptionsAllowed"] == 1
    go(world)
    world.pod("b")
    assert refusal(world, name="b", dry_run=dry_run, **options).code == 429


async def test_preconditions(world: World) -> None:
    pod = world.pod("a")
    error = refusal(world, preconditions={"uid": "other"})
    assert (error.code, error.reason) == (409, "Conflict")
    assert error.message == (
        'Operation cannot be fulfilled on Pod "a": the UID in the precondition (other) does not match the UID in '
        f"record ({pod['metadata']['uid']}). The object might have been deleted and then recreated"
    )
    assert "(0) does not match the ResourceVersion" in refusal(world, preconditions={"resourceVersion": "0"}).message
    metadata = world.registry.get("pods", "course", "a")["metadata"]
    go(world, preconditions={key: metadata[key] for key in ("uid", "resourceVersion")})


async def test_a_pod_that_is_not_there(world: World) -> None:
    assert refusal(world).message == 'pods "a" not found'
