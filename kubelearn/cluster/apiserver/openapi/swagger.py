"""OpenAPI v2, which older clients ask for, and ``kubectl explain --output=plaintext-openapiv2``.

One document for all group versions, of the same parts as those of v3; made when it is first asked for.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from typing import Any, Final

import orjson

from kubelearn.cluster import meta

from . import document, gnostic

JSON: Final = "application/json"
PROTOBUF: Final = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
#: Media type that a client takes → the form that it gets.
FORMS: Final[Mapping[str, str]] = {
    JSON: JSON,
    "application/com.github.proto-openapi.spec.v2@v1.0+protobuf": PROTOBUF,
    PROTOBUF: PROTOBUF,
}
_METHODS: Final = ("get", "put", "post", "delete", "patch")


@functools.cache
def body(form: str) -> bytes:
    """Return the document.

    Args:
        form: :data:`JSON` or :data:`PROTOBUF`.
    """
    return gnostic.encode(orjson.loads(body(JSON))) if form == PROTOBUF else orjson.dumps(_document())


@functools.cache
def etag() -> str:
    """Return the document's ETag, quotes included: the same for both forms."""
    return f'"{hashlib.sha512(body(JSON)).hexdigest().upper()}"'


def _document() -> dict[str, Any]:
    served, schemas = document.parts()
    return {
        "swagger": "2.0",
        "info": {"title": "Kubernetes", "version": meta.VERSION},
        "paths": {path: _path(item) for path, item in served.items()},
        "definitions": {name: _schema(schema) for name, schema in schemas.items()},
        "securityDefinitions": {"BearerToken": document.BEARER_TOKEN},
        "security": [{"BearerToken": []}],
    }


def _schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema as v2 has it: no defaults, one type at most, and words beside a reference."""
    found: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "$ref":
            found[key] = _reference(value)
        elif key == "allOf":
            found |= _schema(value[0])
        elif key == "oneOf":
            found["type"] = "string"
        elif key in ("items", "additionalProperties"):
            found[key] = _schema(value)
        elif key == "properties":
            found[key] = {name: _schema(item) for name, item in value.items()}
        elif key != "default":
            found[key] = value
    return found


def _reference(reference: str) -> str:
    return reference.replace("#/components/schemas/", "#/definitions/")


def _path(item: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {method: _operation(item[method]) for method in _METHODS if method in item}
    if parameters := item.get("parameters"):
        found["parameters"] = [_parameter(one) for one in parameters]
    return found


def _parameter(parameter: Mapping[str, Any]) -> dict[str, Any]:
    return {**{key: value for key, value in parameter.items() if key != "schema"}, **parameter["schema"]}


def _operation(operation: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(operation)
    parameters = [_parameter(one) for one in found["parameters"]]
    content = found.pop("requestBody", {}).get("content", {})
    if content:
        taken = next(iter(content.values()))["schema"]
        parameters.append({"name": "body", "in": "body", "required": True, "schema": _schema(taken)})
    answers = {code: _answer(answer) for code, answer in found["responses"].items()}
    return {
        **found,
        "consumes": list(content) or ["*/*"],
        "produces": [JSON],
        "schemes": ["https"],
        "parameters": parameters,
        "responses": answers,
    }


def _answer(answer: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"description": answer["description"]}
    for content in list(answer.get("content", {}).values())[:1]:
        found["schema"] = _schema(content["schema"])
    return found
