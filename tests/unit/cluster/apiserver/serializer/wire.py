"""Protobuf bodies as clients write them, of any kind."""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Callable
from typing import Any

from kubelearn.cluster.apiserver.serializer import protobuf
from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.apiserver.structure.names import message_for
from kubelearn.cluster.meta import Object


def envelope(raw: bytes, api_version: str = "v1", kind: str = "Service") -> bytes:
    """Wrap a message."""
    type_meta = field(1, api_version.encode()) + field(2, kind.encode())
    return b"k8s\0" + field(1, type_meta) + field(2, raw)


def field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value: int) -> bytes:
    value &= 2**64 - 1
    encoded = b""
    while value > 0x7F:
        encoded += bytes([value & 0x7F | 0x80])
        value >>= 7
    return encoded + bytes([value])


def message(value: Object, name: str) -> bytes:
    """Encode an object; a value that is not of its field's type is written as what it is."""
    found = types.of(name)
    assert found is not None
    encoded = b""
    for declared in found.declared:
        given = value if declared.embedded else value.get(declared.name)
        if given is None:
            continue
        if declared.cardinality == "list" and isinstance(given, list):
            parts = [_value(item, declared.type) for item in given]
        elif declared.cardinality == "map" and isinstance(given, dict):
            parts = [field(1, text(key)) + field(2, _value(item, declared.type)) for key, item in given.items()]
        else:
            parts = [_value(given, declared.type)]
        encoded += b"".join(field(declared.number, part) for part in parts)
    return encoded


def _value(value: Any, kind: str) -> bytes | int:
    if kind in _SPECIAL:
        return _SPECIAL[kind](value)
    if isinstance(value, bool | int):
        return int(value)
    if isinstance(value, dict) and types.of(kind) is not None:
        return message(value, kind)
    return text(value)


def text(value: Any) -> bytes:
    return (value if isinstance(value, str) else json.dumps(value)).encode(errors="surrogatepass")


def _time(value: Any) -> bytes:
    try:
        moment = datetime.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return text(value)
    return field(1, int(moment.timestamp())) + field(2, moment.microsecond * 1000)


def _bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(value)
    except (TypeError, ValueError):
        return text(value)


def _int_or_string(value: Any) -> bytes:
    return field(2, value) if isinstance(value, int) else field(1, 1) + field(3, text(value))


def _strings(value: Any) -> bytes:
    return b"".join(field(1, text(item)) for item in (value if isinstance(value, list) else [value]))


def _json(value: Any) -> bytes:
    return field(1, json.dumps(value).encode())


#: Types that are one JSON value → how they are written.
_SPECIAL: dict[str, Callable[[Any], bytes]] = {
    "bytes": _bytes,
    "meta.v1.Time": _time,
    "meta.v1.MicroTime": _time,
    "resource.Quantity": lambda value: field(1, text(value)),
    "intstr.IntOrString": _int_or_string,
    "strings": _strings,
    "meta.v1.FieldsV1": _json,
    "runtime.RawExtension": _json,
}


def body_of(api_version: str, kind: str, value: Object) -> Object:
    """Return what the server decodes of an object that a client writes as protobuf."""
    return protobuf.decode(envelope(message(value, message_for(api_version, kind)), api_version, kind))


def read(data: bytes) -> dict[int, list[Any]]:
    """Return what stands in a message that nobody has described: by the field's number, in order."""
    found: dict[int, list[Any]] = {}
    position = 0
    while position < len(data):
        tag, position = _read_varint(data, position)
        value, position = _read_varint(data, position)
        if tag & 7 == 2:
            value, position = data[position : position + value], position + value
        found.setdefault(tag >> 3, []).append(value)
    return found


def _read_varint(data: bytes, position: int) -> tuple[Any, int]:
    value = shift = 0
    while data[position] & 0x80:
        value |= (data[position] & 0x7F) << shift
        position, shift = position + 1, shift + 7
    return value | data[position] << shift, position + 1
