"""Keys that a JSON body has twice: Go's strict decoder reports them, Python's decoders do not."""

from __future__ import annotations

import json
from typing import Any


class _Pairs(list[tuple[str, Any]]):
    """A JSON object whose keys are all kept."""


def find(body: bytes) -> list[str]:
    """Return strict problems such as ``duplicate field "spec.type"``, in the order of the text.

    Args:
        body: well-formed JSON.
    """
    seen_twice = False

    def check(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal seen_twice
        found = dict(pairs)
        seen_twice = seen_twice or len(found) != len(pairs)
        return found

    json.loads(body, object_pairs_hook=check)
    if not seen_twice:
        return []
    problems: list[str] = []
    _walk(json.loads(body, object_pairs_hook=_Pairs), "", problems)
    return list(dict.fromkeys(problems))


def _walk(value: Any, path: str, problems: list[str]) -> None:
    if isinstance(value, _Pairs):
        seen: set[str] = set()
        for key, item in value:
            where = f"{path}.{key}" if path else key
            if key in seen:
                problems.append(f'duplicate field "{where}"')
            seen.add(key)
            _walk(item, where, problems)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _walk(item, f"{path}[{index}]", problems)
