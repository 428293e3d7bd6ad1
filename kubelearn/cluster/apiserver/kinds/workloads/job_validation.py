"""What ends: Jobs, and CronJobs, which make them.

Source: K/pkg/apis/batch/validation, release 1.36.
"""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause, invalid_value, required, too_long
from kubelearn.cluster.apiserver.go.internal import as_internal
from kubelearn.cluster.apiserver.go.values import string_map
from kubelearn.cluster.apiserver.podspec import validation as podspec
from kubelearn.cluster.apiserver.validation import metadata, names, schedules, selectors
from kubelearn.cluster.apiserver.validation.causes import (
    IMMUTABLE,
    domain_prefixed_path,
    not_negative,
    unsupported,
)
from kubelearn.cluster.meta import Object
from kubelearn.semantics.labels import selects

from . import job_policies
from .validation import same_selector, selects_template

#: So many indexes, or pods at once, are many; with more, a limit for each of them is limited itself.
_MANY, _MAX_FOR_MANY = 100_000, 10_000
_MAX_MANAGED_BY = 63
#: A CronJob's Jobs have names of 11 characters more.
_MAX_CRONJOB_NAME = 52


def job(obj: Object) -> list[Cause]:
    """Check a new Job, whose selector and labels are already generated."""
    causes = metadata.validate(obj, names.dns1123_subdomain) + _generated_selector(obj) + _whole_job(obj)
    spec, name = obj.get("spec") or {}, obj["metadata"].get("name", "")
    if spec.get("completionMode") == "Indexed" and (spec.get("completions") or 0) > 0:
        longest = f"{name}-{spec['completions'] - 1}"
        if names.dns1123_label(longest):
            why = f"will not able to create pod with invalid DNS label: {longest}"
            causes.append(invalid_value("metadata.name", name, why))
    return causes


def generated_labels(obj: Object) -> dict[str, str]:
    """Return the labels by which a Job's pods are known, under their old names and their new ones."""
    described = obj["metadata"]
    return {
        f"{prefix}{key}": value
        for prefix in ("", "batch.kubernetes.io/")
        for key, value in (("controller-uid", described.get("uid", "")), ("job-name", described.get("name", "")))
    }


def _generated_selector(obj: Object) -> list[Cause]:
    spec, generated = obj.get("spec") or {}, generated_labels(obj)
    if spec.get("manualSelector") or spec.get("selector") is None:
        return []
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    causes = [
        invalid_value(f"spec.template.metadata.labels[{key}]", string_map(labels), f"must be '{value}'")
        for key, value in generated.items()
        if labels.get(key) != value
    ]
    if not selects(spec["selector"], generated):
        shown = selectors.as_json(spec["selector"])
        causes.append(invalid_value("spec.selector", shown, "`selector` not auto-generated"))
    return causes


def _whole_job(obj: Object) -> list[Cause]:
    spec = obj.get("spec") or {}
    selector = spec.get("selector")
    causes = _job_spec(spec, "spec")
    causes += [required("spec.selector")] if selector is None else selectors.validate(selector, "spec.selector")
    return causes + selects_template(selector, spec.get("template") or {})


#: What never changes of a Job, and the type of what is a structure.
_FIXED = {
    "completionMode": "",
    "podFailurePolicy": "batch.v1.PodFailurePolicy",
    "backoffLimitPerIndex": "",
    "managedBy": "",
    "successPolicy": "batch.v1.SuccessPolicy",
}


def job_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced Job: how it is counted, its selector and its template stay."""
    spec, before = new["spec"], old["spec"]
    causes = metadata.validate_update(new, old) + _whole_job(new) + _completions_update(spec, before)
    causes += same_selector(new, old)
    if _template_of_job(spec, before) != _template_of_job(before, before):
        shown = as_internal("core.v1.PodTemplateSpec", spec["template"])
        causes.append(invalid_value("spec.template", shown, IMMUTABLE))
    for key, kind in _FIXED.items():
        value = spec.get(key)
        if value != before.get(key):
            shown = as_internal(kind, value) if kind and value is not None else value
            causes.append(invalid_value(f"spec.{key}", shown, IMMUTABLE))
    return causes


def _completions_update(spec: Object, before: Object) -> list[Cause]:
    """Check that completions stay; those of an Indexed Job may change with its parallelism."""
    now = spec.get("completions")
    if now == before.get("completions"):
        return []
    if spec.get("completionMode") != "Indexed":
        return [invalid_value("spec.completions", now, IMMUTABLE)]
    if now is None or now == spec.get("parallelism"):
        return []
    return [invalid_value("spec.completions", now, "can only be modified in tandem with spec.parallelism")]


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


def _job_spec(spec: Object, path: str) -> list[Cause]:
    """Check what a Job and the template of a CronJob have in common."""
    numbers = ("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished")
    causes = not_negative(spec, (*numbers, "backoffLimitPerIndex", "maxFailedIndexes"), path)
    if spec.get("maxFailedIndexes") is not None and spec.get("backoffLimitPerIndex") is None:
        causes.append(required(f"{path}.backoffLimitPerIndex", "when maxFailedIndexes is specified"))
    if spec.get("managedBy") is not None:
        causes += domain_prefixed_path(f"{path}.managedBy", spec["managedBy"])
        if len(spec["managedBy"]) > _MAX_MANAGED_BY:
            causes.append(too_long(f"{path}.managedBy", _MAX_MANAGED_BY))
    causes += _completion_mode(spec, path)
    if spec.get("podFailurePolicy") is not None:
        causes += job_policies.failure(spec, f"{path}.podFailurePolicy")
    if spec.get("successPolicy") is not None:
        causes += job_policies.success(spec, f"{path}.successPolicy")
    causes += _replacement(spec, f"{path}.podReplacementPolicy")
    template = spec.get("template") or {}
    return causes + podspec.template(template, f"{path}.template") + _restart_policy(spec, f"{path}.template.spec")


def _completion_mode(spec: Object, path: str) -> list[Cause]:
    mode, completions = spec.get("completionMode"), spec.get("completions")
    most = spec.get("maxFailedIndexes")
    if mode in (None, "NonIndexed"):
        return [
            invalid_value(f"{path}.{key}", spec[key], "requires indexed completion mode")
            for key in ("backoffLimitPerIndex", "maxFailedIndexes")
            if spec.get(key) is not None
        ]
    if mode != "Indexed":
        return [unsupported(f"{path}.completionMode", mode, ("NonIndexed", "Indexed"))]
    causes: list[Cause] = []
    if completions is None:
        causes.append(required(f"{path}.completions", "when completion mode is Indexed"))
    parallelism = spec.get("parallelism") or 0
    if parallelism > _MANY:
        why = f"must be less than or equal to {_MANY} when completion mode is Indexed"
        causes.append(invalid_value(f"{path}.parallelism", parallelism, why))
    if completions is not None and most is not None and most > completions:
        causes.append(invalid_value(f"{path}.maxFailedIndexes", most, "must be less than or equal to completions"))
    if most is not None and most > _MANY:
        causes.append(invalid_value(f"{path}.maxFailedIndexes", most, f"must be less than or equal to {_MANY}"))
    if (completions or 0) > _MANY and spec.get("backoffLimitPerIndex") is not None:
        causes += _many_indexes(spec, path)
    return causes


def _many_indexes(spec: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    if spec.get("maxFailedIndexes") is None:
        why = f"must be specified when completions is above {_MANY}"
        causes.append(required(f"{path}.maxFailedIndexes", why))
    why = (
        f"must be less than or equal to {_MAX_FOR_MANY} when completions are above {_MANY} "
        "and used with backoff limit per index"
    )
    return causes + [
        invalid_value(f"{path}.{key}", spec[key], why)
        for key in ("parallelism", "maxFailedIndexes")
        if (spec.get(key) or 0) > _MAX_FOR_MANY
    ]


def _replacement(spec: Object, path: str) -> list[Cause]:
    policy = spec.get("podReplacementPolicy")
    choices = ("Failed", "TerminatingOrFailed") if spec.get("podFailurePolicy") is None else ("Failed",)
    return [] if policy is None or policy in choices else [unsupported(path, policy, choices)]


def _restart_policy(spec: Object, path: str) -> list[Cause]:
    policy, path = ((spec.get("template") or {}).get("spec") or {}).get("restartPolicy"), f"{path}.restartPolicy"
    if policy in ("Always", "", None):
        return [required(path, 'valid values: "OnFailure", "Never"')]
    if policy not in ("OnFailure", "Never"):
        return [unsupported(path, policy, ("OnFailure", "Never"))]
    if spec.get("podFailurePolicy") is not None and policy != "Never":
        return [invalid_value(path, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    return []


def cronjob(obj: Object) -> list[Cause]:
    """Check a new CronJob."""
    causes = metadata.validate(obj, names.dns1123_subdomain) + _cronjob_spec(obj["spec"])
    name = obj["metadata"].get("name", "")
    if len(name) > _MAX_CRONJOB_NAME:
        causes.append(invalid_value("metadata.name", name, names.max_length(_MAX_CRONJOB_NAME)))
    return causes


def cronjob_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced CronJob."""
    return metadata.validate_update(new, old) + _cronjob_spec(new["spec"])


def _cronjob_spec(spec: Object) -> list[Cause]:
    causes = _schedule(spec) + not_negative(spec, ("startingDeadlineSeconds",), "spec")
    policy = spec.get("concurrencyPolicy")
    if spec.get("timeZone") is not None:
        causes += _time_zone(spec["timeZone"])
    if policy not in ("Allow", "Forbid", "Replace"):
        causes.append(unsupported("spec.concurrencyPolicy", policy, ("Allow", "Forbid", "Replace")))
    inner = (spec.get("jobTemplate") or {}).get("spec") or {}
    causes += _job_spec(inner, "spec.jobTemplate.spec")
    if inner.get("selector") is not None:
        shown = selectors.as_json(inner["selector"])
        causes.append(invalid_value("spec.jobTemplate.spec.selector", shown, "`selector` will be auto-generated"))
    if inner.get("manualSelector"):
        causes.append(unsupported("spec.jobTemplate.spec.manualSelector", True, ("nil", "false")))
    return causes + not_negative(spec, ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"), "spec")


def _schedule(spec: Object) -> list[Cause]:
    text = spec.get("schedule")
    if not text:
        return [required("spec.schedule")]
    causes: list[Cause] = []
    try:
        schedules.parse(text)
    except schedules.ScheduleError as error:
        causes.append(invalid_value("spec.schedule", text, str(error)))
    if "TZ" in text:
        why = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
        causes.append(invalid_value("spec.schedule", text, why))
    return causes


def _time_zone(name: str) -> list[Cause]:
    if not name:
        return [invalid_value("spec.timeZone", name, "timeZone must be nil or non-empty string")]
    if name.lower() == "local":
        why = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        return [invalid_value("spec.timeZone", name, why)]
    try:
        schedules.zone(name)
    except schedules.ScheduleError as error:
        return [invalid_value("spec.timeZone", name, str(error))]
    return []
