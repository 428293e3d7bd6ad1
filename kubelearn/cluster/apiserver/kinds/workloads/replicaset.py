"""ReplicaSets (K/pkg/registry/apps/replicaset)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.apiserver.kinds.strategy import Context, Strategy
from kubelearn.cluster.apiserver.podspec import defaults as pod_defaults
from kubelearn.cluster.apiserver.podspec import warnings as pod_warnings
from kubelearn.cluster.meta import Object

from . import validation

_POINTERS = frozenset({"replicas", "selector", "template"})


class ReplicaSetStrategy(Strategy):
    """Rules of ``replicasets.apps``."""

    has_generation = True
    has_status = True

    def default(self, obj: Object) -> None:
        super().default(obj)
        spec = obj.setdefault("spec", {})
        drop_empty(spec, _POINTERS)
        if spec.get("replicas") is None:
            spec["replicas"] = 1
        pod_defaults.template(spec, "ReplicaSet", "apps/v1")

    def prepare_create(self, obj: Object, context: Context) -> None:
        obj["status"] = {"replicas": 0}

    def prepare_status(self, new: Object, old: Object, context: Context) -> None:
        super().prepare_status(new, old, context)
        new["status"].setdefault("replicas", 0)

    def validate(self, obj: Object) -> list[Cause]:
        return validation.replicaset(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        return validation.replicaset_update(new, old)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return pod_warnings.workload(obj, old)
