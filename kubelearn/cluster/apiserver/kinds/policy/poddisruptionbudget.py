"""PodDisruptionBudgets (K/pkg/registry/policy/poddisruptionbudget, K/pkg/apis/policy/validation)."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import Cause, invalid_value, not_supported
from kubelearn.cluster.apiserver.go.internal import as_internal
from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.apiserver.kinds.counted import CountedStrategy
from kubelearn.cluster.apiserver.validation import amounts, metadata, names, selectors
from kubelearn.cluster.apiserver.validation.causes import not_negative
from kubelearn.cluster.meta import Object

BUDGETS = "poddisruptionbudgets.policy"
_EVICTION_POLICIES = ("AlwaysAllow", "IfHealthyBudget")


class PodDisruptionBudgetStrategy(CountedStrategy):
    """Rules of ``poddisruptionbudgets.policy``; nothing may go before the controller has counted."""

    counts = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
    unconditional = False

    def default(self, obj: Object) -> None:
        """Leave out what is empty."""
        super().default(obj)
        spec = obj["spec"] = obj.get("spec") or {}
        drop_empty(spec, "policy.v1.PodDisruptionBudgetSpec")

    def validate(self, obj: Object) -> list[Cause]:
        """Check the spec."""
        return metadata.validate(obj, names.path_segment) + _spec(obj["spec"])

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement."""
        return super().validate_update(new, old) + _spec(new["spec"])

    def validate_subresource(self, _subresource: str, new: Object, _old: Object) -> list[Cause]:
        """Check the counts of a status."""
        return not_negative(new["status"], self.counts, "status")


def say_whether_allowed(budget: Object) -> None:
    """Set the condition that says whether a budget has something left (UpdateDisruptionAllowedCondition)."""
    status = budget["status"]
    answer, reason = ("True", "SufficientPods") if status["disruptionsAllowed"] > 0 else ("False", "InsufficientPods")
    seen = status.get("observedGeneration", 0)
    meta.set_condition(budget, "DisruptionAllowed", answer, observedGeneration=seen, reason=reason, message="")


def _spec(spec: Object) -> list[Cause]:
    causes: list[Cause] = []
    least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
    if least is not None and most is not None:
        shown = as_internal("policy.v1.PodDisruptionBudgetSpec", spec)
        causes.append(invalid_value("spec", shown, "minAvailable and maxUnavailable cannot be both set"))
    for key, value in (("minAvailable", least), ("maxUnavailable", most)):
        if value is not None:
            path = f"spec.{key}"
            causes += amounts.count_or_percent(value, path) + amounts.at_most_all(value, path)
    causes += selectors.validate(spec.get("selector") or {}, "spec.selector")
    policy = spec.get("unhealthyPodEvictionPolicy")
    if policy is not None and policy not in _EVICTION_POLICIES:
        causes.append(not_supported("spec.unhealthyPodEvictionPolicy", policy, _EVICTION_POLICIES))
    return causes
