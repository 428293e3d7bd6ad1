"""Rows of Services (K/pkg/printers/internalversion/printers.go, release 1.36)."""

from __future__ import annotations

import pytest

from kubelearn.cluster.meta import Object
from tests.unit.cluster.apiserver.rows import object_of, row_of

pytestmark = pytest.mark.usefixtures("still")


@pytest.mark.parametrize(
    ("spec", "status", "expected"),
    [
        (
            {
                "type": "ClusterIP",
                "clusterIPs": ["10.96.70.26"],
                "ports": [{"port": 80, "protocol": "TCP"}],
                "selector": {"b": "2", "a": "1"},
            },
            {},
            ["ClusterIP", "10.96.70.26", "<none>", "80/TCP", "5s", "a=1,b=2"],
        ),
        (
            {"type": "ClusterIP", "clusterIPs": ["None"], "externalIPs": ["203.0.113.9", "203.0.113.8"]},
            {},
            ["ClusterIP", "None", "203.0.113.9,203.0.113.8", "<none>", "5s", "<none>"],
        ),
        (
            {
                "type": "NodePort",
                "clusterIPs": ["10.96.0.9"],
                "ports": [{"port": 80, "nodePort": 30080, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}],
            },
            {},
            ["NodePort", "10.96.0.9", "<none>", "80:30080/TCP,53/UDP", "5s", "<none>"],
        ),
        (
            {"type": "LoadBalancer", "clusterIPs": ["10.96.0.9"]},
            {"loadBalancer": {}},
            ["LoadBalancer", "10.96.0.9", "<pending>", "<none>", "5s", "<none>"],
        ),
        (
            {"type": "LoadBalancer", "clusterIPs": ["10.96.0.9"], "externalIPs": ["203.0.113.1"]},
            {"loadBalancer": {"ingress": [{"ip": "203.0.113.9"}, {"hostname": "a.example"}]}},
            ["LoadBalancer", "10.96.0.9", "203.0.113.9,a.example,203.0.113.1", "<none>", "5s", "<none>"],
        ),
        (
            {"type": "ExternalName", "externalName": "db.example.com"},
            {},
            ["ExternalName", "<none>", "db.example.com", "<none>", "5s", "<none>"],
        ),
    ],
)
def test_service(spec: Object, status: Object, expected: list[str]) -> None:
    assert list(row_of("services", object_of("services", spec, status)).values())[1:] == expected
