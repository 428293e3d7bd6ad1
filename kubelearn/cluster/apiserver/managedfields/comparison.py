"""What differs between two states of an object, as sets of fields.

This is ``TypedValue.Compare`` of sigs.k8s.io/structured-merge-diff/typed/compare.go.
It runs on every write, so it only walks into what is not equal.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

import orjson

from kubelearn.cluster.meta import Object

from .field_sets import EMPTY, LEAF, Tree, ordered
from .shapes import SET, STRUCT, TRACKED_LISTS, TRACKED_MAPS, Shape

#: Never part of managedFields (k8s.io/apimachinery/pkg/util/managedfields/internal/stripmeta.go).
STRIPPED = frozenset({"apiVersion", "kind"})
STRIPPED_METADATA = frozenset(
    {
        "name",
        "namespace",
        "creationTimestamp",
        "selfLink",
        "uid",
        "clusterName",
        "generation",
        "managedFields",
        "resourceVersion",
    }
)
_NONE: frozenset[str] = frozenset()

#: Changed (added or modified) and removed fields; None when there are none.
Difference = tuple[Tree | None, Tree | None]


def compare(old: Object, new: Object, shape: Shape, ignored: AbstractSet[str] = _NONE) -> tuple[Tree, Tree]:
    """Return the sets of the fields that ``new`` adds or modifies, and of those that it removes.

    Args:
        old: the object before; ``{}`` for a creation.
        new: the object after.
        shape: the kind's shape.
        ignored: fields of the root that do not count.
    """
    skipped = STRIPPED | ignored | {"metadata"}
    changed, removed = _compare_maps(old, new, shape, skipped)
    metadata = shape.child("metadata")
    more, less = _compare_maps(old.get("metadata") or {}, new.get("metadata") or {}, metadata, STRIPPED_METADATA)
    if more:
        changed = ordered({**(changed or EMPTY), "f:metadata": more})
    if less:
        removed = ordered({**(removed or EMPTY), "f:metadata": less})
    return changed or EMPTY, removed or EMPTY


class KeylessItemError(ValueError):
    """An item of a list has none of the keys by which the list's items are told apart."""


def path_element(item: Any, shape: Shape) -> str:
    """Return the path element of a list's item.

    Raises:
        KeylessItemError: the item has none of the list's keys.
    """
    if shape.form == SET:
        return "v:" + orjson.dumps(item).decode()
    keys = {}
    for name, default in shape.keys:
        value = item.get(name, default)
        if value is not None:
            keys[name] = value
    if not keys:
        names = " ".join(f'"{name}"' for name, _ in shape.keys)
        raise KeylessItemError(
            f"associative list with keys has an element that omits all key fields [{names}] (and doesn't have default "
            "values for any key fields)"
        )
    return "k:" + orjson.dumps(keys).decode()


def whole(value: Any, shape: Shape) -> Tree:
    """Return the node of a value that is added or removed as a whole."""
    if not value:
        return LEAF
    form = shape.form
    if form in TRACKED_MAPS and isinstance(value, dict):
        tree = {"f:" + key: whole(item, shape.child(key)) for key, item in value.items()}
    elif form in TRACKED_LISTS:
        element = shape.element
        tree = {}
        for item in value:
            key = path_element(item, shape)
            # Of duplicates, only the fact that they are there is tracked.
            tree[key] = LEAF if key in tree else whole(item, element)
    else:
        return LEAF
    return {".": LEAF, **ordered(tree)}


def _compare(old: Any, new: Any, shape: Shape) -> Difference:
    """Compare two values that are not equal."""
    if old or new:
        form = shape.form
        if form in TRACKED_MAPS and isinstance(old or {}, dict) and isinstance(new or {}, dict):
            return _compare_maps(old or {}, new or {}, shape, _NONE)
        if form in TRACKED_LISTS:
            return _compare_lists(old or [], new or [], shape)
    return LEAF, None


def _compare_maps(old: Object, new: Object, shape: Shape, skipped: AbstractSet[str]) -> Difference:
    changed: Tree = {}
    removed: Tree = {}
    for key, value in new.items():
        if key in skipped:
            continue
        more: Tree | None
        if key in old or key in shape.always:
            before = old.get(key)
            if before is value or before == value or (key not in old and not value):
                continue
            more, less = _compare(before, value, shape.child(key))
            if less is not None:
                removed["f:" + key] = less
        elif shape.form == STRUCT and (value is None or value == ""):
            continue  # a field that is written even if it is empty: an object that has nothing has it, too
        else:
            more = whole(value, shape.child(key))
        if more is not None:
            changed["f:" + key] = more
    if len(old) > len(new) or not (old.keys() <= new.keys()):
        for key, value in old.items():
            if key in new or key in skipped:
                continue
            if key not in shape.always:
                removed["f:" + key] = whole(value, shape.child(key))
            elif value:
                more, less = _compare(value, None, shape.child(key))
                if less is not None:
                    removed["f:" + key] = less
                if more is not None:
                    changed["f:" + key] = more
    return ordered(changed) or None, ordered(removed) or None


def _index(items: list[Any], shape: Shape) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for item in items:
        found.setdefault(path_element(item, shape), []).append(item)
    return found


def _compare_lists(old: list[Any], new: list[Any], shape: Shape) -> Difference:
    before, after = _index(old, shape), _index(new, shape)
    changed: Tree = {}
    removed: Tree = {}
    for key, items in after.items():
        previous = before.get(key)
        if previous == items:
            continue
        if previous is None:
            changed[key] = LEAF if len(items) > 1 else whole(items[0], shape.element)
        elif len(previous) == len(items) == 1:
            more, less = _compare(previous[0], items[0], shape.element)
            if more is not None:
                changed[key] = more
            if less is not None:
                removed[key] = less
        else:
            _compare_duplicates(key, previous, items, shape, changed, removed)
    for key, items in before.items():
        if key not in after:
            removed[key] = LEAF if len(items) > 1 else whole(items[0], shape.element)
    return ordered(changed) or None, ordered(removed) or None


def _compare_duplicates(key: str, old: list[Any], new: list[Any], shape: Shape, changed: Tree, removed: Tree) -> None:
    """Compare items of one key of which there are several, before or after: they are tracked as one."""
    if len(old) > 1 and len(new) > 1:
        changed[key] = LEAF
    elif len(old) > 1:
        changed[key] = whole(new[0], shape.element)
        removed[key] = LEAF
    else:
        removed[key] = whole(old[0], shape.element)
        changed[key] = LEAF
