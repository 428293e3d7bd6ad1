"""Which exercises were shown on which handle, and which of them are passed there."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from kubelearn.target.connection import Cluster

from .core import Exercise

#: Handle → key of an exercise → the exercise while it is open, and None once it is passed;
#: in the order in which they were shown.
_handles: WeakKeyDictionary[Cluster, dict[str, Exercise | None]] = WeakKeyDictionary()


def shown(cluster: Cluster, exercise: Exercise, *, again: bool = False) -> None:
    """Note that an exercise was shown.

    Args:
        again: it begins again, so that it is open even if it was passed.
    """
    known = _handles.setdefault(cluster, {})
    if again or exercise.key not in known:
        known[exercise.key] = exercise


def passed(cluster: Cluster, exercise: Exercise) -> None:
    """Note that an exercise is passed on this cluster."""
    _handles.setdefault(cluster, {})[exercise.key] = None


def open_on(cluster: Cluster) -> list[Exercise]:
    """Return the exercises that were shown on a handle and are not passed there."""
    return [exercise for exercise in _handles.get(cluster, {}).values() if exercise is not None]
