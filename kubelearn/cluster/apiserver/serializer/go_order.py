"""The order of a JSON object's keys as encoding/json has it, for those who read answers with their eyes."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.apiserver.structure.names import message_for


def in_go_order(answer: Any) -> Any:
    """Return an answer with the fields of structs as Go declares them, and the keys of maps sorted."""
    if not isinstance(answer, dict):
        return answer
    api_version, kind = (answer.get(key) for key in ("apiVersion", "kind"))
    if not isinstance(api_version, str) or not isinstance(kind, str):
        return answer
    return {"kind": kind, "apiVersion": api_version} | _struct(answer, message_for(api_version, kind))


def _struct(value: Any, message: str) -> Any:
    fields = types.fields(message)
    if not fields or not isinstance(value, dict):
        return value
    names = [name for name in fields if name in value] + [name for name in value if name not in fields]
    return {name: _value(value[name], fields[name]) if name in fields else value[name] for name in names}


def _value(value: Any, field: types.Field) -> Any:
    if field.cardinality == "list" and isinstance(value, list):
        return [_struct(item, field.type) for item in value]
    if field.cardinality == "map" and isinstance(value, dict):
        return {key: _struct(value[key], field.type) for key in sorted(value)}
    return _struct(value, field.type)
