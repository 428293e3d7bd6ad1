"""Rules of HorizontalPodAutoscalers: bounds, target, metrics and behavior.

Source: K/pkg/apis/autoscaling/validation, release 1.36.
"""

from __future__ import annotations

from collections.abc import Callable

from kubelearn.cluster.apiserver.errors import Cause, forbidden_field, invalid_value, required
from kubelearn.cluster.apiserver.validation import names
from kubelearn.cluster.apiserver.validation.causes import invalid_each, unsupported
from kubelearn.cluster.apiserver.validation.quantities import canonical, value_of
from kubelearn.cluster.meta import Object

_TARGETS = ("Utilization", "Value", "AverageValue")
_POLICIES, _SELECTIONS = ("Percent", "Pods"), ("Disabled", "Max", "Min")
#: Seconds.
_LONGEST_WINDOW, _LONGEST_PERIOD = 3600, 1800
_RAW_OR_UTILIZATION = "a target raw value {} a target utilization"


def autoscaler(obj: Object) -> list[Cause]:
    """Check the spec of a HorizontalPodAutoscaler (autoscaling/v2)."""
    spec = obj.get("spec") or {}
    low, high = spec.get("minReplicas"), spec.get("maxReplicas") or 0
    causes: list[Cause] = []
    if low is not None and low < 1:
        causes.append(invalid_value("spec.minReplicas", low, "must be greater than or equal to 1"))
    if high < 1:
        causes.append(invalid_value("spec.maxReplicas", high, "must be greater than 0"))
    if low is not None and high < low:
        causes.append(invalid_value("spec.maxReplicas", high, "must be greater than or equal to `minReplicas`"))
    causes += _reference(spec.get("scaleTargetRef") or {}, "spec.scaleTargetRef")
    metrics = spec.get("metrics") or ()
    for index, metric in enumerate(metrics):
        causes += _metric(metric, f"spec.metrics[{index}]")
    if low == 0 and not any(metric.get("type") in ("Object", "External") for metric in metrics):
        why = "must specify at least one Object or External metric to support scaling to zero replicas"
        causes.append(forbidden_field("spec.metrics", why))
    behavior = spec.get("behavior") or {}
    for way in ("scaleUp", "scaleDown"):
        if way in behavior:
            causes += _rules(behavior[way], f"spec.behavior.{way}")
    return causes


def _reference(reference: Object, path: str) -> list[Cause]:
    causes = []
    for key in ("kind", "name"):
        causes += _segment(reference.get(key) or "", f"{path}.{key}")
    return causes


def _segment(name: str, path: str, why: str = "") -> list[Cause]:
    return invalid_each(path, name, names.path_segment(name)) if name else [required(path, why)]


def _metric(metric: Object, path: str) -> list[Cause]:
    kind = metric.get("type") or ""
    causes = [] if kind else [required(f"{path}.type", "must specify a metric source type")]
    if kind not in _SOURCES:
        causes.append(unsupported(f"{path}.type", kind, sorted(_SOURCES)))
    present = [field for field, _ in _SOURCES.values() if metric.get(field) is not None]
    if present:
        check = next(check for field, check in _SOURCES.values() if field == present[0])
        causes += check(metric[present[0]], f"{path}.{present[0]}")
    expected = _SOURCES[kind][0] if kind in _SOURCES else ""
    if expected and expected not in present:
        causes.append(required(f"{path}.{expected}", "must populate information for the given metric source"))
    if len(present) > 1:
        others = sorted(field for field in present if field != expected)
        causes += [forbidden_field(f"{path}.{field}", "must populate the given metric source only") for field in others]
    elif not present and not expected:
        causes.append(unsupported(f"{path}.type", kind, sorted(_SOURCES)))
    return causes


def _identifier(source: Object, path: str) -> list[Cause]:
    name = (source.get("metric") or {}).get("name") or ""
    return _segment(name, f"{path}.metric.name", "must specify a metric name")


def _target(source: Object, path: str) -> list[Cause]:
    target, path = source.get("target") or {}, f"{path}.target"
    kind = target.get("type") or ""
    causes = [] if kind else [required(f"{path}.type", "must specify a metric target type")]
    if kind not in _TARGETS:
        causes.append(invalid_value(f"{path}.type", kind, "must be either Utilization, Value, or AverageValue"))
    causes += [
        invalid_value(f"{path}.{key}", canonical(target[key]), "must be positive")
        for key in ("value", "averageValue")
        if target.get(key) is not None and value_of(target[key]) <= 0
    ]
    share = target.get("averageUtilization")
    if share is not None and share < 1:
        causes.append(invalid_value(f"{path}.averageUtilization", share, "must be greater than 0"))
    return causes


def _has(source: Object, key: str) -> bool:
    return (source.get("target") or {}).get(key) is not None


def _object(source: Object, path: str) -> list[Cause]:
    causes = _reference(source.get("describedObject") or {}, f"{path}.describedObject")
    causes += _identifier(source, path) + _target(source, path)
    if not _has(source, "value") and not _has(source, "averageValue"):
        causes.append(required(f"{path}.target.averageValue", "must set either a target value or averageValue"))
    return causes


def _external(source: Object, path: str) -> list[Cause]:
    causes = _identifier(source, path) + _target(source, path)
    has_value, has_average = _has(source, "value"), _has(source, "averageValue")
    if not has_value and not has_average:
        why = "must set either a target value for metric or a per-pod target"
        causes.append(required(f"{path}.target.averageValue", why))
    if has_value and has_average:
        why = "may not set both a target value for metric and a per-pod target"
        causes.append(forbidden_field(f"{path}.target.value", why))
    return causes


def _pods(source: Object, path: str) -> list[Cause]:
    causes = _identifier(source, path) + _target(source, path)
    if not _has(source, "averageValue"):
        causes.append(required(f"{path}.target.averageValue", "must specify a positive target averageValue"))
    return causes


def _resource(source: Object, path: str) -> list[Cause]:
    causes = [] if source.get("name") else [required(f"{path}.name", "must specify a resource name")]
    return causes + _usage(source, path)


def _container_resource(source: Object, path: str) -> list[Cause]:
    causes = [] if source.get("name") else [required(f"{path}.name", "must specify a resource name")]
    container = source.get("container")
    if container:
        causes += invalid_each(f"{path}.container", container, names.dns1123_label(container))
    else:
        causes.append(required(f"{path}.container", "must specify a container"))
    return causes + _usage(source, path)


def _usage(source: Object, path: str) -> list[Cause]:
    causes = _target(source, path)
    has_share, has_average = _has(source, "averageUtilization"), _has(source, "averageValue")
    if not has_share and not has_average:
        why = f"must set either {_RAW_OR_UTILIZATION.format('or')}"
        causes.append(required(f"{path}.target.averageUtilization", why))
    if has_share and has_average:
        why = f"may not set both {_RAW_OR_UTILIZATION.format('and')}"
        causes.append(forbidden_field(f"{path}.target.averageValue", why))
    return causes


#: type of a metric → the field that describes it, and its rules; in the order in which they are looked at.
_SOURCES: dict[str, tuple[str, Callable[[Object, str], list[Cause]]]] = {
    "Object": ("object", _object),
    "External": ("external", _external),
    "Pods": ("pods", _pods),
    "Resource": ("resource", _resource),
    "ContainerResource": ("containerResource", _container_resource),
}


def _rules(rules: Object, path: str) -> list[Cause]:
    causes = []
    window, selection = rules.get("stabilizationWindowSeconds"), rules.get("selectPolicy")
    if window is not None and window < 0:
        causes.append(
            invalid_value(f"{path}.stabilizationWindowSeconds", window, "must be greater than or equal to zero")
        )
    if window is not None and window > _LONGEST_WINDOW:
        why = f"must be less than or equal to {_LONGEST_WINDOW}"
        causes.append(invalid_value(f"{path}.stabilizationWindowSeconds", window, why))
    if selection is not None and selection not in _SELECTIONS:
        causes.append(unsupported(f"{path}.selectPolicy", selection, _SELECTIONS))
    if not rules.get("policies"):
        causes.append(required(f"{path}.policies", "must specify at least one Policy"))
    for index, policy in enumerate(rules.get("policies") or ()):
        causes += _policy(policy, f"{path}.policies[{index}]")
    return causes


def _policy(policy: Object, path: str) -> list[Cause]:
    kind, value, period = policy.get("type") or "", policy.get("value") or 0, policy.get("periodSeconds") or 0
    causes = [] if kind in _POLICIES else [unsupported(f"{path}.type", kind, _POLICIES)]
    if value <= 0:
        causes.append(invalid_value(f"{path}.value", value, "must be greater than zero"))
    if period <= 0:
        causes.append(invalid_value(f"{path}.periodSeconds", period, "must be greater than zero"))
    if period > _LONGEST_PERIOD:
        causes.append(
            invalid_value(f"{path}.periodSeconds", period, f"must be less than or equal to {_LONGEST_PERIOD}")
        )
    return causes
