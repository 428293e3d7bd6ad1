"""Rows of Endpoints and EndpointSlices (K/pkg/printers/internalversion/printers.go, release 1.36)."""

from __future__ import annotations

import pytest

from kubelearn.cluster.meta import Object
from tests.unit.cluster.apiserver.rows import object_of, row_of

pytestmark = pytest.mark.usefixtures("still")


def _addresses(*ips: str) -> list[Object]:
    return [{"ip": ip} for ip in ips]


@pytest.mark.parametrize(
    ("subsets", "expected"),
    [
        (None, "<none>"),
        ([], "<none>"),
        ([{"notReadyAddresses": _addresses("10.244.0.1"), "ports": [{"port": 80}]}], ""),
        (
            [{"addresses": _addresses("10.244.0.1", "10.244.0.2"), "ports": [{"port": 80}, {"port": 81}]}],
            "10.244.0.1:80,10.244.0.2:80,10.244.0.1:81 + 1 more...",
        ),
        ([{"addresses": _addresses("10.244.0.1", "10.244.0.2")}], "10.244.0.1,10.244.0.2"),
        ([{"addresses": _addresses("fd00::1"), "ports": [{"port": 80}]}], "[fd00::1]:80"),
    ],
)
def test_endpoints(subsets: list[Object] | None, expected: str) -> None:
    assert (
        row_of("endpoints", object_of("endpoints", **({} if subsets is None else {"subsets": subsets})))["Endpoints"]
        == expected
    )


@pytest.mark.parametrize(
    ("ports", "ips", "expected"),
    [
        (None, [], "<unset> <unset>"),
        ([{"port": 80}, {"name": "any"}, {}, {"port": 82}], ["10.244.0.1"], "80,any,* + 1 more... 10.244.0.1"),
        (
            [{"port": 8080}],
            ["10.244.0.1", "10.244.0.2", "10.244.0.3", "10.244.0.4", "10.244.0.5"],
            "8080 10.244.0.1,10.244.0.2,10.244.0.3 + 2 more...",
        ),
    ],
)
def test_endpointslice(ports: list[Object] | None, ips: list[str], expected: str) -> None:
    endpoints = [{"addresses": [ip], "conditions": {"ready": False}} for ip in ips]
    row = row_of(
        "endpointslices.discovery.k8s.io",
        object_of("endpointslices.discovery.k8s.io", addressType="IPv4", ports=ports, endpoints=endpoints),
    )
    assert f"{row['Ports']} {row['Endpoints']}" == expected
