"""How important a pod is: PriorityClasses as pods see them (K/plugin/pkg/admission/priority)."""

from __future__ import annotations

from typing import Final, NamedTuple

from kubelearn.cluster import meta
from kubelearn.cluster.store import StoredObjects

CLASSES: Final = "priorityclasses.scheduling.k8s.io"
#: The classes that every cluster has.
SYSTEM: Final = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
_PREEMPTS: Final = "PreemptLowerPriority"


class Priority(NamedTuple):
    """What a class gives a pod."""

    name: str = ""
    value: int = 0
    policy: str = _PREEMPTS


def priority_of(registry: StoredObjects, name: str) -> Priority | None:
    """Return what the class of a name gives, of the default one without a name; None if there is no such class."""
    if not name:
        defaults = [item for item in registry.list(CLASSES) if item.get("globalDefault")]
        if not defaults:
            return Priority()
        found = min(defaults, key=lambda item: int(item["value"]))
    elif (stored := registry.find(CLASSES, "", name)) is not None:
        found = stored
    else:
        return Priority(name, SYSTEM[name]) if name in SYSTEM else None
    return Priority(meta.name_of(found), found["value"], found.get("preemptionPolicy") or _PREEMPTS)
