"""JSON patch (RFC 6902), ``application/json-patch+json``.

The server's library is evanphx/json-patch v4, and these are its rules: indices may
be negative, ``replace`` of an absent key of an object sets it, an absent value equals
``null`` in ``test``.  Whatever is wrong, the server hides the library's words behind
one text (k8s.io/apiserver/pkg/endpoints/handlers/patch.go, applyJSPatch).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.go.text import json_name
from kubelearn.cluster.meta import Object, thaw

#: maxJSONPatchOperations of k8s.io/apiserver/pkg/endpoints/handlers/patch.go.
MAX_OPERATIONS = 10_000

#: strconv.Atoi, as far as indices go.
_INDEX = re.compile(r"[+-]?[0-9]+\Z", re.ASCII)

Container = dict[str, Any] | list[Any]


class _PatchError(Exception):
    """An operation that cannot be applied; only the fact reaches the client."""


class _Document:
    """The value that is patched: operations may replace its root."""

    def __init__(self, root: Any):
        self.root = root

    def find(self, pointer: Any) -> tuple[Container, str]:
        """Return the container that a pointer leads to, and the last key."""
        if not isinstance(pointer, str):
            raise _PatchError("operation without path")
        parts = pointer.split("/")
        if len(parts) < 2:
            raise _PatchError(f"missing path {pointer!r}")
        keys = [part.replace("~1", "/").replace("~0", "~") for part in parts[1:]]
        node = self.root
        for key in keys[:-1]:
            node = _get(node, key)
            if not isinstance(node, dict | list):
                raise _PatchError(f"missing path {pointer!r}")
        return node, keys[-1]


def json_patch(obj: Object, operations: Any) -> Object:
    """Return an object with a JSON patch applied; neither argument is changed.

    Raises:
        ApiError: 400 when the patch has not the form of one, 413 for too many
            operations, 422 when an operation does not fit the object.
    """
    operations = [] if operations is None else operations
    _check_form(operations)
    if len(operations) > MAX_OPERATIONS:
        text = f"The allowed maximum operations in a JSON patch is {MAX_OPERATIONS}, got {len(operations)}"
        raise errors.ApiError(413, "RequestEntityTooLarge", f"Request entity too large: {text}")
    document = _Document(thaw(obj))
    try:
        for operation in operations:
            apply = _OPERATIONS.get(operation.get("op"))
            if apply is None:
                raise _PatchError(f"Unexpected kind: {operation.get('op')}")
            apply(document, operation)
    except _PatchError:
        raise errors.ApiError(
            422, "Invalid", "the server rejected our request due to an error in our request", {}
        ) from None
    if not isinstance(document.root, dict):
        shown = json_name(document.root)
        problem = errors.invalid_value(
            "patch", shown, f"json: cannot unmarshal {shown} into Go value of type map[string]interface {{}}"
        )
        raise errors.invalid("", "", [problem])
    return document.root


def _check_form(operations: Any) -> None:
    """Check the patch as decoding it into ``[]jsonPatchOp`` does."""
    if not isinstance(operations, list):
        raise _undecodable(f"{json_name(operations)} into Go value of type []handlers.jsonPatchOp")
    for operation in operations:
        if not isinstance(operation, dict):
            raise _undecodable(f"{json_name(operation)} into Go value of type handlers.jsonPatchOp")
        for field in ("op", "path", "from"):
            value = operation.get(field)
            if value is not None and not isinstance(value, str):
                raise _undecodable(f"{json_name(value)} into Go struct field jsonPatchOp.{field} of type string")


def _undecodable(what: str) -> errors.ApiError:
    return errors.bad_request(f"error decoding patch: json: cannot unmarshal {what}")


def _index(key: str, length: int) -> int:
    """Return the index that a key means in a list of ``length`` places; negative ones count from the end."""
    if not _INDEX.match(key):
        raise _PatchError(f"not an index: {key!r}")
    index = int(key)
    if index < 0:
        index += length
    if not 0 <= index < length:
        raise _PatchError(f"Unable to access invalid index: {key}")
    return index


def _get(container: Container, key: str) -> Any:
    if isinstance(container, dict):
        return container.get(key)
    return container[_index(key, len(container))]


def _insert(container: Container, key: str, value: Any) -> None:
    if isinstance(container, dict):
        container[key] = value
    elif key == "-":
        container.append(value)
    else:
        container.insert(_index(key, len(container) + 1), value)


def _delete(container: Container, key: str) -> None:
    if isinstance(container, list):
        del container[_index(key, len(container))]
    elif key in container:
        del container[key]
    else:
        raise _PatchError(f"Unable to remove nonexistent key: {key}")


def _add(document: _Document, operation: Object) -> None:
    container, key = document.find(operation.get("path"))
    _insert(container, key, thaw(operation.get("value")))


def _remove(document: _Document, operation: Object) -> None:
    _delete(*document.find(operation.get("path")))


def _replace(document: _Document, operation: Object) -> None:
    value = thaw(operation.get("value"))
    if operation.get("path") == "":
        if not isinstance(value, dict | list):
            raise _PatchError("replace operation value must be object or array")
        document.root = value
        return
    container, key = document.find(operation.get("path"))
    if isinstance(container, list):
        container[_index(key, len(container))] = value
    else:
        container[key] = value


def _move(document: _Document, operation: Object) -> None:
    container, key = document.find(operation.get("from"))
    value = _get(container, key)
    _delete(container, key)
    _insert(*document.find(operation.get("path")), value)


def _copy(document: _Document, operation: Object) -> None:
    value = thaw(_get(*document.find(operation.get("from"))))
    _insert(*document.find(operation.get("path")), value)


def _test(document: _Document, operation: Object) -> None:
    current = document.root if operation.get("path") == "" else _get(*document.find(operation.get("path")))
    if not _equal(current, operation.get("value")):
        raise _PatchError(f"testing value {operation.get('path')} failed")


def _equal(left: Any, right: Any) -> bool:
    """Compare JSON values; unlike Python's ``==``, true is not 1."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(_equal(value, right[key]) for key, value in left.items())
    if isinstance(left, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    return bool(left == right)


_OPERATIONS: dict[Any, Callable[[_Document, Object], None]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}
