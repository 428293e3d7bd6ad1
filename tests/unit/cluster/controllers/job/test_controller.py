from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.garbage_collector import GarbageCollector
from kubelearn.cluster.controllers.job.controller import JobController
from kubelearn.cluster.meta import Object
from tests.unit.fakes import World, set_status, template

pytestmark = pytest.mark.asyncio


@pytest.fixture
def world() -> Iterator[World]:
    with World(JobController, GarbageCollector) as world:
        yield world


def job(world: World, **spec: Any) -> Object:
    pod = template("web")
    pod["spec"]["restartPolicy"] = "Never"
    made = world.registry.create("jobs.batch", "course", {"metadata": {"name": "j"}, "spec": {"template": pod, **spec}})
    world.settle()
    return made


def status(world: World) -> Object:
    found: Object = world.registry.get("jobs.batch", "course", "j")["status"]
    return found


def conditions(world: World) -> list[tuple[str, str, str]]:
    return [(item["type"], item["status"], item["reason"]) for item in status(world).get("conditions", ())]


def end(world: World, phase: str) -> None:
    """Let every pod that runs end."""
    for pod in world.pods():
        if pod["status"]["phase"] == "Running":
            set_status(world.registry, pod, phase=phase, ready=False)
    world.settle()


async def test_runs_to_completion(world: World) -> None:
    job(world, completions=3, parallelism=2)
    assert (status(world)["active"], status(world)["ready"]) == (2, 2)
    end(world, "Succeeded")
    assert (status(world)["active"], status(world)["succeeded"]) == (1, 2)
    end(world, "Succeeded")
    assert conditions(world) == [
        ("SuccessCriteriaMet", "True", "CompletionsReached"),
        ("Complete", "True", "CompletionsReached"),
    ]
    assert "completionTime" in status(world)
    assert "active" not in status(world)
    assert len(world.pods()) == 3
    assert all("finalizers" not in pod["metadata"] for pod in world.pods())
    assert world.events("Completed") == ["Job completed"]


async def test_a_failed_pod_is_replaced_after_a_while(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    job(world)
    end(world, "Failed")
    assert status(world)["failed"] == 1
    assert len(world.pods()) == 1
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 11)
    world.controllers[0].queue.add(("course", "j"))
    world.settle()
    assert len(world.pods()) == 2


async def test_gives_up_after_backoff_limit(world: World) -> None:
    job(world, backoffLimit=0, parallelism=2, completions=2)
    set_status(world.registry, world.pods()[0], phase="Failed", ready=False)
    world.settle()
    assert conditions(world) == [
        ("FailureTarget", "True", "BackoffLimitExceeded"),
        ("Failed", "True", "BackoffLimitExceeded"),
    ]
    assert world.events("BackoffLimitExceeded") == ["Job has reached the specified backoff limit"]
    assert [pod["status"]["phase"] for pod in world.pods()] == ["Failed"]


async def test_deadline(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    job(world, activeDeadlineSeconds=5)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 6)
    world.controllers[0].queue.add(("course", "j"))
    world.settle()
    assert conditions(world)[-1] == ("Failed", "True", "DeadlineExceeded")
    assert world.pods() == []


async def test_suspend_and_resume(world: World) -> None:
    job(world, suspend=True)
    assert world.pods() == []
    assert conditions(world) == [("Suspended", "True", "JobSuspended")]
    world.change("jobs.batch", "j", lambda item: item["spec"].update(suspend=False))
    world.settle()
    assert len(world.pods()) == 1
    assert conditions(world) == [("Suspended", "False", "JobResumed")]
    assert world.events("Suspended", "Resumed") == ["Job suspended", "Job resumed"]


async def test_deleting_the_job_frees_its_pods(world: World) -> None:
    job(world)
    world.registry.delete("jobs.batch", "course", "j")
    world.settle()
    assert world.pods() == []


async def test_a_pod_that_has_lost_its_job_is_free(world: World) -> None:
    job(world)
    (pod,) = world.pods()
    assert pod["metadata"]["finalizers"] == ["batch.kubernetes.io/job-tracking"]
    world.change("pods", meta.name_of(pod), lambda item: item["metadata"].pop("ownerReferences") and None)
    world.settle()
    assert "finalizers" not in world.registry.get("pods", "course", meta.name_of(pod))["metadata"]


async def test_ttl(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    job(world, ttlSecondsAfterFinished=10)
    end(world, "Succeeded")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 11)
    world.controllers[0].queue.add(("course", "j"))
    world.settle()
    assert world.registry.list("jobs.batch") == world.pods() == []
