"""Events."""

from __future__ import annotations

from collections.abc import Callable

from ...meta import Object
from ..errors import Cause, invalid_value
from .base import Strategy


def _involved(key: str) -> Callable[[Object], str]:
    return lambda obj: (obj.get("involvedObject") or {}).get(key, "")


class EventStrategy(Strategy):
    """K/pkg/registry/core/event."""

    field_selectors = {
        **{f"involvedObject.{key}": _involved(key) for key in ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")},
        "reason": lambda obj: obj.get("reason", ""),
        "type": lambda obj: obj.get("type", ""),
        "reportingComponent": lambda obj: obj.get("reportingComponent") or (obj.get("source") or {}).get("component", ""),
        "source": lambda obj: (obj.get("source") or {}).get("component", "") or obj.get("reportingComponent", ""),
    }

    def default(self, obj: Object) -> None:
        for key, value in (("source", {}), ("firstTimestamp", None), ("lastTimestamp", None), ("eventTime", None), ("reportingComponent", ""), ("reportingInstance", "")):
            obj.setdefault(key, value)

    def validate(self, obj: Object) -> list[Cause]:
        causes = super().validate(obj)
        namespace = (obj.get("involvedObject") or {}).get("namespace", "")
        if (namespace or "default") != obj["metadata"]["namespace"]:
            causes.append(invalid_value("involvedObject.namespace", namespace, "does not match event.namespace"))
        return causes
