"""OpenAPI v2: the schemas and operations of v3 in another form, and both as gnostic's messages."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

import orjson
import pytest

from kubelearn.cluster.apiserver.openapi import document as openapi
from kubelearn.cluster.apiserver.openapi import swagger
from kubelearn.cluster.apiserver.resources import RESOURCES
from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.apiserver.structure.names import message_for, schema_name
from tests.unit.cluster.apiserver.serializer.wire import read

NAME, VALUE = 1, 2


@functools.cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(swagger.body(swagger.JSON))
    return found


def entries(data: bytes, number: int) -> dict[str, dict[int, list[Any]]]:
    """Return a map of messages, by the number of its entries."""
    pairs = map(read, read(data).get(number, ()))
    return {pair[NAME][0].decode(): read(pair[VALUE][0]) for pair in pairs}


def test_it_has_the_schemas_and_the_paths_of_all_group_versions() -> None:
    schemas, paths = set(), set()
    for path in openapi.DOCUMENTS:
        one = orjson.loads(openapi.document(path) or b"")
        schemas |= set(one["components"]["schemas"])
        paths |= set(one["paths"])
    assert (set(document()["definitions"]), set(document()["paths"])) == (schemas, paths)


def test_nothing_is_left_of_what_only_v3_has() -> None:
    text = swagger.body(swagger.JSON).decode()
    assert "#/components" not in text
    references = set(re.findall(r'"#/definitions/([\w.]+)"', text))
    assert references <= set(document()["definitions"])
    for name, schema in document()["definitions"].items():
        for field in (schema, *schema.get("properties", {}).values()):
            assert not {"allOf", "oneOf", "default"} & field.keys(), name


def test_a_schema() -> None:
    found = document()["definitions"]
    port = found["io.k8s.api.core.v1.ServicePort"]["properties"]
    assert port["port"] == {
        "type": "integer",
        "format": "int32",
        "description": "The port that will be exposed by this service.",
    }
    assert port["targetPort"]["$ref"] == "#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString"
    assert port["targetPort"]["description"]
    number_or_name = found["io.k8s.apimachinery.pkg.util.intstr.IntOrString"]
    assert (number_or_name["type"], number_or_name["format"]) == ("string", "int-or-string")
    assert found["io.k8s.apimachinery.pkg.api.resource.Quantity"]["type"] == "string"
    ports = found["io.k8s.api.core.v1.ServiceSpec"]["properties"]["ports"]
    assert ports["x-kubernetes-list-map-keys"] == ["port", "protocol"]


def test_an_operation() -> None:
    item = document()["paths"]["/api/v1/namespaces/{namespace}/services/{name}"]
    assert [(one["name"], one["in"], one["type"]) for one in item["parameters"]][:2] == [
        ("name", "path", "string"),
        ("namespace", "path", "string"),
    ]
    patch = item["patch"]
    assert {one["name"] for one in patch["parameters"]} >= {
        "body",
        "dryRun",
        "fieldManager",
        "fieldValidation",
        "force",
    }
    assert "application/strategic-merge-patch+json" in patch["consumes"]
    assert patch["responses"]["200"]["schema"] == {"$ref": "#/definitions/io.k8s.api.core.v1.Service"}
    assert "requestBody" not in patch


def as_schema(message: dict[int, list[Any]]) -> dict[str, Any]:
    """Return the JSON of a schema of gnostic's."""
    found: dict[str, Any] = {}
    for number, key in ((1, "$ref"), (2, "format"), (4, "description")):
        if number in message:
            found[key] = message[number][0].decode()
    if 19 in message:
        found["required"] = [item.decode() for item in message[19]]
    if 20 in message:
        found["enum"] = [json.loads(read(item)[2][0]) for item in message[20]]
    if 22 in message:
        found["type"] = read(message[22][0])[1][0].decode()
    for number, key in ((21, "additionalProperties"), (23, "items")):
        if number in message:
            found[key] = as_schema(read(read(message[number][0])[1][0]))
    if 25 in message:
        found["properties"] = {name: as_schema(value) for name, value in entries(message[25][0], 1).items()}
    for extension in map(read, message.get(31, ())):
        found[extension[NAME][0].decode()] = json.loads(read(extension[VALUE][0])[2][0])
    return found


def test_every_definition_is_the_same_as_protobuf() -> None:
    whole = read(swagger.body(swagger.PROTOBUF))
    found = {name: as_schema(message) for name, message in entries(whole[9][0], 1).items()}
    assert found == document()["definitions"]


@pytest.mark.parametrize(
    "resource", [one for one in RESOURCES if types.of(message_for(one.api_version, one.kind))], ids=lambda one: one.key
)
def test_every_kind_is_found_by_its_name(resource: Any) -> None:
    definition = document()["definitions"][schema_name(message_for(resource.api_version, resource.kind))]
    kind = {"group": resource.group, "version": resource.version, "kind": resource.kind}
    assert kind in definition["x-kubernetes-group-version-kind"]


def test_every_path_is_the_same_as_protobuf() -> None:
    whole = read(swagger.body(swagger.PROTOBUF))
    found = entries(whole[8][0], 2)
    assert set(found) == set(document()["paths"])
    numbers = {"get": 2, "put": 3, "post": 4, "delete": 5, "patch": 8}
    for path, item in document()["paths"].items():
        methods = {name for name, number in numbers.items() if number in found[path]}
        assert methods == item.keys() & numbers.keys(), path
        for name in methods:
            operation = read(found[path][numbers[name]][0])
            assert [value.decode() for value in operation[7]] == item[name]["consumes"]
            assert list(map(parameter, operation.get(8, []))) == [one["name"] for one in item[name]["parameters"]]
            extensions = [read(one)[NAME][0].decode() for one in operation[13]]
            assert extensions == ["x-kubernetes-action", "x-kubernetes-group-version-kind"]


def parameter(data: bytes) -> str:
    """Return a parameter's name: of the body (2), or of the query, whose number is 3 (4)."""
    wrapped = read(read(data)[1][0])
    if 1 in wrapped:
        return str(read(wrapped[1][0])[2][0].decode())
    return str(read(read(wrapped[2][0])[3][0])[4][0].decode())
