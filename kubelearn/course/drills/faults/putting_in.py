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
    """Set a field, making what is missing above it; None takes it away."""
    *above, last = path
    for step in above:
        document = document[int(step)] if isinstance(document, list) else document.setdefault(step, {})
    if isinstance(document, list):
        document[int(last)] = value
    elif value is None:
        document.pop(last, None)
    else:
        document[last] = value
