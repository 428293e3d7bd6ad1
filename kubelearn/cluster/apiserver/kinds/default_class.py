"""The class of whoever names none, of StorageClasses and of IngressClasses: the newest one that is marked."""

from __future__ import annotations

from collections.abc import Collection

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoredObjects


def is_marked(obj: Object, marks: Collection[str]) -> bool:
    """Return whether one of some annotations of a class is ``true``."""
    annotations = meta.annotations_of(obj)
    return any(annotations.get(mark) == "true" for mark in marks)


def newest(objects: StoredObjects, resource: str, marks: Collection[str]) -> str:
    """Return the name of the newest class that is marked, the first by name of several; empty for none."""
    marked = sorted((item for item in objects.list(resource) if is_marked(item, marks)), key=meta.name_of)
    found = max(marked, key=lambda item: str(item["metadata"].get("creationTimestamp", "")), default=None)
    return "" if found is None else meta.name_of(found)
