"""Deployments, ReplicaSets and Jobs.

Source: K/pkg/apis/apps/validation and K/pkg/apis/batch/validation, release 1.36.
"""

from __future__ import annotations

import re
from typing import Any

from kubelearn.cluster.apiserver.errors import Cause, forbidden_field, invalid_value, not_supported, required
from kubelearn.cluster.apiserver.go.internal import as_internal
from kubelearn.cluster.apiserver.go.values import string_map
from kubelearn.cluster.apiserver.podspec import validation as podspec
from kubelearn.cluster.apiserver.validation import metadata, names, selectors
from kubelearn.cluster.apiserver.validation.causes import (
    IMMUTABLE,
    NOT_NEGATIVE,
    not_negative,
    unsupported,
)
from kubelearn.cluster.labels import selects
from kubelearn.cluster.meta import Object

_percent = re.compile("[0-9]+%").fullmatch


def deployment(obj: Object) -> list[Cause]:
    """Check a new Deployment."""
    return metadata.validate(obj, names.dns1123_subdomain) + _deployment_spec(obj.get("spec") or {})


def deployment_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced Deployment: its selector stays."""
    return metadata.validate_update(new, old) + _deployment_spec(new.get("spec") or {}) + _same_selector(new, old)


def _same_selector(new: Object, old: Object) -> list[Cause]:
    selector = new["spec"].get("selector")
    if selector == old["spec"].get("selector"):
        return []
    return [invalid_value("spec.selector", selectors.as_json(selector), IMMUTABLE)]


def _deployment_spec(spec: Object) -> list[Cause]:
    causes = not_negative(spec, ("replicas",), "spec")
    causes += _selector(spec, "deployment") + _template(spec, "ReplicaSet")
    causes += _strategy(spec.get("strategy") or {}, "spec.strategy")
    causes += not_negative(spec, ("minReadySeconds", "revisionHistoryLimit"), "spec")
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None:
        causes += not_negative(spec, ("progressDeadlineSeconds",), "spec")
        if deadline <= (spec.get("minReadySeconds") or 0):
            causes.append(
                invalid_value("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")
            )
    return causes


def _selector(spec: Object, kind: str) -> list[Cause]:
    selector = spec.get("selector")
    if selector is None:
        return [required("spec.selector")]
    causes = selectors.validate(selector, "spec.selector")
    if selectors.is_empty(selector):
        causes.append(
            invalid_value("spec.selector", selectors.as_json(selector), f"empty selector is invalid for {kind}")
        )
    return causes


def _template(spec: Object, kind: str) -> list[Cause]:
    """Check a template and that the selector selects its pods.

    Of a selector that means nothing only that is said; the template is not looked at.
    """
    template, selector = spec.get("template") or {}, spec.get("selector")
    if selector is not None and selectors.validate(selector, "spec.selector"):
        return [invalid_value("spec.selector", selectors.as_json(selector), "invalid label selector")]
    labels = (template.get("metadata") or {}).get("labels")
    causes: list[Cause] = []
    if not selects(selector, labels or {}):
        why = "`selector` does not match template `labels`"
        causes.append(invalid_value("spec.template.metadata.labels", string_map(labels), why))
    causes += podspec.template(template, "spec.template")
    inner = template.get("spec") or {}
    if inner.get("restartPolicy") != "Always":
        causes.append(not_supported("spec.template.spec.restartPolicy", inner.get("restartPolicy") or "", ["Always"]))
    if inner.get("activeDeadlineSeconds") is not None:
        why = f"activeDeadlineSeconds in {kind} is not Supported"
        causes.append(forbidden_field("spec.template.spec.activeDeadlineSeconds", why))
    return causes


def _strategy(strategy: Object, path: str) -> list[Cause]:
    kind, rolling = strategy.get("type") or "", strategy.get("rollingUpdate")
    if kind == "Recreate" and rolling is None:
        return []
    if kind == "Recreate":
        return [forbidden_field(f"{path}.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")]
    if kind != "RollingUpdate":
        counts = rolling and {
            "MaxUnavailable": rolling.get("maxUnavailable", 0),
            "MaxSurge": rolling.get("maxSurge", 0),
        }
        return [unsupported(path, {"Type": kind, "RollingUpdate": counts}, ("Recreate", "RollingUpdate"))]
    return _rolling_update(rolling or {}, f"{path}.rollingUpdate")


def _rolling_update(rolling: Object, path: str) -> list[Cause]:
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    causes = _count_or_percent(unavailable, f"{path}.maxUnavailable") + _count_or_percent(surge, f"{path}.maxSurge")
    if _amount(unavailable) == 0 and _amount(surge) == 0:
        causes.append(invalid_value(f"{path}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0"))
    if isinstance(unavailable, str) and _amount(unavailable) > 100:
        causes.append(invalid_value(f"{path}.maxUnavailable", unavailable, "must not be greater than 100%"))
    return causes


def _count_or_percent(value: Any, path: str) -> list[Cause]:
    if isinstance(value, str):
        if _percent(value):
            return []
        why = names.regex_error(
            "a valid percent string must be a numeric string followed by an ending '%'", "[0-9]+%", "1%", "93%"
        )
        return [invalid_value(path, value, why)]
    return [invalid_value(path, value, NOT_NEGATIVE)] if value < 0 else []


def _amount(value: Any) -> int:
    if isinstance(value, str):
        number = value.removesuffix("%")
        return int(number) if number.isascii() and number.isdigit() else 0
    return int(value)


def replicaset(obj: Object) -> list[Cause]:
    """Check a new ReplicaSet."""
    return metadata.validate(obj, names.dns1123_subdomain) + _replicaset_spec(obj.get("spec") or {})


def replicaset_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced ReplicaSet: its selector stays."""
    return metadata.validate_update(new, old) + _replicaset_spec(new.get("spec") or {}) + _same_selector(new, old)


def _replicaset_spec(spec: Object) -> list[Cause]:
    return (
        not_negative(spec, ("replicas", "minReadySeconds"), "spec")
        + _selector(spec, "deployment")
        + _template(spec, "ReplicaSet")
    )


def job(obj: Object) -> list[Cause]:
    """Check a new Job, whose selector and labels are already generated."""
    return metadata.validate(obj, names.dns1123_subdomain) + _generated_selector(obj) + _job_spec(obj)


def _generated_selector(obj: Object) -> list[Cause]:
    spec, described = obj.get("spec") or {}, obj["metadata"]
    if spec.get("manualSelector") or spec.get("selector") is None:
        return []
    generated = {
        f"{prefix}{key}": value
        for prefix in ("", "batch.kubernetes.io/")
        for key, value in (("controller-uid", described.get("uid", "")), ("job-name", described.get("name", "")))
    }
    if selects(spec["selector"], generated):
        return []
    return [invalid_value("spec.selector", selectors.as_json(spec["selector"]), "`selector` not auto-generated")]


def job_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced Job: completions, selector, template and completionMode stay."""
    causes = metadata.validate_update(new, old) + _job_spec(new)
    spec, before = new["spec"], old["spec"]
    if spec.get("completions") != before.get("completions"):
        causes.append(invalid_value("spec.completions", spec.get("completions"), IMMUTABLE))
    causes += _same_selector(new, old)
    if _template_of_job(spec, before) != _template_of_job(before, before):
        shown = as_internal("core.v1.PodTemplateSpec", spec["template"])
        causes.append(invalid_value("spec.template", shown, IMMUTABLE))
    if spec.get("completionMode") != before.get("completionMode"):
        causes.append(invalid_value("spec.completionMode", spec.get("completionMode"), IMMUTABLE))
    return causes


_SCHEDULING = ("nodeSelector", "affinity", "tolerations", "schedulingGates")


def _template_of_job(spec: Object, before: Object) -> Object:
    """Return what may not change of a Job's template: a suspended one may still be placed elsewhere."""
    template: Object = spec.get("template") or {}
    if not before.get("suspend"):
        return template
    described = {
        key: value for key, value in (template.get("metadata") or {}).items() if key not in ("labels", "annotations")
    }
    return {
        **template,
        "metadata": described,
        "spec": {key: value for key, value in (template.get("spec") or {}).items() if key not in _SCHEDULING},
    }


def _job_spec(obj: Object) -> list[Cause]:
    spec = obj.get("spec") or {}
    template, selector = spec.get("template") or {}, spec.get("selector")
    labels = (template.get("metadata") or {}).get("labels")
    causes = not_negative(spec, ("parallelism", "completions"), "spec")
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and deadline < 0:
        causes.append(invalid_value("spec.activeDeadlineSeconds", deadline, NOT_NEGATIVE))
    causes += not_negative(spec, ("backoffLimit", "ttlSecondsAfterFinished"), "spec")
    mode = spec.get("completionMode")
    if mode not in ("NonIndexed", "Indexed"):
        causes.append(unsupported("spec.completionMode", mode, ("NonIndexed", "Indexed")))
    elif mode == "Indexed" and spec.get("completions") is None:
        causes.append(required("spec.completions", "when completion mode is Indexed"))
    replacement = spec.get("podReplacementPolicy")
    if replacement not in (None, "Failed", "TerminatingOrFailed"):
        causes.append(unsupported("spec.podReplacementPolicy", replacement, ("Failed", "TerminatingOrFailed")))
    causes += podspec.template(template, "spec.template") + _job_restart_policy(template.get("spec") or {})
    causes += [required("spec.selector")] if selector is None else selectors.validate(selector, "spec.selector")
    if not selects(selector, labels or {}):
        why = "`selector` does not match template `labels`"
        causes.append(invalid_value("spec.template.metadata.labels", string_map(labels), why))
    return causes


def _job_restart_policy(spec: Object) -> list[Cause]:
    policy, path = spec.get("restartPolicy"), "spec.template.spec.restartPolicy"
    if policy == "Always":
        return [required(path, 'valid values: "OnFailure", "Never"')]
    return [] if policy in ("OnFailure", "Never") else [unsupported(path, policy or "", ("OnFailure", "Never"))]


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
    target = spec.get("scaleTargetRef") or {}
    causes += [required(f"spec.scaleTargetRef.{key}") for key in ("kind", "name") if not target.get(key)]
    for index, metric in enumerate(spec.get("metrics") or ()):
        if not metric.get("type"):
            causes.append(required(f"spec.metrics[{index}].type", "must specify a metric source type"))
    return causes
