"""The package's file on Kubernetes' structure, made of a server's OpenAPI and discovery, and of Go's sources.

The file's form is described where it is read: kubelearn/cluster/apiserver/structure/data.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.apiserver.structure.names import message_name

from .go_types import VALUES, GoField, GoStruct, Sources

Schema = dict[str, Any]
_LIST_TYPE = "x-kubernetes-list-type"


class Unfit(ValueError):
    """Sources and schemas do not fit together: they are of different versions."""


def lines(schemas: dict[str, Schema], discovery: dict[str, Any], sources: Sources) -> Iterator[str]:
    """Yield the file's lines.

    Args:
        schemas: all components of ``/openapi/v3`` by name.
        discovery: documents by path: ``/version``, ``/apis``, ``/api/v1``, ``/apis/apps/v1``, …; not aggregated.
        sources: Go's sources of the same version.
    """
    yield _dumped({"version": discovery["/version"]["gitVersion"], "groups": _groups(discovery)})
    found: dict[str, list[Any]] = {}
    for name, schema in schemas.items():
        message = message_name(name)
        struct = sources.struct(message)
        if struct is not None and message not in VALUES:
            for type_name, made in _type(message, schema, struct, sources).items():
                if type_name == message or type_name not in found:  # its own schema says more than an owner's
                    found[type_name] = made
    for message in sorted(found):
        yield _dumped([message, *found[message]])


def _dumped(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _groups(discovery: dict[str, Any]) -> list[Any]:
    """Return all groups in their order, each with its versions, and these with their resources."""
    found: list[Any] = [["", [["v1", _resources(discovery["/api/v1"])]]]]
    for group in discovery["/apis"]["groups"]:
        paths = [(version["version"], f"/apis/{version['groupVersion']}") for version in group["versions"]]
        found.append([group["name"], [[version, _resources(discovery[path])] for version, path in paths]])
    return found


def _resources(listed: dict[str, Any]) -> list[Any]:
    """Return the resources of a version, each with its subresources."""
    found: dict[str, Any] = {}
    for entry in listed["resources"]:
        name, _, subresource = entry["name"].partition("/")
        if subresource:
            more = {key: value for key, value in entry.items() if key not in ("name", "singularName", "namespaced")}
            found[name].setdefault("subresources", []).append({"name": subresource, **more})
        else:
            found[name] = entry
    return list(found.values())


def _type(message: str, schema: Schema, struct: GoStruct, sources: Sources) -> dict[str, list[Any]]:
    """Return what is written of a type, and of those that are embedded in it."""
    properties = dict(schema.get("properties", {}))
    required = set(schema.get("required", ()))
    found: dict[str, list[Any]] = {}
    fields = _fields(struct, properties, required, sources, found)
    if struct.is_kind:
        properties.pop("kind"), properties.pop("apiVersion")
    if properties:
        raise Unfit(f"{message}: Go's sources have no {', '.join(properties)}")
    marks: dict[str, Any] = {"kind": 1} if struct.is_kind else {}
    if schema.get("x-kubernetes-map-type") == "atomic":
        marks["atomic"] = 1
    if "x-kubernetes-unions" in schema:
        marks["unions"] = schema["x-kubernetes-unions"]
    if "x-kubernetes-group-version-kind" in schema:
        kinds = schema["x-kubernetes-group-version-kind"]
        marks["kinds"] = [[kind["group"], kind["version"], kind["kind"]] for kind in kinds]
    return {**found, message: [fields, marks] if marks else [fields]}


def _fields(
    struct: GoStruct, properties: dict[str, Schema], required: set[str], sources: Sources, found: dict[str, list[Any]]
) -> list[Any]:
    """Return a struct's fields as they are written; embedded structs go into ``found``."""
    fields = []
    for field in struct.fields:
        if not field.json:
            inner = sources.struct(field.type)
            if inner is None:
                raise Unfit(f"Go's sources have no {field.type}")
            found[field.type] = [_fields(inner, properties, required, sources, found)]
            fields.append([field.go, field.type, field.number, {"embedded": 1}])
            continue
        if field.json not in properties:
            raise Unfit(f"the schemas have no field {field.json}")
        marks = _marks(field, properties.pop(field.json), field.json in required)
        fields.append(
            [field.json, field.type, field.number, marks] if marks else [field.json, field.type, field.number]
        )
    return fields


def _marks(field: GoField, schema: Schema, required: bool) -> dict[str, Any]:
    """Return what does not follow from a field's name and type."""
    marks: dict[str, Any] = {
        name: 1 for name, said in (("pointer", field.pointer), ("always", field.always), ("required", required)) if said
    }
    if field.go != types.go_name(field.json):
        marks["go"] = field.go
    if field.shown != types.go_type(field.type):
        marks["shown"] = field.shown
    usual = types.usual_default(field.type, field.pointer, field.always)
    if schema.get("default") != usual:
        marks["default"] = schema.get("default")
    enum = (schema.get("items") or schema.get("additionalProperties") or schema).get("enum")
    if enum:
        marks["enum"] = enum
    if _LIST_TYPE in schema or field.type.startswith("[]"):
        kind = schema.get("x-kubernetes-list-map-keys") or schema.get(_LIST_TYPE, "")
        usual_kind = "atomic" if field.type.startswith("[]") else ""  # bytes are a list in Go's eyes
        marks |= {"list": kind} if kind != usual_kind else {}
    if "x-kubernetes-map-type" in schema:
        marks["map"] = schema["x-kubernetes-map-type"]
    for mark in ("strategy", "merge-key"):
        if f"x-kubernetes-patch-{mark}" in schema:
            marks[mark] = schema[f"x-kubernetes-patch-{mark}"]
    return marks
