"""Checks are patient: a few seconds with what is wrong, longer with pods that start or end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from kubernetes.client import ApiClient

from kubelearn.exercises import probe
from kubelearn.exercises.core import NotYet
from kubelearn.exercises.probe import Underway, is_changing, not_yet, patiently


def pod(phase: str, *waiting: str, scheduled: str = "True", **metadata: str) -> Any:
    """Return a pod as the client has it."""
    statuses = [{"name": f"c{number}", "image": "", "imageID": "", "ready": False, "restartCount": 0, "state": {"waiting": {"reason": reason}}} for number, reason in enumerate(waiting)]
    found = {"metadata": metadata, "status": {"phase": phase, "containerStatuses": statuses, "conditions": [{"type": "PodScheduled", "status": scheduled}]}}
    return ApiClient()._ApiClient__deserialize(found, "V1Pod")


@pytest.mark.parametrize(("found", "changing"), [
    (pod("Pending"), True),
    (pod("Pending", "ContainerCreating", "PodInitializing"), True),
    (pod("Pending", "ContainerCreating", "ErrImagePull"), False),
    (pod("Pending", "ImagePullBackOff"), False),
    (pod("Pending", scheduled="False"), False),
    (pod("Running"), False),
    (pod("Running", "CrashLoopBackOff"), False),
    (pod("Running", deletionTimestamp="2026-01-01T00:00:00Z"), True),
    (pod("Succeeded"), False),
])
def test_a_pod_changes_while_the_cluster_starts_or_ends_it(found: Any, changing: bool) -> None:
    assert is_changing(found) == changing
    assert isinstance(not_yet("why", [found]), Underway) == changing


class Clock:
    """Time that passes only when somebody sleeps."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(probe, "time", made)
    return made


def until(clock: Clock, *stages: tuple[float, Exception]) -> Callable[[], str]:
    """Return an attempt that raises each exception until its time, and then returns ``done``."""
    def attempt() -> str:
        for end, error in stages:
            if clock.now < end:
                raise error
        return "done"

    return attempt


def test_what_is_wrong_is_told_after_some_seconds(clock: Clock) -> None:
    assert patiently(until(clock, (probe.PATIENCE - 1, NotYet("wrong")))) == "done"
    clock.now = 0
    with pytest.raises(NotYet, match="wrong"):
        patiently(until(clock, (100, NotYet("wrong"))))
    assert clock.now == pytest.approx(probe.PATIENCE, abs=0.3)


def test_what_is_on_its_way_is_waited_for_and_then_some_seconds_for_the_rest(clock: Clock) -> None:
    assert patiently(until(clock, (40, Underway("starts")), (45, NotYet("does not answer")))) == "done"
    clock.now = 0
    with pytest.raises(NotYet, match="does not answer"):
        patiently(until(clock, (40, Underway("starts")), (200, NotYet("does not answer"))))
    assert clock.now == pytest.approx(40 + probe.PATIENCE, abs=0.5)


def test_not_even_what_is_on_its_way_is_waited_for_without_end(clock: Clock) -> None:
    with pytest.raises(Underway, match="starts"):
        patiently(until(clock, (1000, Underway("starts"))))
    assert clock.now == pytest.approx(90, abs=0.5)
