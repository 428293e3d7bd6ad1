"""OpenAPI v2 as protobuf: the messages of gnostic (github.com/google/gnostic-models, openapiv2/OpenAPIv2.proto)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from kubelearn.cluster.network.grpc import varint

#: Writes a value as a field, or as what is in a message.
Encode = Callable[[Any], bytes]


def encode(document: Mapping[str, Any]) -> bytes:
    """Return a whole document as protobuf."""
    return _DOCUMENT(document)


def _data(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


# Fields, by their numbers


def _text(number: int) -> Encode:
    return lambda value: _data(number, value.encode())


def _flag(number: int) -> Encode:
    return lambda value: varint(number << 3) + varint(bool(value))


def _message(number: int, content: Encode) -> Encode:
    return lambda value: _data(number, content(value))


def _each(field: Encode) -> Encode:
    return lambda values: b"".join(map(field, values))


def _map(number: int, content: Encode) -> Encode:
    """Return what writes a map: its entries have a name, and a value that is a message."""
    name = _text(1)
    return lambda values: b"".join(_data(number, name(key) + _data(2, content(value))) for key, value in values.items())


def _any(value: Any) -> bytes:
    """Write a value of any type: as YAML, of which JSON is a part."""
    return _data(2, orjson.dumps(value))


def _struct(fields: Mapping[str, Encode], extensions: int = 0) -> Encode:
    """Return what writes an object.

    Args:
        fields: by their names.
        extensions: number of the field for what begins with ``x-``, if there is one.
    """
    others = _map(extensions, _any)
    return lambda value: b"".join(
        others({key: item}) if key.startswith("x-") else fields[key](item) for key, item in value.items()
    )


# Messages


def _schema(value: Any) -> bytes:
    return _SCHEMA(value)


def _types(value: str) -> bytes:
    return _text(1)(value)


_SCHEMA: Final = _struct(
    {
        "$ref": _text(1),
        "format": _text(2),
        "description": _text(4),
        "required": _each(_text(19)),
        "enum": _each(_message(20, _any)),
        "additionalProperties": _message(21, _message(1, _schema)),
        "type": _message(22, _types),
        "items": _message(23, _message(1, _schema)),
        "properties": _message(25, _map(1, _schema)),
    },
    extensions=31,
)
_IN_BODY: Final = _struct({"name": _text(2), "in": _text(3), "required": _flag(4), "schema": _message(5, _schema)})
_IN_QUERY: Final = _struct(
    {"in": _text(2), "description": _text(3), "name": _text(4), "type": _text(6), "uniqueItems": _flag(20)}
)
_IN_PATH: Final = _struct(
    {
        "required": _flag(1),
        "in": _text(2),
        "description": _text(3),
        "name": _text(4),
        "type": _text(5),
        "uniqueItems": _flag(19),
    }
)
#: Where a parameter is → how it is written.
_PARAMETERS: Final[Mapping[str, Encode]] = {
    "body": _message(1, _IN_BODY),
    "query": _message(2, _message(3, _IN_QUERY)),
    "path": _message(2, _message(4, _IN_PATH)),
}


def _parameter(value: Any) -> bytes:
    return _data(1, _PARAMETERS[value["in"]](value))


_RESPONSE: Final = _struct({"description": _text(1), "schema": _message(2, _message(1, _schema))})
_OPERATION: Final = _struct(
    {
        "tags": _each(_text(1)),
        "description": _text(3),
        "produces": _each(_text(6)),
        "consumes": _each(_text(7)),
        "parameters": _each(_message(8, _parameter)),
        "responses": _message(9, _map(1, _message(1, _RESPONSE))),
        "schemes": _each(_text(10)),
    },
    extensions=13,
)
_PATH: Final = _struct(
    {
        "get": _message(2, _OPERATION),
        "put": _message(3, _OPERATION),
        "post": _message(4, _OPERATION),
        "delete": _message(5, _OPERATION),
        "patch": _message(8, _OPERATION),
        "parameters": _each(_message(9, _parameter)),
    }
)
_API_KEY: Final = _struct({"type": _text(1), "name": _text(2), "in": _text(3), "description": _text(4)})
_DOCUMENT: Final = _struct(
    {
        "swagger": _text(1),
        "info": _message(2, _struct({"title": _text(1), "version": _text(2)})),
        "paths": _message(8, _map(2, _PATH)),
        "definitions": _message(9, _map(1, _schema)),
        "security": _each(_message(12, _map(1, _each(_text(1))))),
        "securityDefinitions": _message(13, _map(1, _message(2, _API_KEY))),
    }
)
