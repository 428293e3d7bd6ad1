"""StatefulSets (K/pkg/registry/apps/statefulset, K/pkg/apis/apps/v1/defaults.go)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.go.values import drop_empty, set_defaults
from kubelearn.cluster.apiserver.kinds.counted import CountedStrategy
from kubelearn.cluster.apiserver.podspec import defaults as pod_defaults
from kubelearn.cluster.apiserver.podspec import warnings as pod_warnings
from kubelearn.cluster.meta import Object

from . import validation

_KEEPS_ALL = "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"


class StatefulSetStrategy(CountedStrategy):
    """Rules of ``statefulsets.apps``."""

    counts = ("replicas", "availableReplicas")

    def default(self, obj: Object) -> None:
        """Set replicas, policies, the update strategy, and the templates."""
        super().default(obj)
        spec = obj.setdefault("spec", {})
        drop_empty(spec, "apps.v1.StatefulSetSpec")
        set_defaults(spec, {"podManagementPolicy": "OrderedReady", "replicas": 1, "revisionHistoryLimit": 10})
        spec.setdefault("serviceName", "")
        _update_strategy(spec)
        retention = spec.get("persistentVolumeClaimRetentionPolicy") or {}
        kept = {key: retention.get(key) or "Retain" for key in ("whenDeleted", "whenScaled")}
        spec["persistentVolumeClaimRetentionPolicy"] = kept
        if spec.get("ordinals") is not None:
            spec["ordinals"].setdefault("start", 0)
        for claim in spec.get("volumeClaimTemplates") or ():
            _claim_template(claim)
        pod_defaults.template(spec, "StatefulSet", "apps/v1")

    def validate(self, obj: Object) -> list[Cause]:
        """Check the spec."""
        return validation.statefulset(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement; most of the spec stays."""
        return validation.statefulset_update(new, old)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        """Warn of what the template may surprise with, and of a history without end."""
        found = pod_warnings.template(obj, old)
        return [*found, _KEEPS_ALL] if obj["spec"]["revisionHistoryLimit"] < 0 else found


def _update_strategy(spec: Object) -> None:
    strategy = spec.setdefault("updateStrategy", {})
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
        if strategy.get("rollingUpdate") is None:
            strategy["rollingUpdate"] = {}
    rolling = strategy.get("rollingUpdate")
    if rolling is not None:
        rolling.pop("maxUnavailable", None)  # the gate MaxUnavailableStatefulSet is closed
        if strategy["type"] == "RollingUpdate" and rolling.get("partition") is None:
            rolling["partition"] = 0


def _claim_template(claim: Object) -> None:
    claim |= {"kind": "PersistentVolumeClaim", "apiVersion": "v1"}
    spec = claim.setdefault("spec", {})
    spec.setdefault("resources", {})
    if spec.get("volumeMode") is None:
        spec["volumeMode"] = "Filesystem"
    claim["status"] = {"phase": "Pending"}
