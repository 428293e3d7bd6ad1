"""Protobuf bodies as clients write them, of any kind."""

from __future__ import annotations

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
    """Encode an object of structs, lists, maps, strings, numbers and booleans."""
    found = types.of(name)
    assert found is not None
    encoded = b""
    for declared in found.declared:
        given = value if declared.embedded else value.get(declared.name)
        if given is None:
            continue
        if declared.cardinality == "list":
            parts = [_value(item, declared.type) for item in given]
        elif declared.cardinality == "map":
            parts = [field(1, key.encode()) + field(2, _value(item, declared.type)) for key, item in given.items()]
        else:
            parts = [_value(given, declared.type)]
        encoded += b"".join(field(declared.number, part) for part in parts)
    return encoded


def _value(value: Any, kind: str) -> bytes | int:
    if isinstance(value, bool | int):
        return int(value)
    return value.encode() if isinstance(value, str) else message(value, kind)


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
