"""Sets of fields, as ``metadata.managedFields`` writes them (FieldsV1).

A set is a tree of dicts whose keys are path elements: ``f:NAME`` is a field,
``k:{"port":80,"protocol":"TCP"}`` the item of a list with these keys, ``v:VALUE`` an
item of a list that is a set.  A node is a member of the set when it has no children or
has the child ``"."``.  The empty dict at the root is the empty set.

Trees are never changed once made, and share their unchanged parts: every write to the
cluster works on them.  The rules are those of sigs.k8s.io/structured-merge-diff/fieldpath.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson

Tree = dict[str, Any]

#: The node of a field that is a member and has no children.
LEAF: Tree = {}
#: The empty set.
EMPTY: Tree = {}


def is_set(value: Any) -> bool:
    """Return whether a value that came from outside has the form of a set."""
    if not isinstance(value, dict):
        return False
    return all(child == LEAF if key == "." else _is_element(key) and is_set(child) for key, child in value.items())


def _is_element(text: str) -> bool:
    kind, colon, rest = text.partition(":")
    if not colon or kind not in "fvki":
        return False
    if kind == "f":
        return True
    if kind == "i":
        return rest.isdecimal()
    try:
        parsed = orjson.loads(rest)
    except orjson.JSONDecodeError:
        return False
    return kind == "v" or isinstance(parsed, dict)


def is_member(node: Tree) -> bool:
    """Return whether a node, not the root, is itself in the set."""
    return not node or "." in node


def ordered(node: Tree) -> Tree:
    """Return a node with its keys in the order in which Go writes them."""
    return dict(sorted(node.items())) if len(node) > 1 else node


def union(left: Tree, right: Tree) -> Tree:
    """Return the set of the fields that are in one of two sets."""
    if not left or not right or left is right:
        return left or right
    return _union(left, right)


def _union(left: Tree, right: Tree) -> Tree:
    if not left:
        return right if is_member(right) else ordered({".": LEAF, **right})
    if not right:
        return left if "." in left else ordered({".": LEAF, **left})
    changed: Tree = {}
    for key, node in right.items():
        mine = left.get(key)
        if mine is None:
            changed[key] = node
        elif mine is not node and (joined := _union(mine, node)) is not mine:
            changed[key] = joined
    return ordered({**left, **changed}) if changed else left


def difference(left: Tree, right: Tree) -> Tree:
    """Return the fields of ``left`` that are not in ``right``.

    A member of ``right`` removes only itself, not what lies below it.
    """
    if not left or not right:
        return left
    return _difference(left, right, left_member=False, right_member=False) or EMPTY


def _difference(left: Tree, right: Tree, left_member: bool, right_member: bool) -> Tree | None:
    removed: list[str] = []
    replaced: Tree = {}
    for key, node in right.items():
        mine = left.get(key)
        if mine is None or key == ".":
            continue
        rest = _difference(mine, node, is_member(mine), is_member(node))
        if rest is None:
            removed.append(key)
        elif rest is not mine:
            replaced[key] = rest
    member = left_member and not right_member
    if not removed and not replaced and member == left_member:
        return left
    kept = {key: replaced.get(key, node) for key, node in left.items() if key not in removed and key != "."}
    if kept:
        return {".": LEAF, **kept} if member else kept
    return LEAF if member else None


def intersection(left: Tree, right: Tree) -> Tree:
    """Return the set of the fields that are in both sets."""
    if not left or not right:
        return EMPTY
    return _intersection(left, right, member=False) or EMPTY


def _intersection(left: Tree, right: Tree, member: bool) -> Tree | None:
    kept: Tree = {}
    for key, node in left.items():
        other = right.get(key)
        if other is None or key == ".":
            continue
        both = _intersection(node, other, is_member(node) and is_member(other))
        if both is not None:
            kept[key] = both
    if kept:
        return {".": LEAF, **kept} if member else kept
    return LEAF if member else None


def members(tree: Tree, prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Iterate over the paths in a set, the members of each level before those below them."""
    for key, node in tree.items():
        if key != "." and is_member(node):
            yield (*prefix, key)
    for key, node in tree.items():
        if node:
            yield from members(node, (*prefix, key))


def contains(tree: Tree, path: tuple[str, ...]) -> bool:
    """Return whether a path is in a set."""
    for element in path:
        child = tree.get(element)
        if child is None:
            return False
        tree = child
    return is_member(tree)


def show(path: tuple[str, ...]) -> str:
    """Write a path for people: ``.spec.ports[port=80,protocol="TCP"].name``."""
    return "".join(_show_element(element) for element in path)


def _show_element(element: str) -> str:
    kind, text = element[0], element[2:]
    if kind == "f":
        return f".{text}"
    if kind == "k":
        return (
            "["
            + ",".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in orjson.loads(text).items())
            + "]"
        )
    return f"[={text}]" if kind == "v" else f"[{text}]"
