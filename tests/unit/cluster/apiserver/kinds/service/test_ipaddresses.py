"""IPAddresses and the ServiceCIDR, which show the allocation of cluster IPs."""

from __future__ import annotations

import pytest

from kubelearn.cluster import bootstrap
from kubelearn.cluster.apiserver.endpoints import tables
from kubelearn.cluster.apiserver.kinds.service.ipaddresses import IP_ADDRESSES, SERVICE_CIDRS
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.resources import BY_KEY
from kubelearn.cluster.meta import Object, labels_of, name_of
from kubelearn.cluster.store import Store


@pytest.fixture
def registry() -> Registry:
    registry = Registry(Store(), 1)
    bootstrap.namespaces(registry)
    bootstrap.service_range(registry)
    return registry


def service(registry: Registry, name: str = "web", *, dry_run: bool = False, **spec: object) -> Object:
    body = {"metadata": {"name": name}, "spec": {"ports": [{"port": 80}], **spec}}
    return registry.create("services", "default", body, dry_run=dry_run)


def addresses(registry: Registry) -> list[str]:
    return [name_of(item) for item in registry.list(IP_ADDRESSES)]


def test_a_service_has_one_for_its_address(registry: Registry) -> None:
    created = service(registry, clusterIP="10.96.7.7")
    [found] = registry.list(IP_ADDRESSES)
    assert found["apiVersion"] == "networking.k8s.io/v1"
    assert found["spec"] == {"parentRef": {"resource": "services", "namespace": "default", "name": "web"}}
    assert labels_of(found) == {
        "ipaddress.kubernetes.io/ip-family": "IPv4",
        "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
    }
    assert found["metadata"]["managedFields"][0]["manager"] == "kube-apiserver"
    registry.modify("services", "default", "web", lambda obj: obj["spec"].update(selector={"a": "b"}))
    assert addresses(registry) == [created["spec"]["clusterIP"]]
    registry.delete("services", "default", "web")
    assert addresses(registry) == []


@pytest.mark.parametrize("spec", [{"clusterIP": "None"}, {"type": "ExternalName", "externalName": "a.b"}])
def test_a_service_without_an_address_has_none(registry: Registry, spec: Object) -> None:
    service(registry, **spec)
    assert addresses(registry) == []


def test_a_dry_run_leaves_none(registry: Registry) -> None:
    service(registry, dry_run=True)
    assert addresses(registry) == []


def test_it_follows_the_type(registry: Registry) -> None:
    first = service(registry)["spec"]["clusterIP"]
    outside = {"type": "ExternalName", "externalName": "a.b"}
    registry.modify("services", "default", "web", lambda obj: obj["spec"].update(outside))
    assert addresses(registry) == []
    back = registry.modify("services", "default", "web", lambda obj: obj["spec"].update(type="ClusterIP"))
    assert addresses(registry) == [back["spec"]["clusterIP"]] != [first]


def test_rows(registry: Registry) -> None:
    service(registry, clusterIP="10.96.7.7")
    for resource, cells in (
        (IP_ADDRESSES, ["10.96.7.7", "services/default/web"]),
        (SERVICE_CIDRS, ["kubernetes", "10.96.0.0/16"]),
    ):
        [row] = tables.table(BY_KEY[resource], registry.list(resource))["rows"]
        assert row["cells"][:2] == cells


def test_the_range_is_ready(registry: Registry) -> None:
    [found] = registry.list(SERVICE_CIDRS)
    [condition] = found["status"]["conditions"]
    assert (condition["type"], condition["status"]) == ("Ready", "True")
