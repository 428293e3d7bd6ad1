"""Keys that a body has twice: Go's strict decoders report them, Python's decoders do not."""

from __future__ import annotations

import json
from typing import Any

import yaml


class _Pairs(list[tuple[str, Any]]):
    """A JSON object whose keys are all kept."""


def find_yaml(body: bytes) -> list[str]:
    """Return the strict problem that lists all doubled keys of a well-formed YAML document, if there are any."""
    problems: list[str] = []
    seen: set[int] = set()

    def walk(node: yaml.Node | None) -> None:
        if not isinstance(node, yaml.CollectionNode) or id(node) in seen:
            return
        seen.add(id(node))
        keys: set[str] = set()
        for child in node.value:
            if isinstance(node, yaml.MappingNode):
                key, child = child
                if isinstance(key, yaml.ScalarNode):
                    if key.value in keys:
                        problems.append(f'  line {key.start_mark.line + 1}: key "{key.value}" already set in map')
                    keys.add(key.value)
            walk(child)

    walk(yaml.compose(body, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    return ["\n".join(["yaml: unmarshal errors:", *problems])] if problems else []


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
