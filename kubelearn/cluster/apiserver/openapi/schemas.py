"""The schemas of OpenAPI documents: what ``kubectl explain`` shows.

They are those of the real server; only words come from elsewhere (:mod:`.descriptions`).
"""

from __future__ import annotations

from typing import Any, Final

from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.apiserver.structure.names import message_for, schema_name
from kubelearn.cluster.apiserver.structure.types import Field

from . import descriptions

_SCALARS: Final[dict[str, dict[str, Any]]] = {
    "string": {"type": "string"},
    "bool": {"type": "boolean"},
    "int32": {"type": "integer", "format": "int32"},
    "int64": {"type": "integer", "format": "int64"},
    "double": {"type": "number", "format": "double"},
    "bytes": {"type": "string", "format": "byte"},
    "strings": {"type": "array", "items": {"type": "string"}},
}
#: Types that are one JSON value with a schema of their own.
_VALUES: Final[dict[str, dict[str, Any]]] = {
    "meta.v1.Time": {"type": "string", "format": "date-time"},
    "meta.v1.MicroTime": {"type": "string", "format": "date-time"},
    "meta.v1.FieldsV1": {"type": "object"},
    "meta.v1.Patch": {"type": "object"},
    "intstr.IntOrString": {"format": "int-or-string", "oneOf": [{"type": "integer"}, {"type": "string"}]},
    "resource.Quantity": {"oneOf": [{"type": "string"}, {"type": "number"}]},
    "runtime.RawExtension": {"type": "object"},
}


class Builder:
    """Collects the schemas that the kinds of one group version need.

    Attributes:
        schemas: name → schema.
    """

    def __init__(self) -> None:
        self.schemas: dict[str, Any] = {}
        for message in ("meta.v1.Patch", "meta.v1.Status", "meta.v1.DeleteOptions"):
            self._add(message)

    def add_kind(self, api_version: str, kind: str, *, listed: bool = False) -> None:
        """Add a kind, the types of its fields, and its list."""
        message = message_for(api_version, kind)
        if not types.fields(message):
            return  # options that are query parameters, never a body
        self._add(message)
        if listed:
            self._add(f"{message}List")

    def _add(self, message: str) -> None:
        name = schema_name(message)
        if name in self.schemas or message in _SCALARS:
            return
        words = descriptions.of_type(message)
        schema: dict[str, Any] = {"description": words} if words else {}
        self.schemas[name] = schema  # before its fields: types may contain themselves
        found = types.of(message)
        schema |= _VALUES[message] if found is None else self._struct(found)

    def _struct(self, found: types.Type) -> dict[str, Any]:
        words = descriptions.of_fields(found.name)
        properties = {}
        for name, field in sorted(found.fields.items()):
            self._add(field.type)
            properties[name] = _property(field, words.get(name, ""))
        schema: dict[str, Any] = {"type": "object", **({"properties": properties} if properties else {})}
        needed = [name for name, field in found.fields.items() if field.required]
        if needed:
            schema["required"] = needed
        if found.atomic:
            schema["x-kubernetes-map-type"] = "atomic"
        if found.unions:
            schema["x-kubernetes-unions"] = found.unions
        if found.kinds:
            schema["x-kubernetes-group-version-kind"] = [
                {"group": group, "kind": kind, "version": version} for group, version, kind in found.kinds
            ]
        return schema


def _property(field: Field, words: str) -> dict[str, Any]:
    said: dict[str, Any] = {"description": words} if words else {}
    if field.default is not None:
        said["default"] = field.default
    value = {**_value(field.type), **({"enum": field.enum} if field.enum else {})}
    if field.cardinality == "list":
        value = {"type": "array", "items": value}
    elif field.cardinality == "map":
        value = {"type": "object", "additionalProperties": value}
    said |= _extensions(field)
    if said and "$ref" in value:  # which nothing may stand beside
        value = {"allOf": [value]}
    return {**value, **said}


def _value(message: str) -> dict[str, Any]:
    return _SCALARS.get(message) or {"$ref": f"#/components/schemas/{schema_name(message)}"}


def _extensions(field: Field) -> dict[str, Any]:
    known = {
        "list-type": field.list_type,
        "list-map-keys": field.keys,
        "map-type": field.map_type,
        "patch-merge-key": field.merge_key,
        "patch-strategy": field.strategy,
    }
    return {f"x-kubernetes-{name}": value for name, value in known.items() if value}
