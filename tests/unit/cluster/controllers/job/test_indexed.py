"""Indexed Jobs, and the policies of failure and success."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.job import controller
from kubelearn.cluster.controllers.job.controller import JobController
from kubelearn.cluster.meta import Object
from tests.unit.fakes import World, set_status, template

pytestmark = pytest.mark.asyncio
JOBS, INDEX = "jobs.batch", "batch.kubernetes.io/job-completion-index"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(controller, "FIRST_DELAY", 0.0)
    with World(JobController) as world:
        yield world


def job(world: World, completions: int = 3, **spec: Any) -> None:
    pod = template("part")
    pod["spec"]["restartPolicy"] = "Never"
    described = {"completionMode": "Indexed", "completions": completions, "parallelism": completions, **spec}
    world.registry.create(JOBS, "course", {"metadata": {"name": "parts"}, "spec": {**described, "template": pod}})
    world.settle()


def running(world: World) -> dict[int, Object]:
    """Return the pods that run, by index."""
    pods = [pod for pod in world.pods() if pod["status"]["phase"] == "Running"]
    return {int(pod["metadata"]["annotations"][INDEX]): pod for pod in pods}


def end(world: World, index: int, phase: str = "Failed", code: int = 1) -> None:
    """Let the pod of an index end."""
    terminated = {"exitCode": code, "finishedAt": meta.timestamp()}
    statuses = [{"name": "c", "restartCount": 0, "state": {"terminated": terminated}}]
    set_status(world.registry, running(world)[index], phase=phase, ready=False, containerStatuses=statuses)
    world.settle()


def status(world: World) -> Object:
    found: Object = world.registry.get(JOBS, "course", "parts")["status"]
    return found


def reasons(world: World) -> dict[str, tuple[str, str]]:
    conditions = status(world).get("conditions", ())
    return {item["type"]: (item["reason"], item["message"]) for item in conditions if item["status"] == "True"}


async def test_each_pod_knows_its_index(world: World) -> None:
    job(world, 2)
    pods = running(world)
    assert sorted(pods) == [0, 1]
    pod = pods[1]
    assert meta.name_of(pod).startswith("parts-1-")
    assert (pod["spec"]["hostname"], meta.labels_of(pod)[INDEX]) == ("parts-1", "1")
    field = {"apiVersion": "v1", "fieldPath": f"metadata.labels['{INDEX}']"}
    assert pod["spec"]["containers"][0]["env"] == [{"name": "JOB_COMPLETION_INDEX", "valueFrom": {"fieldRef": field}}]


async def test_is_complete_when_every_index_has_succeeded_once(world: World) -> None:
    job(world, 4, parallelism=2)
    assert sorted(running(world)) == [0, 1]
    end(world, 1, "Succeeded")
    assert sorted(running(world)) == [0, 2]
    assert (status(world)["completedIndexes"], status(world)["succeeded"]) == ("1", 1)
    for index in (0, 2, 3):
        end(world, index, "Succeeded")
    assert (status(world)["completedIndexes"], status(world)["succeeded"]) == ("0-3", 4)
    assert reasons(world)["Complete"][0] == "CompletionsReached"


async def test_a_failed_index_is_tried_again(world: World) -> None:
    job(world, 2)
    before = meta.name_of(running(world)[1])
    end(world, 1)
    assert sorted(running(world)) == [0, 1]
    assert meta.name_of(running(world)[1]) != before
    assert status(world)["failed"] == 1


async def test_an_index_may_fail_only_so_often(world: World) -> None:
    job(world, 2, backoffLimitPerIndex=1)
    end(world, 0)
    assert running(world)[0]["metadata"]["annotations"]["batch.kubernetes.io/job-index-failure-count"] == "1"
    assert status(world)["failedIndexes"] == ""
    end(world, 0)
    assert (sorted(running(world)), status(world)["failedIndexes"]) == ([1], "0")
    end(world, 1, "Succeeded")
    assert reasons(world)["Failed"] == ("FailedIndexes", "Job has failed indexes")
    assert status(world)["completedIndexes"] == "1"


async def test_so_many_indexes_may_fail(world: World) -> None:
    job(world, 3, backoffLimitPerIndex=0, maxFailedIndexes=1)
    end(world, 0)
    assert reasons(world) == {}
    end(world, 2)
    why = "Job has exceeded the specified maximal number of failed indexes"
    assert reasons(world)["Failed"] == ("MaxFailedIndexesExceeded", why)
    assert running(world) == {}


def on_code(action: str, code: int) -> Object:
    """Return a policy about one exit code."""
    return {"rules": [{"action": action, "onExitCodes": {"operator": "In", "values": [code]}}]}


async def test_one_exit_code_fails_the_job(world: World) -> None:
    job(world, 2, podFailurePolicy=on_code("FailJob", 42))
    end(world, 0, code=7)
    name = meta.name_of(running(world)[0])
    end(world, 0, code=42)
    why = f"Container c for pod course/{name} failed with exit code 42 matching FailJob rule at index 0"
    assert reasons(world)["FailureTarget"] == reasons(world)["Failed"] == ("PodFailurePolicy", why)


async def test_one_exit_code_fails_its_index(world: World) -> None:
    job(world, 2, backoffLimitPerIndex=5, podFailurePolicy=on_code("FailIndex", 42))
    end(world, 0, code=42)
    assert (sorted(running(world)), status(world)["failedIndexes"]) == ([1], "0")


async def test_some_failures_do_not_count(world: World) -> None:
    rule = {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}
    job(world, 1, backoffLimit=0, podFailurePolicy={"rules": [rule]})
    condition = {"type": "DisruptionTarget", "status": "True", "lastTransitionTime": meta.timestamp()}
    world.registry.modify(
        "pods",
        "course",
        meta.name_of(running(world)[0]),
        lambda pod: pod["status"]["conditions"].append(condition),
        subresource="status",
    )
    end(world, 0)
    assert (sorted(running(world)), status(world).get("failed", 0)) == ([0], 0)
    end(world, 0)
    assert reasons(world)["Failed"][0] == "BackoffLimitExceeded"


@pytest.mark.parametrize(
    ("rule", "needed"),
    [
        ({"succeededIndexes": "0,2"}, [2, 0]),
        ({"succeededCount": 2}, [1, 3]),
        ({"succeededIndexes": "1-3", "succeededCount": 1}, [3]),
    ],
)
async def test_some_indexes_are_enough(world: World, rule: Object, needed: list[int]) -> None:
    job(world, 4, successPolicy={"rules": [rule]})
    for index in needed:
        assert reasons(world) == {}
        end(world, index, "Succeeded")
    assert reasons(world)["Complete"] == ("SuccessPolicy", "Matched rules at index 0")
    assert running(world) == {}


async def test_a_job_is_over_when_its_last_pod_is_gone(world: World) -> None:
    job(world, 2, backoffLimit=0)
    world.kubelet.ends = lambda pod: False
    end(world, 0)
    assert list(reasons(world)) == ["FailureTarget"]
    assert (status(world).get("active"), status(world)["terminating"]) == (None, 1)
    world.kubelet.ends = lambda pod: True
    world.settle()
    assert list(reasons(world)) == ["FailureTarget", "Failed"]
    assert status(world)["terminating"] == 0


async def test_a_new_pod_may_have_to_wait_for_the_old_one(world: World) -> None:
    job(world, 1, podReplacementPolicy="Failed")
    world.kubelet.ends = lambda pod: False
    world.registry.delete("pods", "course", meta.name_of(running(world)[0]))
    world.settle()
    assert len(world.pods()) == 1
    world.kubelet.ends = lambda pod: True
    world.settle()
    (pod,) = world.pods()
    assert not meta.is_terminating(pod)


async def test_who_manages_a_job_otherwise_does_it_alone(world: World) -> None:
    job(world, 1, managedBy="example.com/other")
    assert (world.pods(), status(world)) == ([], {})
