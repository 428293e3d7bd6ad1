"""Rows of pods (K/pkg/printers/internalversion/printers.go, release 1.36)."""

from __future__ import annotations

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.endpoints import tables
from kubelearn.cluster.apiserver.resources import BY_KEY
from kubelearn.cluster.meta import Object
from tests.unit.cluster.apiserver.rows import READY, RUNNING, container_of, pod_of, row_of

pytestmark = pytest.mark.usefixtures("still")

_DONE: Object = {"terminated": {"exitCode": 0, "reason": "Completed"}}


def _waiting(reason: str) -> Object:
    return {"waiting": {"reason": reason}}


@pytest.mark.parametrize(
    ("pod", "expected"),
    [
        (pod_of(phase="Pending"), "0/1 Pending 0"),
        (pod_of(container_of(RUNNING, ready=True)), "1/1 Running 0"),
        (pod_of(container_of(RUNNING)), "0/1 Running 0"),
        (pod_of(container_of(_waiting("ContainerCreating")), phase="Pending"), "0/1 ContainerCreating 0"),
        (pod_of(container_of(_waiting("ImagePullBackOff")), phase="Pending"), "0/1 ImagePullBackOff 0"),
        (pod_of(container_of(_waiting("CrashLoopBackOff"), restarts=3, last=12)), "0/1 CrashLoopBackOff 3 (12s ago)"),
        (pod_of(container_of(RUNNING, ready=True, restarts=2)), "1/1 Running 2"),
        (pod_of(container_of({"terminated": {"exitCode": 4, "reason": "Error"}}), phase="Failed"), "0/1 Error 0"),
        (pod_of(container_of({"terminated": {"exitCode": 4}}), phase="Failed"), "0/1 ExitCode:4 0"),
        (pod_of(container_of({"terminated": {"exitCode": 137, "signal": 9}}), phase="Failed"), "0/1 Signal:9 0"),
        (pod_of(container_of(_DONE), phase="Succeeded"), "0/1 Completed 0"),
        (
            pod_of(
                container_of(_DONE, name="a"), container_of(RUNNING, name="b", ready=True), status={"conditions": READY}
            ),
            "1/2 Running 0",
        ),
        (pod_of(container_of(_DONE, name="a"), container_of(RUNNING, name="b", ready=True)), "1/2 NotReady 0"),
        (
            pod_of(
                container_of(_waiting("ErrImagePull"), name="a"), container_of(_waiting("CrashLoopBackOff"), name="b")
            ),
            "0/2 ErrImagePull 0",
        ),
        (pod_of(status={"reason": "Evicted"}, phase="Failed"), "0/1 Evicted 0"),
        (
            pod_of(
                status={"conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]},
                phase="Pending",
            ),
            "0/1 SchedulingGated 0",
        ),
    ],
)
def test_pod_status(pod: Object, expected: str) -> None:
    row = row_of("pods", pod)
    assert f"{row['Ready']} {row['Status']} {row['Restarts']}" == expected


_LATER = container_of(_waiting("PodInitializing"))


@pytest.mark.parametrize(
    ("pod", "expected"),
    [
        (
            pod_of(
                _LATER,
                init=(container_of(RUNNING, name="i"), container_of(_waiting("PodInitializing"), name="j")),
                phase="Pending",
            ),
            "0/1 Init:0/2 0",
        ),
        (
            pod_of(_LATER, init=(container_of(_DONE, name="i"), container_of(RUNNING, name="j")), phase="Pending"),
            "0/1 Init:1/2 0",
        ),
        (
            pod_of(
                _LATER,
                init=(container_of({"terminated": {"exitCode": 1, "reason": "Error"}}, name="i", restarts=1, last=3),),
                phase="Pending",
            ),
            "0/1 Init:Error 1 (3s ago)",
        ),
        (
            pod_of(_LATER, init=(container_of({"terminated": {"exitCode": 2}}, name="i"),), phase="Pending"),
            "0/1 Init:ExitCode:2 0",
        ),
        (
            pod_of(
                _LATER, init=(container_of({"terminated": {"exitCode": 2, "signal": 15}}, name="i"),), phase="Pending"
            ),
            "0/1 Init:Signal:15 0",
        ),
        (
            pod_of(
                _LATER,
                init=(container_of(_waiting("CrashLoopBackOff"), name="i", restarts=4, last=30),),
                phase="Pending",
            ),
            "0/1 Init:CrashLoopBackOff 4 (30s ago)",
        ),
        # Restarts of init containers that are done do not count any more.
        (
            pod_of(
                container_of(RUNNING, ready=True, restarts=1),
                init=(container_of(_DONE, name="i", restarts=4, last=30),),
            ),
            "1/1 Running 1",
        ),
        # Sidecars count as containers, with their restarts.
        (
            pod_of(
                container_of(RUNNING, ready=True),
                init=(container_of(RUNNING, name="s", ready=True, started=True),),
                sidecars=("s",),
            ),
            "2/2 Running 0",
        ),
        (
            pod_of(
                container_of(RUNNING, ready=True),
                init=(container_of(RUNNING, name="s", started=True, restarts=2, last=40),),
                sidecars=("s",),
            ),
            "1/2 Running 2 (40s ago)",
        ),
        (
            pod_of(_LATER, init=(container_of(RUNNING, name="s", started=False),), sidecars=("s",), phase="Pending"),
            "0/2 Init:0/1 0",
        ),
        # A sidecar that fails later gives the reason, but the other containers count.
        (
            pod_of(
                container_of(RUNNING, ready=True),
                init=(container_of(_waiting("CrashLoopBackOff"), name="s", restarts=1),),
                sidecars=("s",),
                status={"conditions": READY},
            ),
            "1/2 Init:CrashLoopBackOff 1",
        ),
    ],
)
def test_pod_status_with_init_containers(pod: Object, expected: str) -> None:
    row = row_of("pods", pod)
    assert f"{row['Ready']} {row['Status']} {row['Restarts']}" == expected


@pytest.mark.parametrize(
    ("phase", "reason", "expected"),
    [("Running", "", "Terminating"), ("Succeeded", "", "Succeeded"), ("Running", "NodeLost", "Unknown")],
)
def test_pod_that_goes(phase: str, reason: str, expected: str) -> None:
    pod = pod_of(phase=phase, status={"reason": reason}, metadata={"deletionTimestamp": meta.timestamp()})
    assert row_of("pods", pod)["Status"] == expected


def test_pod_wide() -> None:
    assert list(row_of("pods", pod_of(phase="Pending")).values())[5:] == ["<none>"] * 4
    gates = {
        "nodeName": "worker",
        "readinessGates": [{"conditionType": "a"}, {"conditionType": "b"}, {"conditionType": "c"}],
    }
    conditions = [{"type": "a", "status": "True"}, {"type": "b", "status": "False"}]
    pod = pod_of(
        spec=gates, status={"podIPs": [{"ip": "10.244.1.2"}], "nominatedNodeName": "other", "conditions": conditions}
    )
    assert list(row_of("pods", pod).values())[5:] == ["10.244.1.2", "worker", "other", "1/3"]


def test_rows_of_ended_pods_say_so() -> None:
    rows = tables.table(BY_KEY["pods"], [pod_of(phase="Succeeded"), pod_of(phase="Failed"), pod_of()])["rows"]
    assert [[condition["reason"] for condition in row.get("conditions", ())] for row in rows] == [
        ["Succeeded"],
        ["Failed"],
        [],
    ]
