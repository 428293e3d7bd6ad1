"""Putting a fault into the manifests of a situation."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from kubelearn.course.drills.shapes import Manifest

from .fault import Fault, named


def broken(objects: Sequence[Manifest], faults: Sequence[Fault]) -> list[Manifest]:
    """Return manifests with faults put in; the given ones stay as they are.

    Raises:
        LookupError: a fault changes what is not there.
    """
    found = copy.deepcopy(list(objects))
    for fault in faults:
        for target, changes in fault.edits:
            document = _named(found, target)
            for path, value in changes.items():
                _set(document, path.split("/"), value)
        found += copy.deepcopy(list(fault.adds))
    return found


def _named(objects: Sequence[Manifest], target: str) -> Manifest:
    for document in objects:
        if named(document) == target:
            return document
    raise LookupError(f"the situation has no {target}")


def _set(document: Any, path: Sequence[str], value: Any) -> None:
    """Set a field, making what is missing above it; None takes it away. Of a list, a step is a place or a name."""
    *above, last = path
    for step in above:
        document = document[_place(document, step)] if isinstance(document, list) else document.setdefault(step, {})
    if isinstance(document, list):
        document[_place(document, last)] = value
    elif value is None:
        document.pop(last, None)
    else:
        document[last] = value


def _place(items: Sequence[Any], step: str) -> int:
    """Return where an item is: that of a name, or that of a number."""
    if step.isdigit():
        return int(step)
    for place, item in enumerate(items):
        if item.get("name") == step:
            return place
    raise LookupError(f"none of the items has the name {step}")
