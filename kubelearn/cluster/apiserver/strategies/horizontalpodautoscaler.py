"""HorizontalPodAutoscalers, stored as autoscaling/v2 and served as v1 too.

No metrics are collected here, so their status says that they cannot scale (see controllers).
"""

from __future__ import annotations

from ...meta import Object
from ..errors import Cause, invalid_value, required
from ..validation import metadata
from .base import Context, Strategy


class HorizontalPodAutoscalerStrategy(Strategy):
    """K/pkg/registry/autoscaling/horizontalpodautoscaler."""

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        spec.setdefault("minReplicas", 1)
        if not spec.get("metrics"):
            spec["metrics"] = [_cpu(80)]

    def prepare_create(self, obj: Object, context: Context) -> None:
        obj["status"] = {"desiredReplicas": 0, "currentMetrics": None}

    def validate(self, obj: Object) -> list[Cause]:
        causes = metadata.validate(obj, self.name_rule)
        spec = obj["spec"]
        least, most = spec["minReplicas"], spec.get("maxReplicas", 0)
        if least < 1:
            causes.append(invalid_value("spec.minReplicas", least, "must be greater than or equal to 1"))
        if most < 1:
            causes.append(invalid_value("spec.maxReplicas", most, "must be greater than 0"))
        elif most < least:
            causes.append(invalid_value("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`"))
        causes += [required(f"spec.scaleTargetRef.{key}") for key in ("kind", "name") if not (spec.get("scaleTargetRef") or {}).get(key)]
        return causes


def _cpu(percent: int) -> Object:
    return {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": percent}}}


def to_v1(obj: Object) -> Object:
    """Return a stored autoscaler as autoscaling/v1."""
    spec = {key: value for key, value in obj["spec"].items() if key in ("minReplicas", "maxReplicas", "scaleTargetRef")}
    for metric in obj["spec"].get("metrics") or ():
        if (metric.get("resource") or {}).get("name") == "cpu":
            spec["targetCPUUtilizationPercentage"] = metric["resource"]["target"].get("averageUtilization")
    status = obj.get("status") or {}
    shown = {"currentReplicas": status.get("currentReplicas", 0), "desiredReplicas": status.get("desiredReplicas", 0)}
    return {"kind": obj["kind"], "apiVersion": "autoscaling/v1", "metadata": obj["metadata"], "spec": spec, "status": shown}


def from_v1(obj: Object) -> Object:
    """Return an autoscaling/v1 autoscaler as it is stored."""
    spec = dict(obj.get("spec") or {})
    percent = spec.pop("targetCPUUtilizationPercentage", None)
    if percent is not None:
        spec["metrics"] = [_cpu(percent)]
    return {"kind": "HorizontalPodAutoscaler", "apiVersion": "autoscaling/v2", "metadata": obj.get("metadata") or {}, "spec": spec}
