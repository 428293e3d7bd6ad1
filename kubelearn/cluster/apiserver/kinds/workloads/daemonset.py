"""DaemonSets (K/pkg/registry/apps/daemonset, K/pkg/apis/apps/v1/{defaults,conversion}.go)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.go.values import drop_empty, set_defaults
from kubelearn.cluster.apiserver.kinds.counted import CountedStrategy
from kubelearn.cluster.apiserver.kinds.strategy import Context
from kubelearn.cluster.apiserver.podspec import defaults as pod_defaults
from kubelearn.cluster.apiserver.podspec import warnings as pod_warnings
from kubelearn.cluster.meta import Object, annotated_number, annotations_of

from . import validation

#: Counts the templates that a DaemonSet has had; once a field of the spec.
GENERATION = "deprecated.daemonset.template.generation"


class DaemonSetStrategy(CountedStrategy):
    """Rules of ``daemonsets.apps``."""

    counts = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")

    def default(self, obj: Object) -> None:
        """Set the update strategy, the history's limit, and the template."""
        super().default(obj)
        spec = obj.setdefault("spec", {})
        drop_empty(spec, "apps.v1.DaemonSetSpec")
        strategy = spec.setdefault("updateStrategy", {})
        if not strategy.get("type"):
            strategy["type"] = "RollingUpdate"
        if strategy["type"] == "RollingUpdate":
            rolling = strategy.get("rollingUpdate") or {}
            set_defaults(rolling, {"maxUnavailable": 1, "maxSurge": 0})
            strategy["rollingUpdate"] = rolling
        if spec.get("revisionHistoryLimit") is None:
            spec["revisionHistoryLimit"] = 10
        pod_defaults.template(spec, "DaemonSet", "apps/v1")

    def prepare_create(self, obj: Object, context: Context) -> None:
        """Begin the status, and the count of templates."""
        super().prepare_create(obj, context)
        _set_generation(obj, max(1, _generation(obj)))

    def prepare_update(self, new: Object, old: Object, context: Context) -> None:
        """Count a changed template."""
        super().prepare_update(new, old, context)
        changed = new["spec"].get("template") != old["spec"].get("template")
        _set_generation(new, _generation(old) + changed)

    def validate(self, obj: Object) -> list[Cause]:
        """Check the spec."""
        return validation.daemonset(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement; the selector stays."""
        return validation.daemonset_update(new, old)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        """Warn of what the template may surprise with."""
        return pod_warnings.template(obj, old)


def _generation(obj: Object) -> int:
    return annotated_number(obj, GENERATION) or 0


def _set_generation(obj: Object, number: int) -> None:
    obj["metadata"]["annotations"] = annotations_of(obj) | {GENERATION: str(number)}
