"""The order of a JSON object's keys as encoding/json has it, for those who read answers with their eyes."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.apiserver.structure.names import message_for

_FIRST = ("kind", "apiVersion")


def in_go_order(answer: Any) -> Any:
    """Return an answer with the fields of structs as Go declares them, and the keys of maps sorted."""
    if not isinstance(answer, dict):
        return answer
    api_version, kind = (answer.get(key) for key in ("apiVersion", "kind"))
    known = isinstance(api_version, str) and isinstance(kind, str)
    return _struct(answer, message_for(api_version, kind)) if known else answer


def _struct(value: Any, message: str) -> Any:
    fields = types.fields(message)
    if not fields or not isinstance(value, dict):
        return value
    names = [name for name in (*_FIRST, *(name for name in fields if name not in _FIRST)) if name in value]
    names += [name for name in value if name not in fields and name not in _FIRST]
    return {name: _value(value[name], fields[name]) if name in fields else value[name] for name in names}


def _value(value: Any, field: types.Field) -> Any:
    if field.cardinality == "list" and isinstance(value, list):
        return [_struct(item, field.type) for item in value]
    if field.cardinality == "map" and isinstance(value, dict):
        return {key: _struct(value[key], field.type) for key in sorted(value)}
    return _struct(value, field.type)
