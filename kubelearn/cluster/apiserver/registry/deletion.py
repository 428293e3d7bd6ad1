"""What a deletion makes of an object that does not go at once (rest.BeforeDelete, and finalizers)."""

from __future__ import annotations

import time

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.kinds.strategy import Strategy
from kubelearn.cluster.apiserver.resources import Resource
from kubelearn.cluster.meta import Object

#: What a deletion with a propagation policy leaves for the garbage collector to do.
_FINALIZERS = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}


def finalizers_for(old: Object, propagation: str | None) -> list[str]:
    """Return the finalizers of an object that is to be deleted with a propagation policy."""
    found = list(old["metadata"].get("finalizers") or ())
    others = [item for item in found if item not in _FINALIZERS.values()]
    wanted = _FINALIZERS.get(propagation or "")
    if wanted:
        return [*others, wanted]
    return others if propagation == "Background" else found


def is_pending(kind: Resource, old: Object, grace: int, finalizers: list[str]) -> bool:
    """Return whether a deletion has begun that another one changes nothing of.

    That of a pod is changed by a shorter grace period only, which is not the time for other finalizers.

    Args:
        grace: seconds that the other one leaves.
        finalizers: those that the object would have.
    """
    before = old["metadata"].get("deletionGracePeriodSeconds")
    if before is None:
        return False
    if kind.key == "pods":
        return bool(grace >= before)
    return (old["metadata"].get("finalizers") or []) == finalizers


def begun(kind: Resource, old: Object, strategy: Strategy, grace: int, finalizers: list[str]) -> Object:
    """Return an object whose deletion has begun, or whose end has come nearer.

    Args:
        grace: seconds.
        finalizers: those that it has from now on.
    """
    metadata = dict(old["metadata"])
    obj = {**old, "metadata": metadata}
    if not meta.is_terminating(old):
        metadata["deletionTimestamp"] = meta.timestamp(time.time() + grace)
        if strategy.has_generation:  # a deletion that only comes nearer is no news to controllers
            metadata["generation"] = metadata.get("generation", 1) + 1
    elif grace < metadata.get("deletionGracePeriodSeconds", 0):
        earlier = metadata["deletionGracePeriodSeconds"] - grace
        metadata["deletionTimestamp"] = meta.timestamp(meta.seconds_of(metadata["deletionTimestamp"]) - earlier)
    metadata["deletionGracePeriodSeconds"] = grace
    if finalizers:
        metadata["finalizers"] = finalizers
    else:
        metadata.pop("finalizers", None)
    if kind.key == "namespaces":
        obj["status"] = {**(old.get("status") or {}), "phase": "Terminating"}
        del metadata["deletionGracePeriodSeconds"]
    return obj


def is_finished(kind: Resource, obj: Object) -> bool:
    """Return whether nothing holds a terminating object back any more."""
    if obj["metadata"].get("finalizers"):
        return False
    if kind.key == "namespaces":
        return not (obj.get("spec") or {}).get("finalizers")
    return not obj["metadata"].get("deletionGracePeriodSeconds")
