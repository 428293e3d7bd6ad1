"""Rows of workloads and autoscalers (K/pkg/printers/internalversion/printers.go, release 1.36)."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.endpoints import tables
from kubelearn.cluster.apiserver.resources import BY_PATH
from kubelearn.cluster.meta import Object
from tests.unit.cluster.apiserver.rows import object_of, row_of

pytestmark = pytest.mark.usefixtures("still")

_TEMPLATE = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "a", "image": "nginx"}, {"name": "b", "image": "busybox:1.36"}]},
}
_WORKLOAD = {"selector": {"matchLabels": {"app": "web"}}, "template": _TEMPLATE}


def test_deployment() -> None:
    row = row_of(
        "deployments.apps",
        object_of(
            "deployments.apps",
            {"replicas": 3, **_WORKLOAD},
            {"readyReplicas": 1, "updatedReplicas": 2, "availableReplicas": 1},
        ),
    )
    assert list(row.values()) == ["web", "1/3", 2, 1, "5s", "a,b", "nginx,busybox:1.36", "app=web"]
    assert row_of("deployments.apps", object_of("deployments.apps", {"replicas": 0, **_WORKLOAD}, {}))["Ready"] == "0/0"


def test_replicaset() -> None:
    row = row_of(
        "replicasets.apps",
        object_of("replicasets.apps", {"replicas": 3, **_WORKLOAD}, {"replicas": 2, "readyReplicas": 1}),
    )
    assert list(row.values()) == ["web", 3, 2, 1, "5s", "a,b", "nginx,busybox:1.36", "app=web"]


def test_listed_workloads() -> None:
    row = row_of("statefulsets.apps", object_of("statefulsets.apps", {"replicas": 2, **_WORKLOAD}, {}))
    assert list(row.values()) == ["web", "0/2", "5s", "a,b", "nginx,busybox:1.36"]
    status = {
        "desiredNumberScheduled": 3,
        "currentNumberScheduled": 3,
        "numberReady": 2,
        "updatedNumberScheduled": 3,
        "numberAvailable": 1,
    }
    row = row_of("daemonsets.apps", object_of("daemonsets.apps", _WORKLOAD, status))
    assert list(row.values())[1:7] == [3, 3, 2, 3, 1, "<none>"]
    spec = {"replicas": 1, "selector": {"app": "web"}, "template": _TEMPLATE}
    row = row_of("replicationcontrollers", object_of("replicationcontrollers", spec, {}))
    assert list(row.values())[1:] == [1, 0, 0, "5s", "a,b", "nginx,busybox:1.36", "app=web"]
    spec = {"schedule": "* * * * *", "suspend": False, "jobTemplate": {"spec": {"template": _TEMPLATE}}}
    row = row_of("cronjobs.batch", object_of("cronjobs.batch", spec, {"active": [{}]}))
    assert list(row.values())[1:6] == ["* * * * *", "<none>", "False", 1, "<none>"]
    assert list(row.values())[6:] == ["5s", "a,b", "nginx,busybox:1.36", "<none>"]


@pytest.mark.parametrize(
    ("spec", "status", "expected"),
    [
        ({"completions": 3}, {"succeeded": 1}, "Running 1/3 -"),
        ({"parallelism": 2}, {}, "Running 0/1 of 2 -"),
        (
            {"parallelism": 1},
            {"startTime": "2026-11-23T23:10:14Z", "completionTime": "2026-11-23T23:12:19Z", "succeeded": 1},
            "Running 1/1 2m5s",
        ),
        (
            {"completions": 1},
            {
                "conditions": [
                    {"type": "SuccessCriteriaMet", "status": "True"},
                    {"type": "Complete", "status": "True"},
                ],
                "succeeded": 1,
            },
            "Complete 1/1 -",
        ),
        ({"completions": 1}, {"conditions": [{"type": "Failed", "status": "True"}]}, "Failed 0/1 -"),
        (
            {"completions": 1},
            {"conditions": [{"type": "FailureTarget", "status": "True"}, {"type": "Suspended", "status": "False"}]},
            "FailureTarget 0/1 -",
        ),
        ({"completions": 1}, {"conditions": [{"type": "Suspended", "status": "True"}]}, "Suspended 0/1 -"),
    ],
)
def test_job(spec: Object, status: Object, expected: str) -> None:
    row = row_of("jobs.batch", object_of("jobs.batch", {**spec, **_WORKLOAD}, status))
    assert f"{row['Status']} {row['Completions']} {row['Duration'] or '-'}" == expected


def test_job_that_goes() -> None:
    job = object_of("jobs.batch", {"completions": 1, **_WORKLOAD}, {}, metadata={"deletionTimestamp": meta.timestamp()})
    assert row_of("jobs.batch", job)["Status"] == "Terminating"


def _metric(kind: str, target: Object, **more: Any) -> Object:
    field = kind[0].lower() + kind[1:]
    return {"type": kind, field: {"target": target, **more}}


@pytest.mark.parametrize(
    ("metrics", "current", "expected"),
    [
        ([], [], "<none>"),
        ([_metric("Resource", {"averageUtilization": 50}, name="cpu")], [], "cpu: <unknown>/50%"),
        (
            [_metric("Resource", {"averageUtilization": 50}, name="cpu")],
            [{"type": "Resource", "resource": {"current": {"averageUtilization": 12}}}],
            "cpu: 12%/50%",
        ),
        (
            [_metric("Resource", {"averageValue": "1024Ki"}, name="memory")],
            [{"type": "Resource", "resource": {"current": {"averageValue": "512Ki"}}}],
            "memory: 512Ki/1Mi",
        ),
        ([_metric("Pods", {"averageValue": "100"})], [], "<unknown>/100"),
        ([_metric("External", {"value": "5"})], [], "<unknown>/5"),
        ([_metric("Object", {"averageValue": "5"})], [], "<unknown>/5 (avg)"),
        (
            [_metric("Resource", {"averageUtilization": n}, name="cpu") for n in (1, 2, 3)],
            [],
            "cpu: <unknown>/1%, cpu: <unknown>/2% + 1 more...",
        ),
        ([{"type": "New"}], [], "<unknown type>"),
    ],
)
def test_autoscaler_targets(metrics: list[Object], current: list[Object], expected: str) -> None:
    spec = {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "maxReplicas": 4, "metrics": metrics}
    row = row_of(
        "horizontalpodautoscalers.autoscaling",
        object_of("horizontalpodautoscalers.autoscaling", spec, {"currentReplicas": 1, "currentMetrics": current}),
    )
    assert row["Targets"] == expected
    assert [row[name] for name in ("Reference", "MinPods", "MaxPods", "Replicas")] == [
        "Deployment/web",
        "<unset>",
        4,
        1,
    ]


def test_autoscaler_in_version_1() -> None:
    resource = BY_PATH["autoscaling", "v1", "horizontalpodautoscalers"]
    obj = object_of(
        "horizontalpodautoscalers.autoscaling",
        {"maxReplicas": 4, "minReplicas": 1, "targetCPUUtilizationPercentage": 80},
        {},
    )
    cells = tables.table(resource, [{**obj, "apiVersion": "autoscaling/v1"}])["rows"][0]["cells"]
    assert cells[2:5] == ["cpu: <unknown>/80%", "1", 4]
