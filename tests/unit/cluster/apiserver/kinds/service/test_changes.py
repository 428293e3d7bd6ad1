"""Services: what may change."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver.kinds.by_resource import for_resource
from kubelearn.cluster.meta import Object
from tests.unit.cluster.apiserver.kinds.service.services import create, service_with
from tests.unit.strategy_fakes import FakeApi, causes_of


def _set(**values: Any) -> Any:
    return lambda obj: obj["spec"].update(values)


@pytest.mark.parametrize(
    ("before", "change", "expected"),
    [
        (
            {},
            _set(clusterIP="10.96.7.7"),
            ['spec.clusterIPs[0]: Invalid value: ["10.96.7.7"]: may not change once set'],
        ),
        ({}, _set(clusterIP="None"), ['spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set']),
        (
            {"clusterIP": "None"},
            _set(clusterIP="10.96.0.77"),
            ['spec.clusterIPs[0]: Invalid value: ["10.96.0.77"]: may not change once set'],
        ),
        (
            {"type": "LoadBalancer"},
            _set(loadBalancerClass="a.b/c"),
            ['spec.loadBalancerClass: Invalid value: "a.b/c": may not change once set'],
        ),
        (
            {"type": "LoadBalancer", "externalTrafficPolicy": "Local"},
            _set(healthCheckNodePort=31234),
            ["spec.healthCheckNodePort: Forbidden: field is immutable"],
        ),
    ],
)
def test_immutable(api: FakeApi, before: Object, change: Any, expected: list[str]) -> None:
    create(api, selector={"a": "b"}, **before)
    assert causes_of(lambda: api.update("services", "web", change)) == expected


def test_second_family_goes_only_with_the_policy(api: FakeApi) -> None:
    create(api, clusterIP="None")
    assert causes_of(lambda: api.update("services", "web", _set(ipFamilies=["IPv4"]))) == [
        (
            "spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": must be 'SingleStack' to release the secondary"
            " IP family"
        ),
    ]
    assert api.update("services", "web", _set(ipFamilyPolicy="SingleStack"))["spec"]["ipFamilies"] == ["IPv4"]


def test_an_update_without_allocated_values_keeps_them(api: FakeApi) -> None:
    old = create(api, type="NodePort", selector={"a": "b"})

    def replace(obj: Object) -> None:
        obj["spec"] = {"type": "NodePort", "selector": {"a": "b"}, "ports": [{"port": 80}]}

    assert api.update("services", "web", replace)["spec"] == old


def test_to_node_port_and_back(api: FakeApi) -> None:
    old = create(api)
    opened = api.update("services", "web", _set(type="NodePort"))["spec"]
    assert opened["clusterIP"] == old["clusterIP"]
    assert opened["externalTrafficPolicy"] == "Cluster"
    assert opened["ports"][0]["nodePort"] in range(30086, 32768)
    assert api.update("services", "web", _set(type="ClusterIP"))["spec"] == old


def test_to_external_name_and_back(api: FakeApi) -> None:
    old = create(api, selector={"a": "b"})
    named = api.update("services", "web", _set(type="ExternalName", externalName="example.com"))["spec"]
    assert named == {
        "type": "ExternalName",
        "externalName": "example.com",
        "selector": {"a": "b"},
        "sessionAffinity": "None",
        "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}],
    }
    back = api.update("services", "web", _set(type="ClusterIP"))
    assert back["spec"]["clusterIP"] != old["clusterIP"]
    assert (back["spec"]["ipFamilies"], back["spec"]["ipFamilyPolicy"]) == (["IPv4"], "SingleStack")
    assert for_resource("services").warnings(back, None) == [
        'spec.externalName is ignored when spec.type is not "ExternalName"'
    ]


def test_ports_may_change(api: FakeApi) -> None:
    create(api, type="NodePort", ports=[{"port": 80, "name": "http"}])

    def add(obj: Object) -> None:
        obj["spec"]["ports"] = [{"port": 443, "name": "https"}, {"port": 81, "name": "http"}]

    had = api.list("services")[0]["spec"]["ports"][0]["nodePort"]
    ports = api.update("services", "web", add)["spec"]["ports"]
    assert ports[1]["nodePort"] == had != ports[0]["nodePort"]


def test_status_is_not_the_clients(api: FakeApi) -> None:
    service = service_with()
    service["status"] = {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}}
    assert api.create("services", service)["status"] == {"loadBalancer": {}}
    assert api.update("services", "web", lambda obj: obj.update(status={}))["status"] == {"loadBalancer": {}}
