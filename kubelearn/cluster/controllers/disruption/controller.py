"""The disruption controller (K/pkg/controller/disruption/disruption.go)."""

from __future__ import annotations

import time
from collections.abc import Iterable

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.go.text import label_selector
from kubelearn.cluster.apiserver.kinds.policy.poddisruptionbudget import BUDGETS, say_whether_allowed
from kubelearn.cluster.apiserver.resources import SCALABLE
from kubelearn.cluster.controllers.framework.informer import Informers, Key, by_namespace
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent
from kubelearn.semantics.labels import selects

from .expected import SyncError, expected, needs_controllers

#: A pod whose eviction was allowed counts as gone for so long; then it is there again (DeletionTimeout).
_DELETION_TIMEOUT = 120.0
_UNMANAGED = (
    "Pods selected by this PodDisruptionBudget (selector: {}) were found to be unmanaged. As a result, the status of "
    "the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please "
    'set ".spec.minAvailable" field of the PDB to an integer value.'
)


class DisruptionController(Controller):
    """Counts for each budget how many of its pods may go."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._events = EventRecorder(self.registry, "controllermanager")
        self._budgets = informers.of(BUDGETS)
        self._budgets.add_index("namespace", by_namespace)
        self._budgets.add_handler(self.enqueue_event)
        pods = informers.of("pods")
        pods.add_handler(self._pod_changed)
        for resource in SCALABLE:
            informers.of(resource).add_handler(self._scaled)

    def _pod_changed(self, event: StoreEvent) -> None:
        pod = event.object
        if not self._budgets.count("namespace", meta.namespace_of(pod)):
            return
        mine = self._of(pod)
        if len(mine) > 1:
            namespace, name = meta.namespace_of(pod), meta.name_of(pod)
            why = (
                f'Pod "{namespace}"/"{name}" matches multiple PodDisruptionBudgets.  '
                f'Chose "{meta.name_of(mine[0])}" arbitrarily.'
            )
            self._events.event(pod, "Warning", "MultiplePodDisruptionBudgets", why)
        before = self._of(event.previous) if event.previous is not None else []
        for budget in [*mine, *before]:
            self.enqueue(budget)

    def _of(self, pod: Object) -> list[Object]:
        labels = meta.labels_of(pod)
        known = self._budgets.indexed("namespace", meta.namespace_of(pod))
        return [budget for budget in known if selects(budget["spec"].get("selector"), labels)]

    def _scaled(self, event: StoreEvent) -> None:
        """See that something is to have another number of pods."""
        before = event.previous
        if before is not None and before["spec"].get("replicas") != event.object["spec"].get("replicas"):
            for budget in self._budgets.indexed("namespace", meta.namespace_of(event.object)):
                self.enqueue(budget)

    def reconcile(self, key: Key) -> None:
        """Write the status of one budget (trySync)."""
        budget = self.registry.find(BUDGETS, *key)
        if budget is None:
            return
        selector = budget["spec"].get("selector")
        pods = [pod for pod in self.registry.list("pods", key[0]) if selects(selector, meta.labels_of(pod))]
        if not pods:
            self._events.event(budget, "Normal", "NoPods", "No matching pods found")
        try:
            total, desired = expected(self.registry, budget, pods)
        except SyncError as error:
            why = f"Failed to calculate the number of expected pods: {error}"
            self._events.event(budget, "Warning", "CalculateExpectedPodCountFailed", why)
            self._fail(budget, str(error))
            return
        if needs_controllers(budget) and any(meta.controller_of(pod) is None for pod in pods):
            shown = label_selector(selector)
            self._events.event(budget, "Warning", "UnmanagedPods", _UNMANAGED.format(shown))
        going = self._going(budget, pods)
        healthy = sum(_is_healthy(pod, going) for pod in pods)
        allowed = max(0, healthy - desired) if total > 0 else 0
        self._write(
            budget,
            {
                "observedGeneration": budget["metadata"]["generation"],
                **({"disruptedPods": going} if going else {}),
                "disruptionsAllowed": allowed,
                "currentHealthy": healthy,
                "desiredHealthy": desired,
                "expectedPods": total,
            },
        )

    def _going(self, budget: Object, pods: Iterable[Object]) -> dict[str, str]:
        """Return the pods that were let go and are still there, by when (buildDisruptedPodMap)."""
        known = budget["status"].get("disruptedPods") or {}
        going: dict[str, str] = {}
        for pod in pods:
            since = known.get(meta.name_of(pod))
            if since is None or meta.is_terminating(pod):
                continue
            left = meta.seconds_of(since) + _DELETION_TIMEOUT - time.time()
            if left < 0:
                namespace = meta.namespace_of(budget)  # twice, as in the original
                why = f"Pod was expected by PDB {namespace}/{namespace} to be deleted but it wasn't"
                self._events.event(pod, "Warning", "NotDeleted", why)
                continue
            going[meta.name_of(pod)] = since
            self.queue.add_after((meta.namespace_of(budget), meta.name_of(budget)), left)
        return going

    def _write(self, budget: Object, counts: Object) -> None:
        wanted = {**budget, "status": {**counts, "conditions": budget["status"].get("conditions") or []}}
        say_whether_allowed(wanted)
        self.write_status(BUDGETS, budget, wanted["status"])

    def _fail(self, budget: Object, why: str) -> None:
        """Let nothing go when the pods cannot be counted (failSafe)."""
        wanted = {**budget, "status": {**budget["status"], "disruptionsAllowed": 0}}
        seen = budget["status"].get("observedGeneration", 0)
        meta.set_condition(
            wanted, "DisruptionAllowed", "False", observedGeneration=seen, reason="SyncFailed", message=why
        )
        self.write_status(BUDGETS, budget, wanted["status"])


def _is_healthy(pod: Object, going: dict[str, str]) -> bool:
    return meta.is_ready(pod) and not meta.is_terminating(pod) and meta.name_of(pod) not in going
