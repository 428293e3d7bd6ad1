"""The directives of strategic merge patches, and what is said when they are wrong.

Sources: k8s.io/apimachinery/pkg/util/strategicpatch/patch.go, pkg/util/mergepatch/errors.go;
the codes are those of interpretStrategicMergePatchError in k8s.io/apiserver.
"""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.go.text import plain, type_name
from kubelearn.cluster.meta import Object

DIRECTIVE = "$patch"
DELETE, REPLACE, MERGE = "delete", "replace", "merge"
RETAIN_KEYS = "$retainKeys"
DELETE_FROM_LIST = "$deleteFromPrimitiveList"
SET_ORDER = "$setElementOrder"

_BAD_FORMAT = {
    DELETE_FROM_LIST: "invalid patch format of primitive list",
    SET_ORDER: "invalid patch format of setElementOrder list",
}


def bad_patch(message: str) -> errors.ApiError:
    """400: the patch itself is wrong."""
    return errors.bad_request(message)


def failed(message: str) -> errors.ApiError:
    """An error without a reason: how the real server answers most patches that it cannot apply."""
    return errors.unexplained(message)


def no_merge_key(item: Object, key: str) -> errors.ApiError:
    """Say that an item lacks the key by which its list merges."""
    return failed(f"map: {plain(item)} does not contain declared merge key: {key}")


def bad_arg_type(expected: Any, actual: Any) -> errors.ApiError:
    """Say that a patch has a value of another type than the object."""
    return failed(f"expected a {type_name(expected)}, but received a {type_name(actual)}")


def bad_patch_type(directive: Any, item: Object) -> errors.ApiError:
    """Say that there is no such ``$patch``."""
    return failed(f"unknown patch type: {plain(directive)} in map: {plain(item)}")


def extract_key(directive: str, prefix: str) -> str:
    """Return the field that a directive such as ``$setElementOrder/ports`` is about."""
    first, slash, key = directive.partition("/")
    if not slash or first != prefix:
        raise bad_patch(_BAD_FORMAT[prefix])
    return key


def discard_nulls(value: Any) -> None:
    """Drop every field that is null, at any depth, in place."""
    if isinstance(value, dict):
        for key in [key for key, item in value.items() if item is None]:
            del value[key]
        for item in value.values():
            discard_nulls(item)
    elif isinstance(value, list):
        for item in value:
            discard_nulls(item)


def remove_directives(value: Any) -> tuple[Any, bool]:
    """Return a value without the objects that have a ``$patch`` directive, and whether it stays itself."""
    if isinstance(value, dict):
        if DIRECTIVE in value:
            return None, False
        kept = {key: remove_directives(item) for key, item in value.items()}
        return {key: item for key, (item, keep) in kept.items() if keep}, True
    if isinstance(value, list):
        items = [remove_directives(item) for item in value]
        return [item for item, keep in items if keep], True
    return value, True
