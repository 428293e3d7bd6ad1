"""Eviction: a pod goes if its disruption budget lets it (K/pkg/registry/core/pod/storage/eviction.go)."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.kinds.pod.conditions import disrupt
from kubelearn.cluster.apiserver.kinds.policy.poddisruptionbudget import BUDGETS, say_whether_allowed
from kubelearn.cluster.apiserver.options import WriteOptions
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object
from kubelearn.semantics.labels import selects

from .delete_options import checked, delete_with
from .podactions import SUCCESS

#: More evictions than this that the controller has not seen yet are too many (MaxDisruptedPodSize).
_MOST_UNSEEN = 2000
_REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."
_CAUSE = "DisruptionBudget"


def evict(registry: Registry, namespace: str, name: str, eviction: Object, options: WriteOptions) -> Object:
    """Delete a pod as gracefully as its budget asks for.

    Raises:
        ApiError: 404 without the pod; 429 when its budget says no, 400 when it has several budgets; 409 for
            preconditions that do not hold.
    """
    wanted = dict(eviction.get("deleteOptions") or {})
    if options.dry_run:
        wanted["dryRun"] = ["All"]
    pod = registry.get("pods", namespace, name)
    if not _needs_no_budget(pod):
        _ask_budget(registry, pod, is_dry=bool(wanted.get("dryRun")))
    _delete(registry, pod, wanted, options.manager)
    return SUCCESS


def _needs_no_budget(pod: Object) -> bool:
    """Return whether a pod is no loss: it has ended, ends, or has not started (canIgnorePDB)."""
    return meta.is_terminating(pod) or pod["status"].get("phase") in ("Succeeded", "Failed", "Pending")


def _ask_budget(registry: Registry, pod: Object, *, is_dry: bool) -> None:
    """Take one from what the pod's budget has left.

    Raises:
        ApiError: 429 when there is nothing left, 400 when the pod has several budgets.
    """
    labels = meta.labels_of(pod)
    budgets = [
        budget
        for budget in registry.list(BUDGETS, meta.namespace_of(pod))
        if selects(budget["spec"].get("selector"), labels)
    ]
    if len(budgets) > 1:
        raise errors.unexplained(
            "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
        )
    if not budgets or (not meta.is_ready(pod) and _lets_unhealthy_go(budgets[0])):
        return
    _check(budgets[0])
    if not is_dry:
        _take(registry, budgets[0], meta.name_of(pod))


def _lets_unhealthy_go(budget: Object) -> bool:
    """Return whether a pod that is not ready may go without asking (unhealthyPodEvictionPolicy)."""
    if budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    status = budget["status"]
    return bool(status["currentHealthy"] >= status["desiredHealthy"] > 0)


def _check(budget: Object) -> None:
    """Refuse if a budget has nothing left (checkAndDecrement).

    Raises:
        ApiError: 429; 403 for too many evictions that the controller has not seen.
    """
    name, status = meta.name_of(budget), budget["status"]
    if status.get("observedGeneration", 0) < budget["metadata"]["generation"]:
        why = f"The disruption budget {name} is still being processed by the server."
        raise errors.too_many_requests(_REFUSED, (_CAUSE, why), retry_after=10)
    if len(status.get("disruptedPods") or ()) > _MOST_UNSEEN:
        why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        raise errors.forbidden("poddisruptionbudget", name, why, "policy")
    if status["disruptionsAllowed"] <= 0:
        raise errors.too_many_requests(_REFUSED, (_CAUSE, _why_not(budget)))


def _why_not(budget: Object) -> str:
    name, status, condition = meta.name_of(budget), budget["status"], meta.condition(budget, "DisruptionAllowed")
    is_told = condition is not None and condition["status"] == "False" and bool(condition.get("message"))
    refusal = f"The disruption budget {name} does not allow evicting pods currently"
    if condition is not None and is_told and condition.get("reason") == "SyncFailed":
        return f"{refusal} because it failed sync: {condition['message']}"
    if status["currentHealthy"] <= status["desiredHealthy"]:
        healthy, needed = status["currentHealthy"], status["desiredHealthy"]
        return f"The disruption budget {name} needs {needed} healthy pods and has {healthy} currently"
    if condition is not None and is_told:
        return f"{refusal} ({condition['reason']}): {condition['message']}"
    return refusal


def _take(registry: Registry, budget: Object, pod: str) -> None:
    """Note that a pod goes, so that nobody counts it until the controller sees it going."""

    def change(item: Object) -> None:
        status = item["status"]
        status["disruptionsAllowed"] -= 1
        status["disruptedPods"] = {**(status.get("disruptedPods") or {}), pod: meta.timestamp()}
        if not status["disruptionsAllowed"]:
            say_whether_allowed(item)

    namespace, name = meta.namespace_of(budget), meta.name_of(budget)
    registry.modify(BUDGETS, namespace, name, change, subresource="status", manager="kube-apiserver")


def _delete(registry: Registry, pod: Object, wanted: Object, manager: str) -> None:
    namespace, name = meta.namespace_of(pod), meta.name_of(pod)
    conditions = dict(wanted.get("preconditions") or {})
    if not wanted.get("dryRun"):
        _check_preconditions(pod, conditions)
        registry.modify("pods", namespace, name, _mark, subresource="status", manager=manager)
        conditions.pop("resourceVersion", None)  # checked, and another by now
    delete_with(registry, "pods", namespace, name, checked({**wanted, "preconditions": conditions}))


def _check_preconditions(pod: Object, conditions: Object) -> None:
    """Refuse to evict another pod, or another state of it, than the client means.

    Raises:
        ApiError: 409.
    """
    metadata = pod["metadata"]
    for key, field, what in (
        ("uid", "UID", "deleted and then recreated"),
        ("resourceVersion", "ResourceVersion", "modified"),
    ):
        wanted = conditions.get(key)
        if wanted and wanted != metadata[key]:
            why = (
                f"the {field} in the precondition ({wanted}) does not match the {field} in record "
                f"({metadata[key]}). The object might have been {what}"
            )
            raise errors.conflict("Pod", metadata["name"], why=why)


def _mark(pod: Object) -> None:
    """Say in the pod's status why it goes."""
    disrupt(pod, "EvictionByEvictionAPI", "Eviction API: evicting")
