"""What Go does with values: how messages of errors have them, and which of them JSON leaves out."""

from __future__ import annotations

import json
from typing import Any

from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.meta import Object


def go_value(value: Any) -> str:
    """Write a value as Go's ``%#v`` does in validation messages up to 1.33."""
    if isinstance(value, GoText):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if value is None:
        return '"null"'
    if isinstance(value, list):
        return "[]string{" + ", ".join(go_value(item) for item in value) + "}"
    if isinstance(value, dict):
        return "map[string]string{" + ", ".join(f"{go_value(k)}:{go_value(v)}" for k, v in sorted(value.items())) + "}"
    return str(value)


class GoText(str):
    """A value that is already written in Go's syntax."""


def drop_empty(found: Object, message: str) -> None:
    """Drop the fields of a type that have Go's zero value, as ``omitempty`` does, but for pointers and structures."""
    kept = types.kept(message)
    empty = [key for key, value in found.items() if not value and key not in kept]
    for key in empty:
        del found[key]
