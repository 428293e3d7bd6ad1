"""Rules for object metadata (apimachinery/pkg/api/validation/objectmeta.go)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ...meta import Object
from ..errors import Cause, invalid_value, required, too_long
from . import names

_ANNOTATIONS_LIMIT = 256 * 1024


def validate(obj: Object, name_rule: Callable[[str], Iterable[str]], path: str = "metadata") -> list[Cause]:
    """Return what is wrong with an object's metadata."""
    metadata = obj["metadata"]
    causes: list[Cause] = []
    name = metadata.get("name", "")
    if not name:
        causes.append(required(f"{path}.name", "name or generateName is required"))
    else:
        causes += [invalid_value(f"{path}.name", name, text) for text in name_rule(name)]
    causes += labels(metadata.get("labels"), f"{path}.labels")
    causes += annotations(metadata.get("annotations"), f"{path}.annotations")
    causes += [invalid_value(f"{path}.finalizers", item, text) for item in metadata.get("finalizers") or () for text in names.qualified_name(item)]
    for index, owner in enumerate(metadata.get("ownerReferences") or ()):
        causes += [required(f"{path}.ownerReferences[{index}].{key}") for key in ("apiVersion", "kind", "name", "uid") if not owner.get(key)]
    return causes


def labels(value: dict[str, str] | None, path: str) -> list[Cause]:
    """Return what is wrong with labels, or with an equality selector."""
    causes = []
    for key, text in (value or {}).items():
        causes += [invalid_value(path, key, problem) for problem in names.qualified_name(key)]
        causes += [invalid_value(path, text, problem) for problem in names.label_value(text)]
    return causes


def annotations(value: dict[str, str] | None, path: str) -> list[Cause]:
    """Return what is wrong with annotations."""
    causes, size = [], 0
    for key, text in (value or {}).items():
        causes += [invalid_value(path, key, problem) for problem in names.qualified_name(key.lower())]
        size += len(key) + len(text)
    if size > _ANNOTATIONS_LIMIT:
        causes.append(too_long(path, _ANNOTATIONS_LIMIT))
    return causes


def validate_update(new: Object, old: Object) -> list[Cause]:
    """Return what an update may not do to metadata."""
    causes = []
    for key in ("name", "namespace"):
        if new["metadata"].get(key) != old["metadata"].get(key):
            causes.append(invalid_value(f"metadata.{key}", new["metadata"].get(key, ""), "field is immutable"))
    return causes
