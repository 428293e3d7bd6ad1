"""Strict decoding: types are checked and unknown fields found, in the words of Go's decoder."""

from __future__ import annotations

import re
from typing import Any

from ..meta import Object
from . import errors, structure

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_QUANTITY = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?")
_RANGES = {"int32": 1 << 31, "int64": 1 << 63}
_PYTHON = {"string": str, "bool": bool, "bytes": str}


class _Mismatch(Exception):
    """A value of another type than its field."""


def decode(value: Object, api_version: str, kind: str) -> tuple[Object, list[str]]:
    """Decode an object: return it without unknown fields and nulls, and what was wrong with it.

    Args:
        value: JSON object; it is not changed.
        api_version, kind: what it is to be.

    Returns:
        The object, and strict problems such as ``unknown field "spec.foo"``, sorted.

    Raises:
        ApiError: 400, the first value of a wrong type, as Go says it.
    """
    problems: list[str] = []
    go_type = structure.type_of(api_version, kind)
    try:
        decoded = _struct(value, go_type, "", problems)
    except _Mismatch as mismatch:
        version = api_version.split("/")[-1]
        raise errors.bad_request(f'{kind} in version "{version}" cannot be handled as a {kind}: {mismatch}') from None
    return decoded, sorted(problems)


def _struct(value: Object, go_type: str, path: str, problems: list[str]) -> Object:
    fields = structure.fields(go_type)
    decoded: Object = {}
    if go_type == "core.v1.PodTemplateSpec":
        # Go's encoder writes this time even when there is none: templates always show it.
        value = {**value, "metadata": value.get("metadata") or {}}
    if go_type == "meta.v1.ObjectMeta" and path != "metadata":
        decoded["creationTimestamp"] = None
    for name, item in value.items():
        known = fields.get(name)
        where = f"{path}.{name}" if path else name
        if known is None:
            problems.append(f'unknown field "{where}"')
        elif item is not None:
            decoded[name] = _field(item, known, go_type, where, problems)
    return decoded


def _field(item: Any, known: tuple[str, str], owner: str, path: str, problems: list[str]) -> Any:
    cardinality, go_type = known
    if cardinality == "one":
        return _value(item, go_type, owner, path, problems)
    shown = _go_name(go_type)
    if cardinality == "list":
        if type(item) is not list:
            raise _mismatch(item, owner, path, f"[]{shown}")
        return [_value(part, go_type, owner, f"{path}[{index}]", problems) for index, part in enumerate(item) if part is not None]
    if type(item) is not dict:
        raise _mismatch(item, owner, path, f"map[string]{shown}")
    return {key: _value(part, go_type, owner, f"{path}.{key}", problems, path) for key, part in item.items() if part is not None}


def _value(item: Any, go_type: str, owner: str, path: str, problems: list[str], shown_path: str = "") -> Any:
    """Check one value; ``shown_path`` is what messages name when it is not ``path`` (map values)."""
    if go_type == "string":
        if type(item) is str:
            return item
        raise _mismatch(item, owner, shown_path or path, "string")
    if go_type in _RANGES:
        return _integer(item, go_type, owner, shown_path or path)
    if go_type in _PYTHON:
        if type(item) is not _PYTHON[go_type]:
            raise _mismatch(item, owner, shown_path or path, "[]uint8" if go_type == "bytes" else go_type)
        return item
    if go_type in structure.SCALARS or structure.is_untyped(go_type):
        return _special(item, go_type)
    if type(item) is list and go_type.endswith("ExtraValue"):
        return item
    if type(item) is not dict:
        raise _mismatch(item, owner, shown_path or path, _go_name(go_type))
    return _struct(item, go_type, path, problems)


def _integer(item: Any, go_type: str, owner: str, path: str) -> int:
    if type(item) is float and item.is_integer():
        item = int(item)
    if type(item) is not int:
        raise _mismatch(item, owner, path, go_type)
    limit = _RANGES[go_type]
    if not -limit <= item < limit:
        raise _mismatch(item, owner, path, go_type, exact=True)
    return item


def _special(item: Any, go_type: str) -> Any:
    """Check values that have decoders of their own."""
    if go_type == "intstr.IntOrString" and (type(item) not in (int, str) or (type(item) is int and not -(1 << 31) <= item < 1 << 31)):
        raise _Mismatch(f"json: cannot unmarshal {structure.show(item)} into Go value of type {'int32' if type(item) in (int, float) else 'string'}")
    if go_type in ("meta.v1.Time", "meta.v1.MicroTime"):
        if type(item) is not str:
            raise _Mismatch(f"json: cannot unmarshal {structure.show(item)} into Go value of type string")
        if not _TIME.fullmatch(item):
            raise _Mismatch(f'parsing time "{item}" as "2006-01-02T15:04:05Z07:00": cannot parse "{item}" as "2006"')
    if go_type == "resource.Quantity":
        text = str(item) if type(item) in (int, float, str) else ""
        if not _QUANTITY.fullmatch(text):
            raise _Mismatch("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
        return text
    return item


def _go_name(go_type: str) -> str:
    parts = go_type.split(".")
    return f"{parts[-2]}.{parts[-1]}" if len(parts) > 1 else {"bytes": "[]uint8"}.get(go_type, go_type)


def _mismatch(item: Any, owner: str, path: str, wanted: str, exact: bool = False) -> _Mismatch:
    shown = structure.show(item)
    if exact or type(item) is float:
        shown = f"number {item}"
    where = re.sub(r"\[\d+\]", "", path)
    return _Mismatch(f"json: cannot unmarshal {shown} into Go struct field {owner.split('.')[-1]}.{where} of type {wanted}")
