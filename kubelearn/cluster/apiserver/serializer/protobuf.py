"""Protobuf request bodies, which kubectl 1.32 and later send (k8s.io/apimachinery/pkg/runtime/serializer/protobuf).

Only decoding is needed: every client takes JSON for an answer.  Field numbers are those of
:mod:`kubelearn.cluster.apiserver.structure.types`.  Go's generated encoder writes fields that are no pointers even when
they are zero; such zeros mean absence, as in JSON with ``omitempty``.
"""

from __future__ import annotations

import base64
import datetime
import functools
from collections.abc import Iterator
from typing import Any, Final

import orjson

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.apiserver.structure.names import message_for
from kubelearn.cluster.meta import Object

#: Most values in one body. No object that serves a purpose has as many, and one event loop serves everybody.
VALUES: Final = 50_000
_MAGIC: Final = b"k8s\x00"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_INTEGERS: Final = frozenset({"int32", "int64"})
#: Most bytes of an unrecognized body that the message shows.
_SHOWN: Final = 30

Value = int | bytes


class _TooManyValues(Exception):
    """The message has more values than it may."""


class _Malformed(ValueError):
    """The bytes are no message; the text is that of Go's generated decoders."""


@functools.cache
def _table(message: str) -> dict[int, types.Field]:
    found = types.of(message)
    return {} if found is None else {field.number: field for field in found.declared}


def decode(body: bytes, expected: str = "Object", most: int = VALUES) -> Object:
    """Decode a body to the JSON object that it stands for.

    Args:
        body: envelope (``k8s\\0`` and a ``runtime.Unknown``) with a message in it.
        expected: the Kind that the URL expects, for error messages.
        most: how many values it may have.

    Raises:
        ApiError: 400, the body is malformed, has too many values, or is of a kind that is not known.
    """
    _check_prefix(body, expected)
    try:
        api_version, kind, raw = _envelope(body[len(_MAGIC) :])
    except _Malformed as error:
        raise _unrecognized(body, expected, str(error)) from None
    if not kind:
        raise _unrecognized(body, expected, f"Object 'Kind' is missing in '{_summary(body)}'")
    version = api_version.rpartition("/")[2]
    unhandled = f'{kind} in version "{version}" cannot be handled as a {expected if expected != "Object" else kind}'
    message = message_for(api_version, kind)
    if not types.fields(message):
        raise errors.bad_request(
            f'{unhandled}: no kind "{kind}" is registered for version "{api_version}" in scheme '
            '"pkg/api/legacyscheme/scheme.go:30"'
        )
    try:
        return {"apiVersion": api_version, "kind": kind, **_Message(most).decode(raw, message)}
    except _TooManyValues:
        raise errors.bad_request(f"the object provided has too many values: limit is {most}") from None
    except (_Malformed, RecursionError) as error:
        raise errors.bad_request(f"{unhandled}: {error}") from None


def _check_prefix(body: bytes, expected: str) -> None:
    """Refuse a body that does not begin as protobuf of Kubernetes does, or ends there.

    Raises:
        ApiError: 400.
    """
    if not body:
        raise _unrecognized(body, expected, "empty data")
    if not body.startswith(_MAGIC):
        prefix = " ".join(str(byte) for byte in _MAGIC)
        problem = f"provided data does not appear to be a protobuf message, expected prefix [{prefix}]"
        raise _unrecognized(body, expected, problem)
    if len(body) == len(_MAGIC):
        raise _unrecognized(body, expected, "empty body")


def _unrecognized(body: bytes, expected: str, problem: str) -> errors.ApiError:
    return errors.bad_request(
        f"the object provided is unrecognized (must be of type {expected}): {problem} ({_summary(body)})"
    )


def _summary(body: bytes) -> str:
    """Show the start of a body as the server's ``summarizeData`` does."""
    if not body:
        return "<empty>"
    shown = body[:_SHOWN].decode(errors="replace") if body[:1] == b"{" else body[:_SHOWN].hex()
    return shown + (" ..." if len(body) > _SHOWN else "")


def _envelope(data: bytes) -> tuple[str, str, bytes]:
    """Return apiVersion, kind and the message of a ``runtime.Unknown``."""
    api_version = kind = ""
    raw = b""
    for number, value in _fields(data):
        if number == 1:
            type_meta = dict(_fields(_text(value, "TypeMeta")))
            api_version, kind = (
                _text(type_meta.get(inner, b""), "TypeMeta").decode(errors="replace") for inner in (1, 2)
            )
        elif number == 2:
            raw = _text(value, "Raw")
    return api_version, kind, raw


def _fields(data: bytes) -> Iterator[tuple[int, Value]]:
    """Yield (field number, value) of a message."""
    position, end = 0, len(data)
    while position < end:
        tag, position = _varint(data, position)
        number, wire_type = tag >> 3, tag & 7
        if number == 0:
            raise _Malformed(f"proto: illegal tag {number} (wire type {tag})")
        if wire_type == _VARINT:
            value: Value
            value, position = _varint(data, position)
        else:
            if wire_type == _BYTES:
                size, position = _varint(data, position)
            elif wire_type in (_FIXED64, _FIXED32):
                size = 8 if wire_type == _FIXED64 else 4
            else:
                raise _Malformed(f"proto: illegal wireType {wire_type}")
            if position + size > end:
                raise _Malformed("unexpected EOF")
            value, position = data[position : position + size], position + size
        yield number, value


def _varint(data: bytes, position: int) -> tuple[int, int]:
    result = shift = 0
    while shift < 64:
        if position >= len(data):
            raise _Malformed("unexpected EOF")
        byte = data[position]
        position += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, position
        shift += 7
    raise _Malformed("proto: integer overflow")


class _Message:
    """Decodes one message, with all that is in it.

    Attributes:
        left: how many values it may still have.
    """

    def __init__(self, most: int):
        self.left = most

    def decode(self, data: bytes, message: str) -> Object:
        """Return the JSON object of a message.

        Raises:
            _Malformed: the bytes are none.
            _TooManyValues: it has too many.
        """
        table = _table(message)
        found: Object = {}
        for number, value in _fields(data):
            self._count()
            field = table.get(number)
            if field is None:
                continue  # written by a newer client
            if field.embedded:
                found |= self.decode(_text(value, field.go_name), field.type)
            elif field.cardinality == "list":
                found.setdefault(field.name, []).extend(self._items(value, field))
            elif field.cardinality == "map":
                key, item = self._entry(_text(value, field.go_name), field)
                found.setdefault(field.name, {})[key] = item
            else:
                item = self._value(value, field)
                if item is not None and (field.pointer or field.always or isinstance(item, dict | list) or item):
                    found[field.name] = item
        return found

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _TooManyValues

    def _items(self, value: Value, field: types.Field) -> list[Any]:
        """Decode an element of a list, or all of a packed list of numbers."""
        if field.type in _INTEGERS and isinstance(value, bytes):
            numbers, position = [], 0
            while position < len(value):
                number, position = _varint(value, position)
                numbers.append(_signed(number))
                self._count()
            return numbers
        return [self._value(value, field)]

    def _entry(self, data: bytes, field: types.Field) -> tuple[str, Any]:
        parts = dict(_fields(data))
        item: Any = "" if field.type in ("string", "bytes") else None
        if 2 in parts:
            item = self._value(parts[2], field)
        return _text(parts.get(1, b""), field.go_name).decode(errors="replace"), item

    def _value(self, value: Value, field: types.Field) -> Any:
        kind = field.type
        if kind in _INTEGERS or kind == "bool":
            if not isinstance(value, int):
                raise _Malformed(f"proto: wrong wireType = {_BYTES} for field {field.go_name}")
            return bool(value) if kind == "bool" else _signed(value)
        data = _text(value, field.go_name)
        if kind == "string":
            return data.decode(errors="replace")
        if kind == "bytes":
            return base64.b64encode(data).decode()
        special = _SPECIAL.get(kind)
        return special(data) if special is not None else self.decode(data, kind)


def _text(value: Value, name: str) -> bytes:
    if isinstance(value, int):
        raise _Malformed(f"proto: wrong wireType = {_VARINT} for field {name}")
    return value


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


def _number(value: Value) -> int:
    return _signed(value) if isinstance(value, int) else 0


def _time(data: bytes) -> str | None:
    moment = _moment(data)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment is not None else None


def _micro_time(data: bytes) -> str | None:
    moment = _moment(data)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if moment is not None else None


def _moment(data: bytes) -> datetime.datetime | None:
    """Decode seconds and nanoseconds; None for Go's zero time, which is written as nothing."""
    if not data:
        return None
    parts = dict(_fields(data))
    try:
        return datetime.datetime.fromtimestamp(_number(parts.get(1, 0)), datetime.UTC).replace(
            microsecond=_number(parts.get(2, 0)) // 1000
        )
    except (ValueError, OverflowError, OSError):
        return None  # a time that JSON could not write


def _quantity(data: bytes) -> str:
    return _text(dict(_fields(data)).get(1, b"0"), "string").decode(errors="replace")


def _int_or_string(data: bytes) -> int | str:
    parts = dict(_fields(data))
    if parts.get(1):
        return _text(parts.get(3, b""), "StrVal").decode(errors="replace")
    return _number(parts.get(2, 0))


def _raw(data: bytes) -> Any:
    """Decode JSON that stands in a message as it is."""
    try:
        return orjson.loads(_text(dict(_fields(data)).get(1, b"") or b"{}", "Raw"))
    except orjson.JSONDecodeError as error:
        raise _Malformed(str(error)) from None


def _strings(data: bytes) -> list[str]:
    return [_text(value, "Items").decode(errors="replace") for _, value in _fields(data)]


_SPECIAL: Final = {
    "meta.v1.Time": _time,
    "meta.v1.MicroTime": _micro_time,
    "resource.Quantity": _quantity,
    "intstr.IntOrString": _int_or_string,
    "meta.v1.FieldsV1": _raw,
    "runtime.RawExtension": _raw,
    "strings": _strings,
}
