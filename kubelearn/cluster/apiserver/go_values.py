"""Values as Go writes them in the messages of errors."""

from __future__ import annotations

import json
from typing import Any


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
