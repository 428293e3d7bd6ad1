"""The order of merged lists in strategic merge patches.

The order that the patch gives wins, then the order of the live list; where neither says
anything, items of the patch come first (normalizeElementOrder and mergeSortedSlice of
k8s.io/apimachinery/pkg/util/strategicpatch/patch.go).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.go.text import plain

from .directives import DELETE, DIRECTIVE, SET_ORDER, bad_arg_type, failed, no_merge_key

List = list[Any]


def same(left: Any, right: Any) -> bool:
    """Compare scalars as Go compares interfaces: the type counts."""
    return type(left) is type(right) and bool(left == right)


def holds(items: List, wanted: Any) -> bool:
    """Return whether a list has an equal item."""
    return any(same(item, wanted) for item in items)


def distinct(items: List) -> List:
    """Return the items without repetitions, in the order of their first places."""
    found: List = []
    for item in items:
        if not holds(found, item):
            found.append(item)
    return found


def list_of_lists() -> errors.ApiError:
    """422: lists of lists cannot be merged."""
    return errors.ApiError(422, "Invalid", "the server rejected our request due to an error in our request", {})


def mixed_types(lists: Sequence[Sequence[Any]]) -> errors.ApiError:
    """Say that the items of lists that merge are of several types."""
    return failed(f"list element types are not identical: {plain([list(items) for items in lists])}")


def check_order(patch: List, order: List, merge_key: str) -> None:
    """Check that the items of a patch are in its ``$setElementOrder``, in this order.

    Raises:
        ApiError: 400, in the words of validatePatchWithSetOrderList.
    """
    if not patch or not order:
        return
    if merge_key:
        for item in patch:
            if not isinstance(item, dict):
                raise bad_arg_type({}, item)
    wanted = [item for item in patch if not (isinstance(item, dict) and DIRECTIVE in item)]
    at = 0
    for item in order:
        if at < len(wanted) and _equal(wanted[at], item, merge_key):
            at += 1
    if at < len(wanted):
        raise failed(f"The order in patch list:\n{plain(patch)}\n doesn't match {SET_ORDER} list:\n{plain(order)}\n")


def _equal(left: Any, right: Any, merge_key: str) -> bool:
    if not merge_key:
        return same(left, right)
    for item in (left, right):
        if not isinstance(item, dict):
            raise bad_arg_type({}, item)
        if merge_key not in item:
            raise no_merge_key(item, merge_key)
    return same(left[merge_key], right[merge_key])


def arrange(merged: List, order: List, live: List, merge_key: str, element: type) -> List:
    """Return a merged list in its final order.

    Args:
        merged: the items.
        order: the order that the patch gives: ``$setElementOrder``, or the patch itself.
        live: the list before the patch.
        merge_key: the items' key, ``""`` for scalars.
        element: type of the items.
    """
    ordered: List = []
    others: List = []
    for item in merged:
        (ordered if _place(order, item, merge_key, element) >= 0 else others).append(item)
    return _interleave(
        _sort(others, live, merge_key, element), _sort(ordered, order, merge_key, element), live, merge_key, element
    )


def _value(item: Any, merge_key: str, element: type) -> Any:
    if element is not dict:
        return item
    if not isinstance(item, dict):
        raise failed("value for key 0 is not a map")
    return item.get(merge_key)


def _place(order: List, wanted: Any, merge_key: str, element: type) -> int:
    value = _value(wanted, merge_key, element)
    if element is dict and value is None:
        raise no_merge_key(wanted, merge_key)
    return next((at for at, item in enumerate(order) if same(_value(item, merge_key, element), value)), -1)


def _sort(items: List, order: List, merge_key: str, element: type) -> List:
    def place(item: Any) -> tuple[bool, int]:
        deleted = isinstance(item, dict) and item.get(DIRECTIVE) == DELETE
        return deleted, _place(order, item, merge_key, element)

    return sorted(items, key=place)


def _interleave(others: List, ordered: List, live: List, merge_key: str, element: type) -> List:
    """Merge two sorted lists: an item of ``others`` goes before one of ``ordered`` when it does in the live list."""
    result: List = []
    left, right = 0, 0
    while left < len(others) and right < len(ordered):
        mine, other = _place(live, others[left], merge_key, element), _place(live, ordered[right], merge_key, element)
        if 0 <= mine < other:
            result.append(others[left])
            left += 1
        else:
            result.append(ordered[right])
            right += 1
    return result + others[left:] + ordered[right:]
