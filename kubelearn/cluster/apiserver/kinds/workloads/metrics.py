"""The column TARGETS of HorizontalPodAutoscalers (formatHPAMetrics)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.printers import NONE, UNKNOWN, first, part, quantity
from kubelearn.cluster.meta import Object

from . import horizontalpodautoscaler

#: type of a metric → the field that describes it.
_FIELDS = {
    "External": "external",
    "Pods": "pods",
    "Object": "object",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}


def targets(hpa: Object) -> str:
    """Return ``present/wanted`` of the first two metrics."""
    if hpa["apiVersion"] == "autoscaling/v1":
        hpa = horizontalpodautoscaler.from_v1(hpa)
    specs, statuses = part(hpa, "spec").get("metrics") or (), part(hpa, "status").get("currentMetrics") or ()
    shown = (_metric(metric, statuses[index] if index < len(statuses) else {}) for index, metric in enumerate(specs))
    return first(shown, 2, ", ") or NONE


def _metric(metric: Object, status: Object) -> str:
    field = _FIELDS.get(metric.get("type", ""))
    if field is None:
        return "<unknown type>"
    source: Object = metric.get(field) or {}
    target: Object = source.get("target") or {}
    current: Object = (status.get(field) or {}).get("current") or {}
    if field in ("resource", "containerResource"):
        return f"{source.get('name', '')}: {_resource(target, current)}"
    if field == "pods" or target.get("averageValue") is not None:
        text = f"{_amount(current, 'averageValue')}/{quantity(target.get('averageValue'))}"
        return text if field == "pods" else f"{text} (avg)"
    return f"{_amount(current, 'value')}/{quantity(target.get('value'))}"


def _resource(target: Object, current: Object) -> str:
    if target.get("averageValue") is not None:
        return f"{_amount(current, 'averageValue')}/{quantity(target['averageValue'])}"
    used, wanted = current.get("averageUtilization"), target.get("averageUtilization")
    return f"{UNKNOWN if used is None else f'{used}%'}/{'<auto>' if wanted is None else f'{wanted}%'}"


def _amount(current: Object, key: str) -> str:
    return UNKNOWN if current.get(key) is None else quantity(current[key])
