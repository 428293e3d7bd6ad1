"""Strategic merge patch, ``application/strategic-merge-patch+json``.

Like a merge patch, but lists whose Go field says ``patchStrategy:"merge"`` are merged
item by item, found by their ``patchMergeKey``.  Directives in the patch say more:

* ``$patch: delete`` or ``replace`` in an object or a list item,
* ``$retainKeys`` lists the only keys an object may keep,
* ``$deleteFromPrimitiveList/NAME`` removes items of a list of scalars,
* ``$setElementOrder/NAME`` gives the order of the merged list.

This follows k8s.io/apimachinery/pkg/util/strategicpatch/patch.go step by step, because
the order of the resulting lists is part of what people see.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kubelearn.cluster.apiserver.go.text import json_name
from kubelearn.cluster.apiserver.managedfields import shapes
from kubelearn.cluster.apiserver.managedfields.shapes import Shape
from kubelearn.cluster.meta import Object, thaw

from . import list_order
from .directives import (
    DELETE,
    DELETE_FROM_LIST,
    DIRECTIVE,
    MERGE,
    REPLACE,
    RETAIN_KEYS,
    SET_ORDER,
    bad_arg_type,
    bad_patch,
    bad_patch_type,
    discard_nulls,
    extract_key,
    failed,
    no_merge_key,
    remove_directives,
)

List = list[Any]


def strategic_merge(obj: Object, patch: Any, api_version: str, kind: str) -> Object:
    """Return an object with a strategic merge patch applied; neither argument is changed.

    Args:
        obj: the current object.
        patch: the patch, a JSON object.
        api_version: version of the kind, ``apps/v1``.
        kind: the Kind, ``Deployment``.

    Raises:
        ApiError: in the real server's words: 400 for a directive of the wrong form, 422
            for lists of lists.
    """
    if patch is None:
        patch = {}
    if not isinstance(patch, dict):
        raise bad_patch(f"json: cannot unmarshal {json_name(patch)} into Go value of type map[string]interface {{}}")
    return _merge_map(thaw(obj), thaw(patch), shapes.of_kind(api_version, kind))


def _merge_map(original: Object, patch: Object, shape: Shape) -> Object:
    """Merge a patch into an object (``mergeMap``); changes both."""
    if DIRECTIVE in patch:
        return _whole_map(patch.pop(DIRECTIVE), patch)
    _retain_keys(original, patch)
    _merge_ordered_lists(original, patch, shape)
    for given, value in patch.items():
        deletes = given.startswith(DELETE_FROM_LIST)
        key = extract_key(given, DELETE_FROM_LIST) if deletes else given
        if value is None:
            original.pop(key, None)
        elif key not in original or type(original[key]) is not type(value) or not isinstance(value, dict | list):
            if not deletes:
                _take(original, key, value)
        elif isinstance(value, dict):
            field = shape.field(key)
            original[key] = value if field.strategy == REPLACE else _merge_map(original[key], value, field.shape)
        else:
            original[key] = _merge_list(original[key], value, shape.list_field(key), deletes)
    return original


def _whole_map(directive: Any, patch: Object) -> Object:
    if directive == REPLACE:
        return patch
    if directive == DELETE:
        return {}
    raise bad_patch_type(directive, {**patch, DIRECTIVE: directive})


def _take(original: Object, key: str, value: Any) -> None:
    """Set a field to the value in the patch: there is nothing to merge it with."""
    discard_nulls(value)
    value, keep = remove_directives(value)
    if keep:
        original[key] = value
    else:
        original.pop(key, None)


def _retain_keys(original: Object, patch: Object) -> None:
    if RETAIN_KEYS not in patch:
        return
    kept = patch.pop(RETAIN_KEYS)
    if not isinstance(kept, list):
        raise bad_patch("invalid patch format of retainKeys")
    for key, value in patch.items():
        if value is not None and not key.startswith((DELETE_FROM_LIST, SET_ORDER)) and key not in kept:
            raise bad_patch("invalid patch format of retainKeys")
    for key in [key for key in original if key not in kept]:
        del original[key]


def _merge_ordered_lists(original: Object, patch: Object, shape: Shape) -> None:
    """Merge the lists for which the patch gives an order (``mergePatchIntoOriginal``)."""
    for directive in [key for key in patch if key.startswith(SET_ORDER)]:
        order = patch.pop(directive)
        if not isinstance(order, list):
            raise bad_arg_type([], order)
        key = extract_key(directive, SET_ORDER)
        for side in (original, patch):
            if key in side and not isinstance(side[key], list):
                raise bad_arg_type([], side[key])
        field = shape.list_field(key)
        live: List = original.get(key, [])
        given: List = patch.get(key, [])
        list_order.check_order(given, order, field.merge_key)
        if key in original and key in patch:
            merged = _merge_list(live, given, field, False)
        elif key in patch:
            merged, _ = remove_directives(given)
        elif key in original:
            merged = live
        else:
            continue
        original[key] = list_order.arrange(merged, order, live, field.merge_key, _element_type(live, given))
        patch.pop(key, None)


def _merge_list(original: List, patch: List, field: shapes.PatchField, deletes: bool) -> List:
    """Merge two lists (``mergeSliceHandler``, ``mergeSlice``)."""
    if field.strategy != MERGE and not deletes:
        return patch
    if not original and not patch:
        return original
    element = _element_type(original, patch)
    if element is not dict:
        if deletes:
            return [item for item in original if not list_order.holds(patch, item)]
        return list_order.arrange(list_order.distinct(original + patch), patch, original, "", element)
    if not field.merge_key:
        raise failed("cannot merge lists without merge key for struct")
    kept, items = _special_items(original, patch, field.merge_key)
    merged = _merge_items(list(kept), items, field)
    # Where items were deleted, Go's append writes the new ones into the live list, and
    # with $setElementOrder the order of the result shows it.
    original[:] = merged[: len(original)]
    return list_order.arrange(merged, items, kept, field.merge_key, element)


def _special_items(original: List, patch: List, merge_key: str) -> tuple[List, List]:
    """Obey the ``$patch`` directives of list items; return what is left of both lists."""
    plain: List = []
    replace = False
    for item in patch:
        directive = item.get(DIRECTIVE)
        if DIRECTIVE not in item:
            plain.append(item)
        elif directive == DELETE:
            if merge_key not in item:
                raise no_merge_key(item, merge_key)
            original = [live for live in original if not list_order.same(live.get(merge_key), item[merge_key])]
        elif directive == REPLACE:
            replace = True
        elif directive == MERGE:
            raise failed("merging lists cannot yet be specified in the patch")
        else:
            raise bad_patch_type(directive, item)
    return (plain, []) if replace else (original, plain)


def _merge_items(merged: List, patch: List, field: shapes.PatchField) -> List:
    key = field.merge_key
    for item in patch:
        if key not in item:
            raise no_merge_key(item, key)
        at = next((at for at, live in enumerate(merged) if key in live and list_order.same(live[key], item[key])), None)
        if at is None:
            merged.append(item)
        else:
            merged[at] = _merge_map(merged[at], item, field.shape)
    return merged


def _element_type(*lists: Sequence[Any]) -> type:
    """Return the type of the items of all lists, which must be one (``sliceElementType``)."""
    found: type | None = None
    for item in (item for items in lists for item in items):
        if found is None:
            found = type(item)
            if found is list:
                raise list_order.list_of_lists()
        elif type(item) is not found:
            raise list_order.mixed_types(lists)
    if found is None:
        raise failed("no elements in any of the given slices")
    return found
