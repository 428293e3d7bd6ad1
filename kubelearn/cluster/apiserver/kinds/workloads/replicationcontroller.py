"""ReplicationControllers (K/pkg/registry/core/replicationcontroller, K/pkg/apis/core/v1/defaults.go)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.apiserver.kinds.counted import CountedStrategy
from kubelearn.cluster.apiserver.podspec import defaults as pod_defaults
from kubelearn.cluster.apiserver.podspec import warnings as pod_warnings
from kubelearn.cluster.meta import Object

from . import validation


class ReplicationControllerStrategy(CountedStrategy):
    """Rules of ``replicationcontrollers``: the selector is a map, and may change."""

    default_propagation = "Orphan"

    def default(self, obj: Object) -> None:
        """Set one replica, the template, and selector and labels from its labels."""
        super().default(obj)
        spec = obj.setdefault("spec", {})
        drop_empty(spec, "core.v1.ReplicationControllerSpec")
        if spec.get("replicas") is None:
            spec["replicas"] = 1
        if spec.get("template") is None:
            return
        pod_defaults.template(spec, "ReplicationController", "v1")
        labels = spec["template"]["metadata"].get("labels")
        if labels:
            if not spec.get("selector"):
                spec["selector"] = dict(labels)
            if not obj["metadata"].get("labels"):
                obj["metadata"]["labels"] = dict(labels)

    def validate(self, obj: Object) -> list[Cause]:
        """Check the spec."""
        return validation.replicationcontroller(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement; even the selector may change."""
        return validation.replicationcontroller_update(new, old)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        """Warn of what the template may surprise with."""
        return pod_warnings.workload(obj, old)
