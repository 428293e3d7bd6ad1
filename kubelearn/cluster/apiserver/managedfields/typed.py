"""Objects with a shape: merging, the set of their fields, removing fields.

These are the operations of sigs.k8s.io/structured-merge-diff/typed (merge.go,
tofieldset.go, remove.go, validate.go) that server-side apply is made of.
"""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver.go.text import json_name, plain
from kubelearn.cluster.meta import Object

from .comparison import path_element
from .field_sets import LEAF, Tree, is_member, ordered, show
from .shapes import ANY_VALUE, KEYED, SCALAR, SET, STRUCT, TRACKED_LISTS, TRACKED_MAPS, Shape


def merge(live: Any, applied: Any, shape: Shape) -> Any:
    """Return a live value with an applied one merged in: what the latter says wins.

    Unchanged parts are shared with the live value.
    """
    form = shape.form
    if not live and not applied:
        return applied
    if form in TRACKED_MAPS and isinstance(live or {}, dict) and isinstance(applied or {}, dict):
        return _merge_maps(live or {}, applied or {}, shape)
    if form in TRACKED_LISTS:
        return _merge_lists(live or [], applied or [], shape)
    return _without_nulls(applied)


def _without_nulls(value: Any) -> Any:
    """Drop the fields that are null: decoding to a Go type does."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _merge_maps(live: Object, applied: Object, shape: Shape) -> Object:
    merged = dict(live)
    for key, value in applied.items():
        if key in live:
            merged[key] = merge(live[key], value, shape.child(key))
        else:
            merged[key] = _without_nulls(value)
        if merged[key] is None:
            del merged[key]
    return merged


def _merge_lists(live: list[Any], applied: list[Any], shape: Shape) -> list[Any]:
    """Merge lists item by item: applied items in their order, the other live ones where they were.

    This walks both lists as mergingWalker.visitListItems does.
    """
    before = [path_element(item, shape) for item in live]
    after = [path_element(item, shape) for item in applied]
    wanted = dict(zip(after, applied, strict=True))
    found = _unique(before, live)
    shared = [key for key in after if key in found]
    merged: list[Any] = []
    done: set[str] = set()
    left = right = 0

    def take(key: str) -> None:
        done.add(key)
        item = wanted[key]
        merged.append(merge(found[key], item, shape.element) if found.get(key) is not None else _without_nulls(item))
        if shared and shared[0] == key:
            shared.pop(0)

    while left < len(before) or right < len(after):
        here = before[left] if left < len(before) else None
        there = after[right] if right < len(after) else None
        if here is not None and here == there:
            take(here)
            left += 1
            right += 1
        elif there is not None and here in wanted and shared and shared[0] != here:
            left += 1  # an applied item, but another one comes first
        elif here is not None and here not in wanted:
            merged.append(live[left])
            left += 1
        else:
            left += here in done
            if there is not None:
                take(there)
                right += 1
    return merged


def _unique(keys: list[str], items: list[Any]) -> dict[str, Any]:
    """Return items by their keys; None for a key that comes more than once, since duplicates are not merged."""
    found: dict[str, Any] = {}
    for key, item in zip(keys, items, strict=True):
        found[key] = None if key in found else item
    return found


def field_set(obj: Object, shape: Shape) -> Tree:
    """Return the set of the fields that an object has."""
    return _children(obj, shape)


def _children(value: Any, shape: Shape) -> Tree:
    tree: Tree = {}
    if not value:
        return tree
    form = shape.form
    if form in TRACKED_MAPS and isinstance(value, dict):
        for key, item in value.items():
            child = shape.child(key)
            named = form == STRUCT and shape.declares(key)
            node = _node(item, child, item is None or item == {} or not named)
            if node is not None:
                tree["f:" + key] = node
    elif form in TRACKED_LISTS:
        for item in value:
            key = path_element(item, shape)
            tree[key] = LEAF if key in tree else _node(item, shape.element, True)
    return ordered(tree)


def _node(value: Any, shape: Shape, member: bool) -> Tree | None:
    children = _children(value, shape)
    form = shape.form
    tracked = form in TRACKED_LISTS or (form in TRACKED_MAPS and (form != ANY_VALUE or isinstance(value, dict)))
    if member or not tracked:
        return {".": LEAF, **children} if children else LEAF
    return children or None


def ensure_named_fields(tree: Tree, shape: Shape) -> Tree:
    """Return a set to which every declared field belongs that has a part in it."""
    result: Tree = {}
    for key, node in tree.items():
        if key == "." or not node:
            result[key] = node
            continue
        name = key[2:]
        is_field = key.startswith("f:")
        below = ensure_named_fields(node, shape.child(name) if is_field else shape.element)
        if is_field and shape.form == STRUCT and shape.declares(name) and "." not in below:
            below = {".": LEAF, **below}
        result[key] = below
    return result


def remove_items(value: Any, tree: Tree, shape: Shape) -> Any:
    """Return a value without the fields of a set; None when nothing is left."""
    if not value or shape.form == SCALAR:
        return value if shape.form == SCALAR else None
    if shape.form in TRACKED_LISTS:
        items = []
        for item in value:
            node = tree.get(path_element(item, shape))
            if node is None:
                items.append(item)
            elif not is_member(node):
                items.append(remove_items(item, node, shape.element))
        return items or None
    if shape.form in TRACKED_MAPS and isinstance(value, dict):
        kept = {}
        for key, item in value.items():
            node = tree.get("f:" + key)
            if node is None:
                kept[key] = item
            elif not is_member(node):
                kept[key] = remove_items(item, node, shape.child(key))
        return kept or None
    return None


def problems(value: Any, shape: Shape, path: str = "") -> list[str]:
    """Return what is wrong with an applied value: undeclared fields, wrong types, duplicate items (validate.go)."""
    form = shape.form
    if value is None or form == ANY_VALUE:
        return []
    if form == SCALAR:
        expected = shape.mismatch(value)
        return [f"{path}: {expected}"] if expected else []
    if shape.is_list and isinstance(value, list):
        return _list_problems(value, shape, path)
    if shape.is_list:
        return [f"{path}: expected list, got {_got(value)}"]
    if not isinstance(value, dict):
        return [f"{path}: expected map, got {_got(value)}"]
    found: list[str] = []
    for key, item in value.items():
        if shape.base == STRUCT and not shape.declares(key):
            return [*found, f"{path}.{key}: field not declared in schema"]
        found += problems(item, shape.child(key), f"{path}.{key}")
    return found


def _list_problems(value: list[Any], shape: Shape, path: str) -> list[str]:
    found: list[str] = []
    seen: set[str] = set()
    for at, item in enumerate(value):
        where = f"[{at}]"
        if shape.form in TRACKED_LISTS:
            try:
                key = _checked_element(item, shape)
            except ValueError as error:
                return [*found, f"{path}: element {at}: {error}"]
            where = show((key,))
            if key in seen:
                found.append(f"{path}: duplicate entries for key {where}")
            seen.add(key)
        found += problems(item, shape.element, path + where)
    return found


def _checked_element(item: Any, shape: Shape) -> str:
    if shape.form == KEYED and not isinstance(item, dict):
        raise ValueError(
            "associative list with keys may not have " + ("a null element" if item is None else "non-map elements")
        )
    if shape.form == SET and (item is None or isinstance(item, dict | list)):
        kind = {"object": "a map type", "array": "a list type"}.get(json_name(item), "an explicit null")
        raise ValueError(f"associative list without keys has an element that's {kind}")
    return path_element(item, shape)


def _got(value: Any) -> str:
    """Show a value as Go's ``%v`` shows a pointer to valueUnstructured."""
    return "&{" + plain(value) + "}"
