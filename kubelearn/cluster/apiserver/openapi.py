"""OpenAPI v3, made from the official client's models, so that ``kubectl explain`` can explain.

A document is made when it is first asked for; its hash names the client's version, so clients
may keep it.
"""

from __future__ import annotations

import functools
import hashlib
import re
from importlib import metadata
from typing import Any

import orjson

from ..meta import Object
from .resources import RESOURCES, Resource

_PACKAGES = {"": "io.k8s.api.core.v1", "discovery.k8s.io": "io.k8s.api.discovery.v1"}
_META = {"ObjectMeta", "ListMeta", "OwnerReference", "ManagedFieldsEntry", "LabelSelector", "LabelSelectorRequirement", "Condition", "DeleteOptions", "Preconditions", "StatusDetails", "StatusCause"}
_SCALARS: dict[str, Object] = {"str": {"type": "string"}, "int": {"type": "integer", "format": "int32"}, "bool": {"type": "boolean"}, "float": {"type": "number"}, "object": {"type": "object"}}
_INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
_QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_TIME = "io.k8s.apimachinery.pkg.apis.meta.v1.Time"
_SPECIAL: dict[str, Object] = {
    _INT_OR_STRING: {"oneOf": [{"type": "integer"}, {"type": "string"}], "format": "int-or-string",
                     "description": "IntOrString is a type that can hold an int32 or a string."},
    _QUANTITY: {"oneOf": [{"type": "string"}, {"type": "number"}], "description": "Quantity is a fixed-point representation of a number."},
    _TIME: {"type": "string", "format": "date-time", "description": "Time is a wrapper around time.Time which supports correct marshaling to YAML and JSON."},
}
#: Fields whose model says "any value" because the API allows a number or a string.
_INT_OR_STRING_FIELDS = {"targetPort", "port", "maxSurge", "maxUnavailable"}


def _paths() -> list[tuple[str, str]]:
    return list(dict.fromkeys((r.group, r.version) for r in RESOURCES))


@functools.cache
def _hash(path: str) -> str:
    return hashlib.sha512(f"{path} {metadata.version('kubernetes')} {metadata.version('kubelearn')}".encode()).hexdigest().upper()


def index() -> Object:
    """Return the index of the documents."""
    paths = [f"apis/{group}/{version}" if group else f"api/{version}" for group, version in _paths()]
    return {"paths": {path: {"serverRelativeURL": f"/openapi/v3/{path}?hash={_hash(path)}"} for path in paths}}


@functools.cache
def document(path: str) -> bytes | None:
    """Return the document of a group version, for example of ``apis/apps/v1``; None when there is none."""
    parts = path.split("/")
    known = {(f"apis/{g}/{v}" if g else f"api/{v}"): (g, v) for g, v in _paths()}
    if path not in known:
        return None
    group, version = known[path]
    resources = [r for r in RESOURCES if (r.group, r.version) == (group, version)]
    schemas = _Schemas(group, version)
    for resource in resources:
        schemas.add_kind(resource)
    paths: Object = {}
    for resource in resources:
        paths.update(_operations("/" + "/".join(parts), resource))
    return orjson.dumps({"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1.32.5"}, "paths": paths, "components": {"schemas": schemas.found}})


def _operations(prefix: str, resource: Resource) -> Object:
    base = f"{prefix}/namespaces/{{namespace}}/{resource.plural}" if resource.namespaced else f"{prefix}/{resource.plural}"
    kind = {"group": resource.group, "version": resource.version, "kind": resource.kind}
    query = [{"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": True}} for name in ("dryRun", "fieldManager", "fieldValidation")]

    def operation(action: str) -> Object:
        parameters = query if action in ("post", "put", "patch") else []
        answers = {"200": {"description": "OK"}}
        return {"parameters": parameters, "responses": answers, "x-kubernetes-action": action, "x-kubernetes-group-version-kind": kind}

    collection = {method: operation(action) for method, action in (("get", "list"), ("post", "post"), ("delete", "deletecollection"))}
    item = {method: operation(method) for method in ("get", "put", "patch", "delete")}
    return {base: collection, base + "/{name}": item}


class _Schemas:
    """Collects the schemas that the kinds of one group version reach."""

    def __init__(self, group: str, version: str):
        from kubernetes.client import models

        self._models: Any = models
        self._group, self._version = group, version
        self.found: dict[str, Object] = {}

    def add_kind(self, resource: Resource) -> None:
        prefix = resource.version[0].upper() + resource.version[1:]
        for name in (f"{prefix}{resource.kind}", f"Core{prefix}{resource.kind}"):
            if hasattr(self._models, name):
                reference = self._add(name)
                self.found[reference]["x-kubernetes-group-version-kind"] = [{"group": resource.group, "version": resource.version, "kind": resource.kind}]
                return

    def _title(self, model: str) -> str:
        bare = re.sub(r"^(?:[A-Z][a-z]+)?V\d(?:(?:alpha|beta)\d)?", "", model)
        if bare in _META:
            return f"io.k8s.apimachinery.pkg.apis.meta.v1.{bare}"
        core = hasattr(self._models, model) and self._group not in ("", "discovery.k8s.io") and self._is_core(bare)
        package = _PACKAGES[""] if core or not self._group else f"io.k8s.api.{self._group.split('.')[0]}.{self._version}"
        return f"{package}.{bare}"

    @staticmethod
    def _is_core(bare: str) -> bool:
        from .structure import wire

        return f"core.v1.{bare}" in wire()

    def _add(self, name: str) -> str:
        title = self._title(name)
        if title in self.found:
            return title
        model = getattr(self._models, name)
        schema: Object = {"type": "object", "description": _described(model)}
        self.found[title] = schema
        properties, needed = {}, []
        for key, text in model.openapi_types.items():
            field, json_name = model.model_fields.get(key) if hasattr(model, "model_fields") else None, model.attribute_map[key]
            properties[json_name] = self._property(text, json_name, getattr(field, "description", "") or "")
            if field is not None and field.is_required():
                needed.append(json_name)
        schema["properties"] = properties
        if needed:
            schema["required"] = sorted(needed)
        return title

    def _property(self, text: str, name: str, description: str) -> Object:
        schema = self._type(text, name)
        if "$ref" in schema:
            schema = {"allOf": [schema], "default": {}}
        return {**schema, "description": description} if description else schema

    def _type(self, text: str, name: str) -> Object:
        found = re.fullmatch(r"(list|dict)[\[(](?:str, ?)?(.*)[\])]", text, re.IGNORECASE)
        if found:
            key = "items" if found.group(1).lower() == "list" else "additionalProperties"
            kind = "array" if key == "items" else "object"
            inner = self._reference(_QUANTITY) if name in ("limits", "requests", "capacity", "allocatable", "hard", "used") else self._type(found.group(2), "")
            return {"type": kind, key: inner}
        if text == "datetime":
            return self._reference(_TIME)
        if text == "object" and name in _INT_OR_STRING_FIELDS:
            return self._reference(_INT_OR_STRING)
        if text in _SCALARS:
            return dict(_SCALARS[text])
        if hasattr(self._models, text):
            return {"$ref": f"#/components/schemas/{self._add(text)}"}
        return {"type": "object"}

    def _reference(self, title: str) -> Object:
        self.found.setdefault(title, _SPECIAL[title])
        return {"$ref": f"#/components/schemas/{title}"}


def _described(model: Any) -> str:
    text = (model.__doc__ or "").strip()
    return re.split(r"\n\s*(?:Attributes:|\n)", text)[0].strip()
