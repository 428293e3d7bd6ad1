"""Deployments and ReplicaSets (K/pkg/registry/apps)."""

from __future__ import annotations

from typing import Any

from ...meta import Object
from ..errors import Cause, GoText, go_value, invalid_value, not_supported, required
from ..selectors import matches_label_selector
from ..validation import metadata
from ..validation import podspec as pod_rules
from . import podspec
from .base import Context, Strategy
from .pod import port_warnings

_PERCENT = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"


class WorkloadStrategy(Strategy):
    """What Deployments and ReplicaSets have in common: replicas, a selector and a template."""

    has_generation = True
    field_selectors = {"status.replicas": lambda obj: str((obj.get("status") or {}).get("replicas", 0))}

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        spec.setdefault("replicas", 1)
        template = spec.setdefault("template", {"metadata": {"creationTimestamp": None}, "spec": {}})
        template.setdefault("metadata", {"creationTimestamp": None})
        podspec.default(template.setdefault("spec", {}))

    def prepare_create(self, obj: Object, context: Context) -> None:
        obj["status"] = {}

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj["spec"]
        causes = metadata.validate(obj, self.name_rule)
        for key in ("replicas", "minReadySeconds"):
            if spec.get(key, 0) < 0:
                causes.append(invalid_value(f"spec.{key}", spec[key], "must be greater than or equal to 0"))
        causes += _selector(spec.get("selector"))
        causes += self._template(spec)
        return causes

    def _template(self, spec: Object) -> list[Cause]:
        template = spec["template"]
        labels = template["metadata"].get("labels")
        causes: list[Cause] = []
        selector = spec.get("selector")
        if not selector or not matches_label_selector(selector, labels or {}):
            shown = GoText("map[string]string(nil)") if labels is None else GoText(go_value(labels))
            causes.append(invalid_value("spec.template.metadata.labels", shown, "`selector` does not match template `labels`"))
        causes += metadata.labels(labels, "spec.template.labels")
        causes += metadata.annotations(template["metadata"].get("annotations"), "spec.template.annotations")
        causes += pod_rules.validate(template["spec"], "spec.template.spec")
        policy = template["spec"].get("restartPolicy")
        if policy in ("OnFailure", "Never"):
            causes.append(not_supported("spec.template.spec.restartPolicy", policy, ["Always"]))
        return causes

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        causes = super().validate_update(new, old)
        selector = new["spec"].get("selector")
        if selector != old["spec"].get("selector"):
            causes.append(invalid_value("spec.selector", GoText(_go_selector(selector or {})), "field is immutable"))
        return causes

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        if old is not None and old["spec"]["template"] == obj["spec"]["template"]:
            return []
        return port_warnings(obj["spec"]["template"]["spec"], "spec.template.spec")


def _selector(selector: Object | None) -> list[Cause]:
    if selector is None:
        return [required("spec.selector")]
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        return [invalid_value("spec.selector", GoText(_go_selector(selector)), "empty selector is invalid for deployment")]
    causes = metadata.labels(selector.get("matchLabels"), "spec.selector.matchLabels")
    for index, expression in enumerate(selector.get("matchExpressions") or ()):
        path, operator = f"spec.selector.matchExpressions[{index}]", expression.get("operator", "")
        if operator in ("In", "NotIn") and not expression.get("values"):
            causes.append(required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'"))
        elif operator in ("Exists", "DoesNotExist") and expression.get("values"):
            causes.append(Cause(f"{path}.values", "FieldValueForbidden", "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
        elif operator not in ("In", "NotIn", "Exists", "DoesNotExist"):
            causes.append(invalid_value(f"{path}.operator", operator, "not a valid selector operator"))
    return causes


def _go_selector(selector: Object) -> str:
    labels = selector.get("matchLabels")
    shown = go_value(labels) if labels else "map[string]string(nil)"
    expressions = selector.get("matchExpressions")
    listed = "[]v1.LabelSelectorRequirement(nil)" if not expressions else "[]v1.LabelSelectorRequirement{" + ", ".join(
        f'v1.LabelSelectorRequirement{{Key:"{e.get("key")}", Operator:"{e.get("operator")}", Values:{go_value(e.get("values") or [])}}}' for e in expressions) + "}"
    return f"v1.LabelSelector{{MatchLabels:{shown}, MatchExpressions:{listed}}}"


class ReplicaSetStrategy(WorkloadStrategy):
    """Rules of ReplicaSets."""

    def prepare_create(self, obj: Object, context: Context) -> None:
        obj["status"] = {"replicas": 0}


class DeploymentStrategy(WorkloadStrategy):
    """Rules of Deployments."""

    def default(self, obj: Object) -> None:
        super().default(obj)
        spec = obj["spec"]
        strategy = spec.setdefault("strategy", {})
        strategy["type"] = strategy.get("type") or "RollingUpdate"
        if strategy["type"] == "RollingUpdate":
            rolling = strategy.setdefault("rollingUpdate", {})
            rolling.setdefault("maxUnavailable", "25%")
            rolling.setdefault("maxSurge", "25%")
        spec.setdefault("revisionHistoryLimit", 10)
        spec.setdefault("progressDeadlineSeconds", 600)
        for key in ("paused", "minReadySeconds"):
            if not spec.get(key):
                spec.pop(key, None)

    def validate(self, obj: Object) -> list[Cause]:
        causes = super().validate(obj)
        spec = obj["spec"]
        strategy = spec["strategy"]
        if strategy["type"] not in ("Recreate", "RollingUpdate"):
            causes.append(not_supported("spec.strategy.type", strategy["type"], ["Recreate", "RollingUpdate"]))
        elif strategy["type"] == "Recreate":
            if strategy.get("rollingUpdate") is not None:
                text = "Forbidden: may not be specified when strategy `type` is 'Recreate'"
                causes.append(Cause("spec.strategy.rollingUpdate", "FieldValueForbidden", text))
        else:
            causes += _rolling(strategy["rollingUpdate"])
        if spec["revisionHistoryLimit"] < 0:
            causes.append(invalid_value("spec.revisionHistoryLimit", spec["revisionHistoryLimit"], "must be greater than or equal to 0"))
        if spec["progressDeadlineSeconds"] <= spec.get("minReadySeconds", 0):
            causes.append(invalid_value("spec.progressDeadlineSeconds", spec["progressDeadlineSeconds"], "must be greater than minReadySeconds"))
        return causes


def _rolling(rolling: Object) -> list[Cause]:
    causes = []
    for key in ("maxUnavailable", "maxSurge"):
        causes += _amount(rolling[key], f"spec.strategy.rollingUpdate.{key}")
    if rolling["maxUnavailable"] in (0, "0%") and rolling["maxSurge"] in (0, "0%"):
        causes.append(invalid_value("spec.strategy.rollingUpdate.maxUnavailable", rolling["maxUnavailable"], "may not be 0 when `maxSurge` is 0"))
    if isinstance(rolling["maxUnavailable"], str) and rolling["maxUnavailable"][:-1].isdigit() and int(rolling["maxUnavailable"][:-1]) > 100:
        causes.append(invalid_value("spec.strategy.rollingUpdate.maxUnavailable", rolling["maxUnavailable"], "must not be greater than 100%"))
    return causes


def _amount(value: Any, path: str) -> list[Cause]:
    if isinstance(value, int):
        return [] if value >= 0 else [invalid_value(path, value, "must be greater than or equal to 0")]
    if value.endswith("%") and value[:-1].isdigit():
        return []
    return [invalid_value(path, value, _PERCENT)]
