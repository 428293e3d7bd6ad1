"""What ends: Jobs.

Source: K/pkg/apis/batch/validation, release 1.36.
"""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause, invalid_value, required
from kubelearn.cluster.apiserver.go.internal import as_internal
from kubelearn.cluster.apiserver.podspec import validation as podspec
from kubelearn.cluster.apiserver.validation import metadata, names, selectors
from kubelearn.cluster.apiserver.validation.causes import IMMUTABLE, NOT_NEGATIVE, not_negative, unsupported
from kubelearn.cluster.labels import selects
from kubelearn.cluster.meta import Object

from .validation import same_selector, selects_template


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
    causes += same_selector(new, old)
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
    return causes + selects_template(selector, template)


def _job_restart_policy(spec: Object) -> list[Cause]:
    policy, path = spec.get("restartPolicy"), "spec.template.spec.restartPolicy"
    if policy == "Always":
        return [required(path, 'valid values: "OnFailure", "Never"')]
    return [] if policy in ("OnFailure", "Never") else [unsupported(path, policy or "", ("OnFailure", "Never"))]
