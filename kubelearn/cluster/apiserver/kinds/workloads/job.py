"""Jobs (K/pkg/registry/batch/job, K/pkg/apis/batch/v1/defaults.go)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.go.values import drop_empty, set_defaults
from kubelearn.cluster.apiserver.kinds.strategy import Context, Strategy
from kubelearn.cluster.apiserver.podspec import defaults as pod_defaults
from kubelearn.cluster.apiserver.podspec import warnings as pod_warnings
from kubelearn.cluster.meta import Object

from . import job_validation

#: The greatest int32: each index has a limit of its own.
_UNLIMITED = 2**31 - 1


class JobStrategy(Strategy):
    """Rules of ``jobs.batch``."""

    has_generation = True
    has_status = True
    default_propagation = "Orphan"
    field_selectors: ClassVar[dict[str, Callable[[Object], str]]] = {
        "status.successful": lambda obj: str(obj["status"].get("succeeded", 0))
    }

    def default(self, obj: Object) -> None:
        """Set completions, parallelism, limits and modes, and the template."""
        super().default(obj)
        spec = obj.setdefault("spec", {})
        drop_empty(spec, "batch.v1.JobSpec")
        if spec.get("completions") is None and spec.get("parallelism") is None:
            spec["completions"] = 1
        defaults: Object = {
            "parallelism": 1,
            "backoffLimit": 6 if spec.get("backoffLimitPerIndex") is None else _UNLIMITED,
            "completionMode": "NonIndexed",
            "suspend": False,
            "manualSelector": False,
            "podReplacementPolicy": "TerminatingOrFailed" if spec.get("podFailurePolicy") is None else "Failed",
        }
        set_defaults(spec, defaults)
        default_policies(spec)
        pod_defaults.template(spec, "Job", "batch/v1")
        labels = spec["template"]["metadata"].get("labels")
        if labels and not obj["metadata"].get("labels"):
            obj["metadata"]["labels"] = dict(labels)

    def prepare_create(self, obj: Object, context: Context) -> None:
        """Set the selector and the labels that belong to it."""
        super().prepare_create(obj, context)
        if not obj["spec"].get("manualSelector"):
            _generate_selector(obj)
        # The defaults once more, as when the real server reads what it has stored.
        labels = obj["spec"]["template"]["metadata"].get("labels")
        if labels and not obj["metadata"].get("labels"):
            obj["metadata"]["labels"] = dict(labels)

    def validate(self, obj: Object) -> list[Cause]:
        """Check the spec."""
        return job_validation.job(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement; much of it stays."""
        return job_validation.job(new) + job_validation.job_update(new, old)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        """Warn of what a new template may surprise with."""
        return pod_warnings.workload(obj, None) if old is None else []


def default_policies(spec: Object) -> None:
    """Fill in the rules of a podFailurePolicy, in place."""
    for rule in (spec.get("podFailurePolicy") or {}).get("rules") or ():
        for pattern in rule.get("onPodConditions") or ():
            if not pattern.get("status"):
                pattern["status"] = "True"


def _generate_selector(job: Object) -> None:
    """Select exactly this Job's pods, by its uid; what the client set otherwise stays, and is refused later."""
    labels, selector = job["spec"]["template"]["metadata"].get("labels") or {}, job["spec"].get("selector") or {}
    uid = job["metadata"].get("uid", "")
    job["spec"]["template"]["metadata"]["labels"] = job_validation.generated_labels(job) | labels
    job["spec"]["selector"] = {
        **selector,
        "matchLabels": {"batch.kubernetes.io/controller-uid": uid, **(selector.get("matchLabels") or {})},
    }
