"""OpenAPI documents, as far as kubectl's explain and validation read them.

See kubectl/pkg/explain/v2 and cli-runtime/pkg/resource.
"""

from __future__ import annotations

import re
import time
from typing import Any

import orjson
import pytest

from kubelearn.cluster.apiserver.openapi import document as openapi


def load(path: str) -> dict[str, Any]:
    body = openapi.document(path)
    assert body is not None
    document: dict[str, Any] = orjson.loads(body)
    return document


def schemas(path: str) -> dict[str, Any]:
    found: dict[str, Any] = load(path)["components"]["schemas"]
    return found


def test_the_index_names_every_group_version() -> None:
    paths = openapi.index()["paths"]
    assert set(paths) >= {
        "api/v1",
        "apis/apps/v1",
        "apis/discovery.k8s.io/v1",
        "apis/autoscaling/v1",
        "apis/autoscaling/v2",
    }
    assert re.fullmatch(r"/openapi/v3/apis/apps/v1\?hash=[0-9A-F]{128}", paths["apis/apps/v1"]["serverRelativeURL"])
    assert openapi.etag("api/v1") in f'"{paths["api/v1"]["serverRelativeURL"].partition("=")[2]}"'


def test_unknown_documents() -> None:
    assert openapi.document("apis/nope/v1") is None


@pytest.mark.parametrize("path", sorted(openapi.DOCUMENTS))
def test_every_reference_has_its_schema(path: str) -> None:
    started = time.process_time()  # what the machine does beside it does not count
    body = openapi.document(path)
    assert body is not None
    assert time.process_time() - started < 10, "less than a second, on a machine that does nothing else"
    references = set(re.findall(r"#/components/schemas/([\w.-]+)", body.decode()))
    assert references <= set(schemas(path))


def test_documents_are_made_once() -> None:
    assert openapi.document("api/v1") is openapi.document("api/v1")


def test_service() -> None:
    found = schemas("api/v1")
    service = found["io.k8s.api.core.v1.Service"]
    assert service["x-kubernetes-group-version-kind"] == [{"group": "", "kind": "Service", "version": "v1"}]
    assert service["description"].startswith("Service is a named abstraction of software service")
    assert service["properties"]["spec"]["allOf"] == [{"$ref": "#/components/schemas/io.k8s.api.core.v1.ServiceSpec"}]
    assert service["properties"]["spec"]["default"] == {}
    assert service["properties"]["metadata"]["allOf"] == [
        {"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}
    ]
    assert found["io.k8s.api.core.v1.ServiceList"]["required"] == ["items"]


def test_service_ports() -> None:
    found = schemas("api/v1")
    ports = found["io.k8s.api.core.v1.ServiceSpec"]["properties"]["ports"]
    assert ports["items"] == {"$ref": "#/components/schemas/io.k8s.api.core.v1.ServicePort"}
    assert {key: value for key, value in ports.items() if key.startswith("x-")} == {
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["port", "protocol"],
        "x-kubernetes-patch-merge-key": "port",
        "x-kubernetes-patch-strategy": "merge",
    }
    port = found["io.k8s.api.core.v1.ServicePort"]
    assert port["required"] == ["port"]
    assert port["properties"]["port"] == {
        "type": "integer",
        "format": "int32",
        "default": 0,
        "description": "The port that will be exposed by this service.",
    }
    assert port["properties"]["targetPort"]["allOf"] == [
        {"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.util.intstr.IntOrString"}
    ]
    assert found["io.k8s.apimachinery.pkg.util.intstr.IntOrString"]["format"] == "int-or-string"


def test_maps_and_quantities() -> None:
    found = schemas("apis/apps/v1")
    limits = found["io.k8s.api.core.v1.ResourceRequirements"]["properties"]["limits"]
    assert limits["additionalProperties"] == {
        "$ref": "#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity"
    }
    assert found["io.k8s.api.apps.v1.DeploymentSpec"]["properties"]["replicas"]["format"] == "int32"
    assert found["io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector"]["x-kubernetes-map-type"] == "atomic"


@pytest.mark.parametrize(
    ("path", "item", "kind"),
    [
        ("api/v1", "/api/v1/namespaces/{namespace}/services/{name}", {"group": "", "version": "v1", "kind": "Service"}),
        ("api/v1", "/api/v1/nodes/{name}", {"group": "", "version": "v1", "kind": "Node"}),
        (
            "apis/apps/v1",
            "/apis/apps/v1/namespaces/{namespace}/deployments/{name}",
            {"group": "apps", "version": "v1", "kind": "Deployment"},
        ),
    ],
)
def test_the_server_validates_fields_itself(path: str, item: str, kind: dict[str, str]) -> None:
    patch = load(path)["paths"][item]["patch"]
    assert patch["x-kubernetes-group-version-kind"] == kind
    assert patch["x-kubernetes-action"] == "patch"
    assert {"fieldValidation", "fieldManager", "dryRun", "force"} <= {
        parameter["name"] for parameter in patch["parameters"]
    }
    assert all(parameter["in"] == "query" for parameter in patch["parameters"])


def test_subresources() -> None:
    paths = load("apis/apps/v1")["paths"]
    scale = paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale"]["patch"]
    assert scale["x-kubernetes-group-version-kind"] == {"group": "autoscaling", "version": "v1", "kind": "Scale"}
    assert "/apis/apps/v1/deployments" in paths
