from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.cronjob.controller import CronJobController
from kubelearn.cluster.meta import Object
from tests.unit.fakes import World, template

pytestmark = pytest.mark.asyncio
CRONJOBS, JOBS = "cronjobs.batch", "jobs.batch"
#: A minute past a full hour.
START = meta.seconds_of("2026-03-02T10:01:00Z")


class Clock:
    """The time, which only moves when it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.now = START
        monkeypatch.setattr(time, "time", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def world(clock: Clock) -> Iterator[World]:
    with World(CronJobController) as world:
        yield world


def cron_job(world: World, schedule: str = "0 * * * *", **spec: Any) -> Object:
    pod = template("tick")["spec"] | {"restartPolicy": "Never"}
    described = {"schedule": schedule, "jobTemplate": {"spec": {"template": {"spec": pod}}}, **spec}
    made = world.registry.create(CRONJOBS, "course", {"metadata": {"name": "tick"}, "spec": described})
    world.settle()
    return made


def at(world: World, clock: Clock, moment: str) -> None:
    """Let it be some time of the day, and everybody look."""
    clock.now = meta.seconds_of(f"2026-03-02T{moment}Z")
    world.controllers[0].work_on(("course", "tick"))
    world.settle()


def jobs(world: World) -> list[str]:
    return [meta.name_of(job) for job in world.registry.list(JOBS, "course")]


def status(world: World) -> Object:
    found: Object = world.registry.get(CRONJOBS, "course", "tick")["status"]
    return found


def finish(world: World, name: str, kind: str = "Complete") -> None:
    """End a Job as its controller does."""
    now = meta.timestamp()

    def change(job: Object) -> None:
        job["status"] = {"startTime": now, "conditions": [{"type": kind, "status": "True", "lastTransitionTime": now}]}
        if kind == "Complete":
            job["status"]["completionTime"] = now

    world.registry.modify(JOBS, "course", name, change, subresource="status")
    world.settle()


async def test_makes_a_job_when_it_is_time(world: World, clock: Clock) -> None:
    made = cron_job(world)
    at(world, clock, "10:59:59")
    assert jobs(world) == []
    at(world, clock, "11:00:02")
    name = f"tick-{int(meta.seconds_of('2026-03-02T11:00:00Z')) // 60}"
    assert jobs(world) == [name]
    job = world.registry.get(JOBS, "course", name)
    assert meta.controller_of(job) == meta.controller_reference(made)
    assert job["metadata"]["annotations"] == {"batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-03-02T11:00:00Z"}
    assert (status(world)["lastScheduleTime"], len(status(world)["active"])) == ("2026-03-02T11:00:00Z", 1)
    assert world.events("SuccessfulCreate") == [f"Created job {name}"]
    at(world, clock, "11:30:00")
    assert jobs(world) == [name]
    finish(world, name)
    assert "active" not in status(world)
    assert status(world)["lastSuccessfulTime"] == "2026-03-02T11:30:00Z"
    assert world.events("SawCompletedJob") == [f"Saw completed job: {name}, condition: Complete"]


async def test_the_time_zone_decides(world: World, clock: Clock) -> None:
    cron_job(world, "30 20 * * *", timeZone="Asia/Tokyo")
    at(world, clock, "11:29:00")
    assert jobs(world) == []
    at(world, clock, "11:30:01")
    (name,) = jobs(world)
    annotations = world.registry.get(JOBS, "course", name)["metadata"]["annotations"]
    assert annotations == {"batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-03-02T20:30:00+09:00"}


async def test_suspended_it_does_nothing(world: World, clock: Clock) -> None:
    cron_job(world, suspend=True)
    at(world, clock, "11:00:01")
    assert jobs(world) == []


async def test_of_what_was_missed_only_the_last_is_made(world: World, clock: Clock) -> None:
    cron_job(world, "*/10 * * * *")
    at(world, clock, "10:47:00")
    (name,) = jobs(world)
    assert name == f"tick-{int(meta.seconds_of('2026-03-02T10:40:00Z')) // 60}"


async def test_too_late_is_missed(world: World, clock: Clock) -> None:
    cron_job(world, startingDeadlineSeconds=30)
    at(world, clock, "11:00:31")
    assert jobs(world) == []
    at(world, clock, "12:00:29")
    assert len(jobs(world)) == 1


async def test_more_than_a_hundred_missed_times_are_told(world: World, clock: Clock) -> None:
    cron_job(world, "* * * * *")
    at(world, clock, "12:00:00")
    assert world.events("TooManyMissedTimes") == [
        "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
    ]
    assert len(jobs(world)) == 1


@pytest.mark.parametrize(("policy", "left"), [("Allow", 2), ("Forbid", 1), ("Replace", 1)])
async def test_concurrency(world: World, clock: Clock, policy: str, left: int) -> None:
    cron_job(world, concurrencyPolicy=policy)
    at(world, clock, "11:00:01")
    (first,) = jobs(world)
    at(world, clock, "12:00:01")
    assert len(jobs(world)) == left
    assert (first in jobs(world)) == (policy != "Replace")
    assert bool(world.events("JobAlreadyActive")) == (policy == "Forbid")
    assert len(status(world)["active"]) == left


async def test_keeps_only_the_last_jobs(world: World, clock: Clock) -> None:
    cron_job(world, successfulJobsHistoryLimit=1, failedJobsHistoryLimit=0)
    names = []
    for hour, kind in ((11, "Complete"), (12, "Complete"), (13, "Failed")):
        at(world, clock, f"{hour}:00:01")
        names.append(next(name for name in jobs(world) if name not in names))
        finish(world, names[-1], kind)
    assert jobs(world) == [names[1]]
    assert world.events("SuccessfulDelete") == [f"Deleted job {names[0]}", f"Deleted job {names[2]}"]


async def test_a_job_of_somebody_else_is_told(world: World, clock: Clock) -> None:
    made = cron_job(world)
    job = {
        "metadata": {"name": "now", "ownerReferences": [meta.controller_reference(made)]},
        "spec": made["spec"]["jobTemplate"]["spec"],
    }
    world.registry.create(JOBS, "course", meta.thaw(job))
    world.settle()
    assert world.events("UnexpectedJob") == ["Saw a job that the controller did not create or forgot: now"]


async def test_a_job_that_is_gone_is_told(world: World, clock: Clock) -> None:
    cron_job(world)
    at(world, clock, "11:00:01")
    (name,) = jobs(world)
    world.registry.delete(JOBS, "course", name, propagation="Background")
    world.settle()
    assert world.events("MissingJob") == [f"Active job went missing: {name}"]
    assert "active" not in status(world)
    at(world, clock, "11:20:00")
    assert jobs(world) == []


async def test_a_schedule_that_never_comes(world: World) -> None:
    cron_job(world, "0 0 31 2 *")
    (why,) = world.events("InvalidSchedule")
    assert why.startswith("invalid schedule schedule: 0 0 31 2 * : ")
