"""ReplicationControllers (K/pkg/registry/core/replicationcontroller, K/pkg/apis/core/v1/defaults.go)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.apiserver.podspec import defaults as pod_defaults
from kubelearn.cluster.meta import Object

from . import validation
from .replicaset import ReplicaSetStrategy


class ReplicationControllerStrategy(ReplicaSetStrategy):
    """Rules of ``replicationcontrollers``: those of ReplicaSets, with a selector that is a map."""

    default_propagation = "Orphan"

    def default(self, obj: Object) -> None:
        """Set one replica, the template, and selector and labels from its labels."""
        super(ReplicaSetStrategy, self).default(obj)
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
