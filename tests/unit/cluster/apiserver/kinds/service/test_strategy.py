"""Services: what the server adds to them."""

from __future__ import annotations

import pytest

from kubelearn.cluster.meta import Object
from tests.unit.cluster.apiserver.kinds.service.services import create, service_with
from tests.unit.strategy_fakes import FakeApi


def test_canonical_object(api: FakeApi) -> None:
    service = api.create("services", service_with(selector={"app": "web"}))
    ip = service["spec"]["clusterIP"]
    assert service["spec"] == {
        "clusterIP": ip,
        "clusterIPs": [ip],
        "internalTrafficPolicy": "Cluster",
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}],
        "selector": {"app": "web"},
        "sessionAffinity": "None",
        "type": "ClusterIP",
    }
    assert service["status"] == {"loadBalancer": {}}
    assert "generation" not in service["metadata"]


def test_external_name(api: FakeApi) -> None:
    assert create(api, type="ExternalName", externalName="example.com", ports=None) == {
        "externalName": "example.com",
        "sessionAffinity": "None",
        "type": "ExternalName",
    }


@pytest.mark.parametrize(
    ("selector", "families", "policy"),
    [({"a": "b"}, ["IPv4"], "SingleStack"), ({}, ["IPv4", "IPv6"], "RequireDualStack")],
)
def test_headless(api: FakeApi, selector: dict[str, str], families: list[str], policy: str) -> None:
    spec = create(api, clusterIP="None", selector=selector, ports=[])
    assert (spec["clusterIP"], spec["clusterIPs"], spec["ipFamilies"], spec["ipFamilyPolicy"]) == (
        "None",
        ["None"],
        families,
        policy,
    )
    assert ("selector" in spec) == bool(selector)


def test_load_balancer(api: FakeApi) -> None:
    spec = create(api, type="LoadBalancer")
    assert (spec["allocateLoadBalancerNodePorts"], spec["externalTrafficPolicy"]) == (True, "Cluster")
    assert 30086 <= spec["ports"][0]["nodePort"] <= 32767
    local = create(api, "local", type="LoadBalancer", externalTrafficPolicy="Local")
    assert 30086 <= local["healthCheckNodePort"] <= 32767
    assert "nodePort" not in create(api, "none", type="LoadBalancer", allocateLoadBalancerNodePorts=False)["ports"][0]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"sessionAffinity": "ClientIP"}, {"clientIP": {"timeoutSeconds": 10800}}),
        (
            {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 86400}}},
            {"clientIP": {"timeoutSeconds": 86400}},
        ),
        ({"sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 5}}}, None),
    ],
)
def test_session_affinity_config(api: FakeApi, given: Object, stored: Object | None) -> None:
    assert create(api, **given).get("sessionAffinityConfig") == stored


@pytest.mark.parametrize(
    ("port", "target"),
    [
        ({"port": 80}, 80),
        ({"port": 80, "targetPort": 0}, 80),
        ({"port": 80, "targetPort": ""}, 80),
        ({"port": 80, "targetPort": "http"}, "http"),
    ],
)
def test_target_port(api: FakeApi, port: Object, target: int | str) -> None:
    assert create(api, ports=[port])["ports"][0]["targetPort"] == target
