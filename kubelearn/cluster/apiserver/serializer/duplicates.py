"""Keys that a body has twice: Go's strict decoders report them, Python's decoders do not."""

from __future__ import annotations

import json
from typing import Any, Final

import yaml

#: Begins the problem that all doubled keys of a YAML document are.
YAML_HEADING: Final = "yaml: unmarshal errors:\n"


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

    walk(next(yaml.compose_all(body, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), None))
    return [YAML_HEADING + "\n".join(problems)] if problems else []


def with_doubled(body: bytes, unknown: list[str]) -> list[str]:
    """Return strict problems together with ``duplicate field "spec.type"`` and the like, in the order of the text.

    Args:
        body: well-formed JSON.
        unknown: problems such as ``unknown field "spec.foo"``, in the order in which the fields are first seen.
    """
    seen_twice = False

    def check(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal seen_twice
        found = dict(pairs)
        seen_twice = seen_twice or len(found) != len(pairs)
        return found

    json.loads(body, object_pairs_hook=check)
    if not seen_twice:
        return unknown
    met: list[str] = []
    _walk(json.loads(body, object_pairs_hook=_Pairs), "", met)
    wanted = set(unknown)
    return list(dict.fromkeys(problem for problem in met if problem in wanted or problem.startswith("duplicate ")))


def _walk(value: Any, path: str, met: list[str]) -> None:
    """Note every key as if it were unknown, and that it is doubled if it is."""
    if isinstance(value, _Pairs):
        seen: set[str] = set()
        for key, item in value:
            where = f"{path}.{key}" if path else key
            met.append(f'duplicate field "{where}"' if key in seen else f'unknown field "{where}"')
            seen.add(key)
            _walk(item, where, met)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _walk(item, f"{path}[{index}]", met)
