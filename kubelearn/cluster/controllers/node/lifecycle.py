"""Taints that say what is wrong with a node (K/pkg/controller/nodelifecycle).

Only the taints: what becomes of pods is for :mod:`.taint_eviction`.
"""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.framework.informer import Informers, Key
from kubelearn.cluster.controllers.framework.nodes import taints_of
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent

UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
NOT_READY = "node.kubernetes.io/not-ready"
_MANAGED = (UNSCHEDULABLE, NOT_READY)


class NodeLifecycleController(Controller):
    """Taints nodes that are cordoned or not ready, and removes the taints again."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._events = EventRecorder(self.registry, "node-controller")
        informers.of("nodes").add_handler(self._changed)

    def _changed(self, event: StoreEvent) -> None:
        self.enqueue(event.object)
        if event.type == "DELETED":
            name = meta.name_of(event.object)
            why = f"Node {name} event: Removing Node {name} from Controller"
            self._events.event(event.object, "Normal", "RemovingNode", why)

    def reconcile(self, key: Key) -> None:
        """Set and remove the taints of one node."""
        node = self.registry.find("nodes", *key)
        if node is None:
            return
        wanted = [UNSCHEDULABLE] if (node.get("spec") or {}).get("unschedulable") else []
        if meta.condition(node, "Ready") is not None and not meta.is_ready(node):
            wanted.append(NOT_READY)
        taints = taints_of(node)
        present = [taint["key"] for taint in taints if taint["key"] in _MANAGED and taint["effect"] == "NoSchedule"]
        if sorted(present) == sorted(wanted):
            return
        kept = [
            taint
            for taint in taints
            if taint["key"] not in _MANAGED or taint["effect"] != "NoSchedule" or taint["key"] in wanted
        ]
        added = [
            {"key": taint, "effect": "NoSchedule", "timeAdded": meta.timestamp()}
            for taint in wanted
            if taint not in present
        ]
        self.registry.modify("nodes", *key, lambda item: _set_taints(item, kept + added), manager=self.manager)


def _set_taints(node: Object, taints: list[Object]) -> None:
    spec = node.setdefault("spec", {})
    if taints:
        spec["taints"] = taints
    else:
        spec.pop("taints", None)
