"""Checks are patient: a few seconds with what is wrong, longer with pods that start or end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kubernetes.client import ApiClient, V1ObjectMeta, V1Service, V1ServicePort, V1ServiceSpec

from kubelearn.course.exercises import probe
from kubelearn.course.exercises.core import NotYet
from kubelearn.course.exercises.probe import Underway, bounded, is_changing, judge, not_yet, patiently, service_port
from kubelearn.target.execution import NotRunningError
from kubelearn.views.traffic import Traffic


def pod(phase: str, *waiting: str, scheduled: str = "True", **metadata: str) -> Any:
    """Return a pod as the client has it."""
    statuses = [
        {
            "name": f"c{number}",
            "image": "",
            "imageID": "",
            "ready": False,
            "restartCount": 0,
            "state": {"waiting": {"reason": reason}},
        }
        for number, reason in enumerate(waiting)
    ]
    found = {
        "metadata": metadata,
        "status": {
            "phase": phase,
            "containerStatuses": statuses,
            "conditions": [{"type": "PodScheduled", "status": scheduled}],
        },
    }
    return ApiClient()._ApiClient__deserialize(found, "V1Pod")


@pytest.mark.parametrize(
    ("found", "changing"),
    [
        (pod("Pending"), True),
        (pod("Pending", "ContainerCreating", "PodInitializing"), True),
        (pod("Pending", "ContainerCreating", "ErrImagePull"), False),
        (pod("Pending", "ImagePullBackOff"), False),
        (pod("Pending", scheduled="False"), False),
        (pod("Running"), False),
        (pod("Running", "CrashLoopBackOff"), False),
        (pod("Running", deletionTimestamp="2026-01-01T00:00:00Z"), True),
        (pod("Succeeded"), False),
    ],
)
def test_a_pod_changes_while_the_cluster_starts_or_ends_it(found: Any, changing: bool) -> None:
    assert is_changing(found) == changing
    assert isinstance(not_yet("why", [found]), Underway) == changing


def running_pod(since: float, ready: bool = False, **probes: Any) -> Any:
    """Return a pod whose only container has run for some seconds."""
    started = (datetime.now(UTC) - timedelta(seconds=since)).isoformat()
    status = {
        "name": "web",
        "image": "",
        "imageID": "",
        "ready": ready,
        "restartCount": 0,
        "state": {"running": {"startedAt": started}},
    }
    conditions = [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": str(ready)}]
    found = {
        "metadata": {},
        "spec": {"containers": [{"name": "web", "image": "", **probes}]},
        "status": {"phase": "Running", "containerStatuses": [status], "conditions": conditions},
    }
    return ApiClient()._ApiClient__deserialize(found, "V1Pod")


ASKS = {"httpGet": {"port": 8080}}


@pytest.mark.parametrize(
    ("since", "probes", "changing"),
    [
        (9, {"readinessProbe": ASKS}, True),  # Kubernetes' own period is ten seconds
        (40, {"readinessProbe": ASKS}, False),
        (4, {"readinessProbe": {**ASKS, "periodSeconds": 1}}, True),
        (8, {"readinessProbe": {**ASKS, "periodSeconds": 1}}, False),
        (8, {"readinessProbe": {**ASKS, "periodSeconds": 1, "initialDelaySeconds": 6}}, True),
        (8, {"readinessProbe": {**ASKS, "periodSeconds": 2, "successThreshold": 4}}, True),
        (25, {"startupProbe": ASKS}, True),
        (25, {"startupProbe": {**ASKS, "periodSeconds": 1}}, False),
        (200, {"startupProbe": {**ASKS, "failureThreshold": 1000}}, False),  # bounded, whatever the probe says
        (0, {}, True),
        (5, {}, False),
        (9, {"livenessProbe": ASKS}, False),
    ],
)
def test_a_pod_changes_while_its_probes_may_still_find_it_ready(
    since: float, probes: dict[str, Any], changing: bool
) -> None:
    assert is_changing(running_pod(since, **probes)) == changing
    assert not is_changing(running_pod(since, ready=True, **probes))


@pytest.mark.parametrize(
    ("ports", "says"),
    [
        ([], "It listens on no port"),
        ([8080], "It listens on port 8080"),
        ([80, 443, 8080], "It listens on ports 80, 443 and 8080"),
    ],
)
def test_the_ports_of_a_service_are_a_sentence(ports: list[int], says: str) -> None:
    found = V1Service(
        metadata=V1ObjectMeta(name="shop"), spec=V1ServiceSpec(ports=[V1ServicePort(port=port) for port in ports])
    )
    with pytest.raises(NotYet, match=f"^the Service `shop` has no port 81. {says}$"):
        service_port(found, 81)


@pytest.mark.parametrize(
    ("lines", "pods", "says"),
    [
        (["a"], ["a"], "1 request to `u` was answered by 1 pod: a"),
        (["a", "b"], ["a", "b"], "2 requests to `u` were answered by 2 pods: a, b"),
        (["a", "curl: (7) no"], ["a"], "of 2 requests to `u`, 1 failed: `curl: (7) no`"),
        (
            ["curl: (28) Connection timed out after 3 ms", "curl: (28) Connection timed out after 4 ms"],
            ["a"],
            "of 2 requests to `u`, 2 failed: `curl: (28) Connection timed out after N ms`",
        ),
        (["a"], ["a", "b"], "of 1 request to `u`, none reached the pod `b`"),
        (["c"], ["a"], "requests to `u` were answered by `c`, which is not one of the right pods"),
    ],
)
def test_who_answered_is_a_sentence(lines: list[str], pods: list[str], says: str) -> None:
    counted = Traffic()
    for line in lines:
        counted.add(line)
    try:
        said = judge(counted, "u", pods)
    except NotYet as reason:
        said = str(reason)
    assert said == says


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


def test_a_container_between_two_starts_is_asked_again(clock: Clock) -> None:
    restarting = NotRunningError("shop", "container not found")
    assert patiently(until(clock, (probe.PATIENCE - 1, restarting))) == "done"
    clock.now = 0
    with pytest.raises(NotYet, match="the pod `shop` is not ready"):
        patiently(until(clock, (100, restarting)))


def test_not_even_what_is_on_its_way_is_waited_for_without_end(clock: Clock) -> None:
    with pytest.raises(Underway, match="starts"):
        patiently(until(clock, (1000, Underway("starts"))))
    assert clock.now == pytest.approx(90, abs=0.5)


def test_a_check_that_waits_for_several_things_waits_a_minute_in_all(clock: Clock) -> None:
    with bounded(60):
        assert patiently(until(clock, (40, Underway("the first")))) == "done"
        with pytest.raises(Underway, match="the second"):
            patiently(until(clock, (1000, Underway("the second"))))
    assert clock.now == pytest.approx(60, abs=0.5)


def test_after_its_bound_a_check_waits_for_nothing_more(clock: Clock) -> None:
    with bounded(10):
        clock.now = 20
        with pytest.raises(NotYet, match="wrong"):
            patiently(until(clock, (1000, NotYet("wrong"))))
    assert clock.now == pytest.approx(20, abs=0.3)
