"""Rows of the other kinds (K/pkg/printers/internalversion/printers.go, release 1.36)."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.meta import Object
from tests.unit.cluster.apiserver.rows import ago, object_of, row_of

pytestmark = pytest.mark.usefixtures("still")


@pytest.mark.parametrize(
    ("spec", "conditions", "labels", "expected"),
    [
        (
            {},
            [{"type": "Ready", "status": "True"}],
            {"node-role.kubernetes.io/control-plane": ""},
            "Ready control-plane",
        ),
        (
            {},
            [{"type": "Ready", "status": "False"}],
            {"node-role.kubernetes.io/b": "", "kubernetes.io/role": "a", "node-role.kubernetes.io/": ""},
            "NotReady a,b",
        ),
        ({"unschedulable": True}, [{"type": "Ready", "status": "Unknown"}], {}, "NotReady,SchedulingDisabled <none>"),
        ({}, [], {}, "Unknown <none>"),
    ],
)
def test_node(spec: Object, conditions: list[Object], labels: dict[str, str], expected: str) -> None:
    row = row_of(
        "nodes",
        object_of(
            "nodes",
            spec,
            {"conditions": conditions, "nodeInfo": {"kubeletVersion": "v1.36.3"}},
            metadata={"labels": labels},
        ),
    )
    assert f"{row['Status']} {row['Roles']}" == expected
    assert list(row.values())[4:] == ["v1.36.3", "<none>", "<none>", "<unknown>", "<unknown>", "<unknown>"]


def test_event() -> None:
    event = object_of(
        "events",
        involvedObject={"kind": "Pod", "name": "web-1", "fieldPath": "spec.containers{web}"},
        type="Warning",
        reason="BackOff",
        message=" Back-off \n",
        source={"component": "kubelet", "host": "worker"},
        firstTimestamp=ago(700),
        lastTimestamp=ago(7),
        count=4,
        reportingComponent="kubelet",
    )
    assert list(row_of("events", event).values()) == [
        "7s",
        "Warning",
        "BackOff",
        "pod/web-1",
        "spec.containers{web}",
        "kubelet, worker",
        "Back-off",
        "11m",
        4,
        "web",
    ]


def test_event_of_the_new_api() -> None:
    event = object_of(
        "events",
        involvedObject={"kind": "Node"},
        eventTime=ago(60),
        reportingComponent="scheduler",
        reportingInstance="s-1",
    )
    row = row_of("events", event)
    assert [row[name] for name in ("Last Seen", "First Seen", "Count", "Object", "Source")] == [
        "60s",
        "60s",
        1,
        "node",
        "scheduler, s-1",
    ]
    row = row_of("events", {**event, "series": {"count": 9, "lastObservedTime": ago(3)}})
    assert [row[name] for name in ("Last Seen", "First Seen", "Count")] == ["3s", "60s", 9]


@pytest.mark.parametrize(
    ("resource", "more", "expected"),
    [
        ("configmaps", {"data": {"a": "1"}, "binaryData": {"b": ""}}, ["web", 2, "5s"]),
        ("secrets", {"type": "Opaque", "data": {"a": ""}}, ["web", "Opaque", 1, "5s"]),
        ("serviceaccounts", {}, ["web", "5s"]),
        ("leases.coordination.k8s.io", {"spec": {"holderIdentity": "me"}}, ["web", "me", "5s"]),
        ("namespaces", {"status": {"phase": "Active"}}, ["web", "Active", "5s"]),
        (
            "ingresses.networking.k8s.io",
            {"spec": {"rules": [{"host": f"h{n}"} for n in range(5)], "tls": [{}]}},
            ["web", "<none>", "h0,h1,h2 + 2 more...", "", "80, 443", "5s"],
        ),
        (
            "ingresses.networking.k8s.io",
            {"spec": {"ingressClassName": "nginx", "rules": [{}]}},
            ["web", "nginx", "*", "", "80", "5s"],
        ),
        ("networkpolicies.networking.k8s.io", {"spec": {"podSelector": {}}}, ["web", "<none>", "5s"]),
        (
            "persistentvolumeclaims",
            {
                "spec": {"volumeName": "v", "storageClassName": "standard", "volumeMode": "Filesystem"},
                "status": {
                    "phase": "Bound",
                    "capacity": {"storage": "1024Mi"},
                    "accessModes": ["ReadWriteMany", "ReadWriteOnce"],
                },
            },
            ["web", "Bound", "v", "1Gi", "RWO,RWX", "standard", "<unset>", "5s", "Filesystem"],
        ),
        (
            "persistentvolumes",
            {
                "spec": {
                    "capacity": {"storage": "1Gi"},
                    "claimRef": {"namespace": "a", "name": "b"},
                    "persistentVolumeReclaimPolicy": "Delete",
                },
                "status": {"phase": "Bound"},
            },
            ["web", "1Gi", "", "Delete", "Bound", "a/b", "", "<unset>", "", "5s", "<unset>"],
        ),
        (
            "storageclasses.storage.k8s.io",
            {
                "provisioner": "local",
                "metadata": {"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
            },
            ["web (default)", "local", "Delete", "Immediate", False, "5s"],
        ),
        (
            "resourcequotas",
            {"status": {"hard": {"pods": "4", "limits.cpu": "2", "cpu": "1"}, "used": {"pods": "1"}}},
            ["web", "cpu: 0/1, pods: 1/4", "limits.cpu: 0/2", "5s"],
        ),
    ],
)
def test_others(resource: str, more: Object, expected: list[Any]) -> None:
    assert list(row_of(resource, object_of(resource, **more)).values()) == expected


def test_kinds_without_a_printer_show_when_they_were_made() -> None:
    obj = object_of("limitranges", metadata={"creationTimestamp": "2026-11-23T23:10:14Z"})
    assert list(row_of("limitranges", obj).values()) == ["web", "2026-11-23T23:10:14Z"]
