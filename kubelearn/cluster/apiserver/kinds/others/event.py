"""Events (K/pkg/registry/core/event)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.kinds.strategy import Strategy
from kubelearn.cluster.meta import Object

from . import validation


def _involved(key: str) -> Callable[[Object], str]:
    return lambda obj: (obj.get("involvedObject") or {}).get(key, "")


class EventStrategy(Strategy):
    """Rules of ``events``."""

    field_selectors: ClassVar[dict[str, Callable[[Object], str]]] = {
        **{
            f"involvedObject.{key}": _involved(key)
            for key in ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
        },
        "reason": lambda obj: obj.get("reason", ""),
        "reportingComponent": lambda obj: obj.get("reportingComponent", ""),
        "source": lambda obj: (obj.get("source") or {}).get("component") or obj.get("reportingComponent", ""),
        "type": lambda obj: obj.get("type", ""),
    }

    def default(self, obj: Object) -> None:
        """Write what Go writes even when it is empty."""
        super().default(obj)
        obj.setdefault("source", {})
        for key in ("eventTime", "firstTimestamp", "lastTimestamp"):
            obj.setdefault(key, None)
        obj.setdefault("reportingComponent", "")
        obj.setdefault("reportingInstance", "")

    def validate(self, obj: Object) -> list[Cause]:
        """Check a new Event."""
        return validation.event(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replaced Event."""
        return validation.event_update(new, old)
