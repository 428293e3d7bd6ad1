"""ReplicaSets (K/pkg/registry/apps/replicaset)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.apiserver.kinds.counted import CountedStrategy
from kubelearn.cluster.apiserver.podspec import defaults as pod_defaults
from kubelearn.cluster.apiserver.podspec import warnings as pod_warnings
from kubelearn.cluster.meta import Object

from . import validation


class ReplicaSetStrategy(CountedStrategy):
    """Rules of ``replicasets.apps``."""

    def default(self, obj: Object) -> None:
        """Set one replica, and the template."""
        super().default(obj)
        spec = obj.setdefault("spec", {})
        drop_empty(spec, "apps.v1.ReplicaSetSpec")
        if spec.get("replicas") is None:
            spec["replicas"] = 1
        pod_defaults.template(spec, "ReplicaSet", "apps/v1")

    def validate(self, obj: Object) -> list[Cause]:
        """Check the spec."""
        return validation.replicaset(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement; the selector stays."""
        return validation.replicaset_update(new, old)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        """Warn of what the template may surprise with."""
        return pod_warnings.workload(obj, old)
