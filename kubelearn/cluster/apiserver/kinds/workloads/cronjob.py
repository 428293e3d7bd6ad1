"""CronJobs (K/pkg/registry/batch/cronjob, K/pkg/apis/batch/v1/defaults.go)."""

from __future__ import annotations

from typing import Final

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.go.values import drop_empty, set_defaults
from kubelearn.cluster.apiserver.kinds.strategy import Strategy
from kubelearn.cluster.apiserver.podspec import defaults as pod_defaults
from kubelearn.cluster.apiserver.podspec import warnings as pod_warnings
from kubelearn.cluster.meta import Object

from . import job_validation
from .job import default_policies

_DEFAULTS: Final = {
    "concurrencyPolicy": "Allow",
    "suspend": False,
    "successfulJobsHistoryLimit": 3,
    "failedJobsHistoryLimit": 1,
}


class CronJobStrategy(Strategy):
    """Rules of ``cronjobs.batch``."""

    has_generation = True
    has_status = True

    def default(self, obj: Object) -> None:
        """Set policies and limits, and the pods' template; what a Job has by default, each Job gets."""
        super().default(obj)
        spec = obj.setdefault("spec", {})
        drop_empty(spec, "batch.v1.CronJobSpec")
        spec.setdefault("schedule", "")
        set_defaults(spec, _DEFAULTS)
        template = spec.setdefault("jobTemplate", {})
        drop_empty(template.setdefault("metadata", {}), "meta.v1.ObjectMeta")
        job = template.setdefault("spec", {})
        drop_empty(job, "batch.v1.JobSpec")
        default_policies(job)
        pod_defaults.template(job, "CronJob", "batch/v1")

    def validate(self, obj: Object) -> list[Cause]:
        """Check the spec."""
        return job_validation.cronjob(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement."""
        return job_validation.cronjob_update(new, old)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        """Warn of what the pods' template may surprise with."""
        found = pod_warnings.hostname(obj, "Pod names and hostnames") if old is None else []
        template = obj["spec"]["jobTemplate"]["spec"]["template"]
        if old is None or template != old["spec"]["jobTemplate"]["spec"]["template"]:
            found += pod_warnings.pod_spec(template["spec"], "spec.jobTemplate.spec.template.spec")
        return found
