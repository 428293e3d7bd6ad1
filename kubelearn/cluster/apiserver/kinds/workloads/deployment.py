"""Deployments (K/pkg/registry/apps/deployment, K/pkg/apis/apps/v1/defaults.go)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.go.values import drop_empty, set_defaults
from kubelearn.cluster.apiserver.kinds.strategy import Context, Strategy, bump_generation
from kubelearn.cluster.apiserver.podspec import defaults as pod_defaults
from kubelearn.cluster.apiserver.podspec import warnings as pod_warnings
from kubelearn.cluster.meta import Object

from . import validation


class DeploymentStrategy(Strategy):
    """Rules of ``deployments.apps``."""

    has_generation = True
    has_status = True

    def default(self, obj: Object) -> None:
        """Set replicas, the strategy with 25 % each way, limits, and the template."""
        super().default(obj)
        spec = obj.setdefault("spec", {})
        drop_empty(spec, "apps.v1.DeploymentSpec")
        if spec.get("replicas") is None:
            spec["replicas"] = 1
        strategy = spec.setdefault("strategy", {})
        if not strategy.get("type"):
            strategy["type"] = "RollingUpdate"
        if strategy["type"] == "RollingUpdate":
            rolling = strategy.get("rollingUpdate") or {}
            set_defaults(rolling, {"maxUnavailable": "25%", "maxSurge": "25%"})
            strategy["rollingUpdate"] = rolling
        set_defaults(spec, {"revisionHistoryLimit": 10, "progressDeadlineSeconds": 600})
        pod_defaults.template(spec, "Deployment", "apps/v1")

    def validate(self, obj: Object) -> list[Cause]:
        """Check the spec."""
        return validation.deployment(obj)

    def prepare_update(self, new: Object, old: Object, context: Context) -> None:
        """Count a generation also when annotations change."""
        super().prepare_update(new, old, context)
        # The controller copies annotations to ReplicaSets: they count, too.
        if new["metadata"].get("annotations") != old["metadata"].get("annotations"):
            bump_generation(new, old)

    def prepare_status(self, new: Object, old: Object) -> None:
        """Take the status, and annotations with it."""
        annotations = new["metadata"].get("annotations")
        super().prepare_status(new, old)
        # Annotations may come with a status: the controller writes the revision so (deploymentStatusStrategy).
        if annotations:
            new["metadata"]["annotations"] = annotations
        else:
            new["metadata"].pop("annotations", None)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement; the selector stays."""
        return validation.deployment_update(new, old)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        """Warn of what the template may surprise with."""
        return pod_warnings.workload(obj, old)
