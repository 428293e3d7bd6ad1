"""Discovery documents, against what a real 1.36 server answers."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver.endpoints import discovery
from kubelearn.cluster.apiserver.resources import RESOURCES
from kubelearn.cluster.meta import Object

#: What kubectl accepts.
_KUBECTL = (
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"
)


def _document(path: str, accept: str = "application/json") -> Object:
    found = discovery.document(path, accept)
    assert found is not None
    return found[0]


def _resources(path: str) -> dict[str, Any]:
    return {entry["name"]: entry for entry in _document(path)["resources"]}


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (_KUBECTL, "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"),
        (
            "application/json; as=APIGroupDiscoveryList; v=v2beta1; g=apidiscovery.k8s.io, application/json",
            "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
        ),
        ("application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList,application/json", "application/json"),
        ("application/json;g=other;v=v2;as=APIGroupDiscoveryList", "application/json"),
        ("application/json,application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", "application/json"),
        ("application/vnd.kubernetes.protobuf,application/json", "application/json"),
        ("", "application/json"),
    ],
)
def test_negotiation(accept: str, content_type: str) -> None:
    for path in ("/api", "/apis"):
        found = discovery.document(path, accept)
        assert found is not None
        assert found[1] == content_type


def test_only_the_roots_are_aggregated() -> None:
    found = discovery.document("/apis/apps/v1", _KUBECTL)
    assert found is not None
    assert found[1] == "application/json"
    assert found[0]["kind"] == "APIResourceList"


@pytest.mark.parametrize(
    "path", ["/", "/apix", "/api/v2", "/apis/nowhere", "/apis/apps/v2", "/apis/apps/v1/x", "/apis//v1", "/openapi"]
)
def test_no_document(path: str) -> None:
    assert discovery.document(path, _KUBECTL) is None


def test_group_order_is_the_real_servers() -> None:
    expected = [
        "apiregistration.k8s.io",
        "apps",
        "events.k8s.io",
        "authentication.k8s.io",
        "authorization.k8s.io",
        "autoscaling",
        "batch",
        "certificates.k8s.io",
        "networking.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "storage.k8s.io",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "scheduling.k8s.io",
        "coordination.k8s.io",
        "node.k8s.io",
        "discovery.k8s.io",
        "resource.k8s.io",
        "flowcontrol.apiserver.k8s.io",
    ]
    assert [group["name"] for group in _document("/apis")["groups"]] == expected
    assert [item["metadata"]["name"] for item in _document("/apis", _KUBECTL)["items"]] == expected


def test_core() -> None:
    assert _document("/api") == {
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": "172.18.0.2:6443"}],
    }
    document = _document("/api/v1")
    assert (document["kind"], document["groupVersion"]) == ("APIResourceList", "v1")
    assert "apiVersion" not in document
    items = _document("/api", _KUBECTL)["items"]
    assert [item["metadata"] for item in items] == [{}]


def test_autoscaling_prefers_version_2() -> None:
    versions = [
        {"groupVersion": "autoscaling/v2", "version": "v2"},
        {"groupVersion": "autoscaling/v1", "version": "v1"},
    ]
    assert _document("/apis/autoscaling") == {
        "kind": "APIGroup",
        "apiVersion": "v1",
        "name": "autoscaling",
        "versions": versions,
        "preferredVersion": versions[0],
    }
    [item] = [item for item in _document("/apis", _KUBECTL)["items"] if item["metadata"]["name"] == "autoscaling"]
    assert [version["version"] for version in item["versions"]] == ["v2", "v1"]


def test_resource_list() -> None:
    listed = _resources("/api/v1")
    assert listed["pods"] == {
        "name": "pods",
        "singularName": "pod",
        "namespaced": True,
        "kind": "Pod",
        "verbs": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        "shortNames": ["po"],
        "categories": ["all"],
        "storageVersionHash": "xPOwRZ+Yhw8=",
    }
    assert listed["pods/log"] == {
        "name": "pods/log",
        "singularName": "",
        "namespaced": True,
        "kind": "Pod",
        "verbs": ["get"],
    }
    assert listed["pods/eviction"] == {
        "name": "pods/eviction",
        "singularName": "",
        "namespaced": True,
        "group": "policy",
        "version": "v1",
        "kind": "Eviction",
        "verbs": ["create"],
    }
    assert listed["pods/exec"]["verbs"] == ["create", "get"]
    assert listed["services/proxy"]["verbs"] == ["create", "delete", "get", "patch", "update"]
    assert listed["endpoints"]["singularName"] == "endpoints"
    assert listed["namespaces/finalize"]["verbs"] == ["update"]
    assert listed["serviceaccounts/token"]["group"] == "authentication.k8s.io"
    assert list(listed) == sorted(listed)


def test_hashes_of_stored_versions_are_the_real_ones() -> None:
    assert _resources("/apis/apps/v1")["deployments"]["storageVersionHash"] == "8aSe+NMegvE="
    for version in ("v1", "v2"):
        assert (
            _resources(f"/apis/autoscaling/{version}")["horizontalpodautoscalers"]["storageVersionHash"]
            == "qwQve8ut294="
        )


def test_scale() -> None:
    assert _resources("/apis/apps/v1")["deployments/scale"] == {
        "name": "deployments/scale",
        "singularName": "",
        "namespaced": True,
        "group": "autoscaling",
        "version": "v1",
        "kind": "Scale",
        "verbs": ["get", "patch", "update"],
    }


@pytest.mark.parametrize("version", ["v2", "v2beta1"])
def test_aggregated(version: str) -> None:
    accept = f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
    document = _document("/apis", accept)
    assert (document["kind"], document["apiVersion"], document["metadata"]) == (
        "APIGroupDiscoveryList",
        f"apidiscovery.k8s.io/{version}",
        {},
    )
    [apps] = [item for item in document["items"] if item["metadata"]["name"] == "apps"]
    [served] = apps["versions"]
    assert served["freshness"] == "Current"
    [deployments] = [entry for entry in served["resources"] if entry["resource"] == "deployments"]
    assert deployments["responseKind"] == {"group": "", "version": "", "kind": "Deployment"}
    assert (deployments["scope"], deployments["singularResource"]) == ("Namespaced", "deployment")
    assert (deployments["shortNames"], deployments["categories"]) == (["deploy"], ["all"])
    assert deployments["subresources"] == [
        {
            "subresource": "scale",
            "responseKind": {"group": "autoscaling", "version": "v1", "kind": "Scale"},
            "verbs": ["get", "patch", "update"],
        },
        {
            "subresource": "status",
            "responseKind": {"group": "", "version": "", "kind": "Deployment"},
            "verbs": ["get", "patch", "update"],
        },
    ]


def test_both_kinds_of_discovery_tell_the_same() -> None:
    aggregated = {
        (item["metadata"].get("name", ""), version["version"], entry["resource"]): entry
        for path in ("/api", "/apis")
        for item in _document(path, _KUBECTL)["items"]
        for version in item["versions"]
        for entry in version["resources"]
    }
    assert set(aggregated) == {(resource.group, resource.version, resource.plural) for resource in RESOURCES}
    for (group, version, plural), entry in aggregated.items():
        listed = _resources(f"/apis/{group}/{version}" if group else "/api/v1")
        assert listed[plural]["verbs"] == entry["verbs"]
        assert (listed[plural]["namespaced"], listed[plural]["singularName"]) == (
            entry["scope"] == "Namespaced",
            entry["singularResource"],
        )
        subresources = {
            name.partition("/")[2]: item["verbs"] for name, item in listed.items() if name.startswith(f"{plural}/")
        }
        assert subresources == {item["subresource"]: item["verbs"] for item in entry.get("subresources", ())}
