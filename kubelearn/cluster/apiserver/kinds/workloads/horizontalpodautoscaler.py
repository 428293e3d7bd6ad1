"""HorizontalPodAutoscalers, stored as autoscaling/v2.

Sources: K/pkg/registry/autoscaling and K/pkg/apis/autoscaling/v1/conversion.go.

Clients may speak autoscaling/v1, too: :func:`from_v1` and :func:`to_v1` convert at the door.
"""

from __future__ import annotations

import copy

import orjson

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.kinds.strategy import Context, Strategy
from kubelearn.cluster.meta import Object

from . import autoscaler_validation

#: Average use of the requested CPU, in percent, that is aimed at when nothing is said.
DEFAULT_CPU = 80
#: What is filled in where a behavior is given, for both ways.
_BEHAVIORS: Object = {
    "scaleUp": {
        "stabilizationWindowSeconds": 0,
        "selectPolicy": "Max",
        "policies": [
            {"type": "Pods", "value": 4, "periodSeconds": 15},
            {"type": "Percent", "value": 100, "periodSeconds": 15},
        ],
    },
    "scaleDown": {"selectPolicy": "Max", "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}]},
}
_METRICS = "autoscaling.alpha.kubernetes.io/metrics"
_BEHAVIOR = "autoscaling.alpha.kubernetes.io/behavior"
_CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions"
_CURRENT = "autoscaling.alpha.kubernetes.io/current-metrics"


class HorizontalPodAutoscalerStrategy(Strategy):
    """Rules of ``horizontalpodautoscalers.autoscaling``."""

    has_status = True

    def default(self, obj: Object) -> None:
        """Set one replica at least, and the CPU as the measure."""
        super().default(obj)
        spec = obj.setdefault("spec", {})
        spec.setdefault("scaleTargetRef", {})
        spec.setdefault("maxReplicas", 0)
        if spec.get("minReplicas") is None:
            spec["minReplicas"] = 1
        if not spec.get("metrics"):
            spec["metrics"] = [_cpu(DEFAULT_CPU)]
        if (behavior := spec.get("behavior")) is not None:
            for way, rules in _BEHAVIORS.items():
                given = {key: value for key, value in (behavior.get(way) or {}).items() if value is not None}
                behavior[way] = {**copy.deepcopy(rules), **given}

    def prepare_create(self, obj: Object, _context: Context) -> None:
        """Begin the status."""
        obj["status"] = {"desiredReplicas": 0, "currentMetrics": None}

    def validate(self, obj: Object) -> list[Cause]:
        """Check numbers, the target and the metrics."""
        return super().validate(obj) + autoscaler_validation.autoscaler(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement as a new object."""
        return autoscaler_validation.autoscaler(new) + super().validate_update(new, old)


def _cpu(percent: int) -> Object:
    return {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": percent}},
    }


def _cpu_percent(metric: Object) -> int | None:
    """Return the percentage of a metric that autoscaling/v1 has a field for."""
    resource = metric.get("resource") or {}
    if metric.get("type") != "Resource" or resource.get("name") != "cpu":
        return None
    found: int | None = (resource.get("target") or {}).get("averageUtilization")
    return found


def from_v1(obj: Object) -> Object:
    """Return an autoscaling/v1 object as autoscaling/v2."""
    metadata = {**(obj.get("metadata") or {})}
    annotations = dict(metadata.get("annotations") or {})
    spec = dict(obj.get("spec") or {})
    percent = spec.pop("targetCPUUtilizationPercentage", None)
    metrics = [] if percent is None else [_cpu(percent)]
    if _METRICS in annotations:
        metrics = orjson.loads(annotations.pop(_METRICS)) + metrics
    if metrics:
        spec["metrics"] = metrics
    if _BEHAVIOR in annotations:
        spec["behavior"] = orjson.loads(annotations.pop(_BEHAVIOR))
    status = {
        key: value for key, value in (obj.get("status") or {}).items() if key != "currentCPUUtilizationPercentage"
    }
    if _CONDITIONS in annotations:
        status["conditions"] = orjson.loads(annotations.pop(_CONDITIONS))
    annotations.pop(_CURRENT, None)
    return _versioned("autoscaling/v2", metadata, annotations, spec, status)


def to_v1(obj: Object) -> Object:
    """Return an autoscaling/v2 object as autoscaling/v1; what that has no field for goes to annotations."""
    metadata = {**(obj.get("metadata") or {})}
    annotations = dict(metadata.get("annotations") or {})
    spec = dict(obj.get("spec") or {})
    others: list[Object] = []
    for metric in spec.pop("metrics", None) or ():
        percent = _cpu_percent(metric)
        if percent is None or "targetCPUUtilizationPercentage" in spec:
            others.append(metric)
        else:
            spec["targetCPUUtilizationPercentage"] = percent
    if others:
        annotations[_METRICS] = orjson.dumps(others).decode()
    behavior = spec.pop("behavior", None)
    if behavior is not None:
        annotations[_BEHAVIOR] = orjson.dumps(behavior).decode()
    status = dict(obj.get("status") or {})
    conditions = status.pop("conditions", None)
    if conditions:
        annotations[_CONDITIONS] = orjson.dumps(conditions).decode()
    status.pop("currentMetrics", None)
    status = {"currentReplicas": 0, "desiredReplicas": 0, **status}
    return _versioned("autoscaling/v1", metadata, annotations, spec, status)


def _versioned(api_version: str, metadata: Object, annotations: Object, spec: Object, status: Object) -> Object:
    metadata.pop("annotations", None)
    if annotations:
        metadata["annotations"] = annotations
    return {
        "kind": "HorizontalPodAutoscaler",
        "apiVersion": api_version,
        "metadata": metadata,
        "spec": spec,
        "status": status,
    }
