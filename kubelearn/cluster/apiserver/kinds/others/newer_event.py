"""Events as ``events.k8s.io`` has them: the same objects, other names (K/pkg/apis/events/v1/conversion.go)."""

from __future__ import annotations

from typing import Final

from kubelearn.cluster.meta import Object

#: Field of ``events.k8s.io/v1`` → field of ``v1``, in which events are stored.
_NAMES: Final = {
    "reportingController": "reportingComponent",
    "regarding": "involvedObject",
    "note": "message",
    "deprecatedSource": "source",
    "deprecatedFirstTimestamp": "firstTimestamp",
    "deprecatedLastTimestamp": "lastTimestamp",
    "deprecatedCount": "count",
}
_OLDER: Final = {older: newer for newer, older in _NAMES.items()}
#: Field of ``events.k8s.io/v1`` that lists can be cut by → that of ``v1``.
SELECTORS: Final = {
    "reason": "reason",
    "reportingController": "reportingComponent",
    "type": "type",
    **{
        f"regarding.{key}": f"involvedObject.{key}"
        for key in ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
    },
}


def to_newer(obj: Object) -> Object:
    """Return a stored event as ``events.k8s.io/v1``."""
    return {**{_OLDER.get(key, key): value for key, value in obj.items()}, "apiVersion": "events.k8s.io/v1"}


def from_newer(obj: Object) -> Object:
    """Return an event of ``events.k8s.io/v1`` as it is stored."""
    return {**{_NAMES.get(key, key): value for key, value in obj.items()}, "apiVersion": "v1"}
