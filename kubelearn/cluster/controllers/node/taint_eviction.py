"""Pods that do not tolerate a node's taint with NoExecute are deleted (K/pkg/controller/tainteviction)."""

from __future__ import annotations

import time

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.kinds.pod.conditions import disrupt
from kubelearn.cluster.controllers.framework import nodes
from kubelearn.cluster.controllers.framework.informer import Informers, Key, by_node, key_of
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent


class TaintEvictionController(Controller):
    """Deletes pods from nodes that they may not be on any more, at once or when their toleration ends."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._events = EventRecorder(self.registry, "taint-eviction-controller")
        #: Pods that are to go → when.
        self._due: dict[Key, float] = {}
        self._pods = informers.of("pods")
        self._pods.add_index("node", by_node)
        informers.of("nodes").add_handler(self._node_changed)
        self._pods.add_handler(self._pod_changed)

    def _node_changed(self, event: StoreEvent) -> None:
        before = _no_execute(event.previous) if event.previous is not None else []
        if event.type != "DELETED" and _no_execute(event.object) != before:
            for pod in self._pods.indexed("node", meta.name_of(event.object)):
                self.enqueue(pod)

    def _pod_changed(self, event: StoreEvent) -> None:
        pod, before = event.object, event.previous
        if event.type == "DELETED":
            self._due.pop(key_of(pod), None)
            return
        node = pod["spec"].get("nodeName")
        if node and (before is None or before["spec"] != pod["spec"]):
            found = self.registry.find("nodes", "", node)
            if found is not None and _no_execute(found):
                self.enqueue(pod)

    def reconcile(self, key: Key) -> None:
        """Delete one pod, or find out when it is to go."""
        pod = self.registry.find("pods", *key)
        if pod is None or meta.is_terminating(pod):
            self._due.pop(key, None)
            return
        node = self.registry.find("nodes", "", pod["spec"].get("nodeName", ""))
        seconds = _stays(pod, _no_execute(node) if node is not None else [])
        if seconds is None:
            if self._due.pop(key, None) is not None:
                self._say(pod, f"Cancelling deletion of Pod {'/'.join(key)}")
            return
        due = self._due.setdefault(key, time.monotonic() + seconds)
        left = due - time.monotonic()
        if left > 0:
            self.queue.add_after(key, left)
        else:
            self._evict(key, pod)

    def _evict(self, key: Key, pod: Object) -> None:
        self._say(pod, f"Marking for deletion Pod {'/'.join(key)}")

        def mark(item: Object) -> None:
            disrupt(item, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint")

        self.registry.modify("pods", *key, mark, subresource="status", manager=self.manager)
        self.registry.delete("pods", *key)
        del self._due[key]

    def _say(self, pod: Object, message: str) -> None:
        self._events.event(pod, "Normal", "TaintManagerEviction", message)


def _no_execute(node: Object) -> list[Object]:
    return [taint for taint in nodes.taints_of(node) if taint["effect"] == "NoExecute"]


def _stays(pod: Object, taints: list[Object]) -> float | None:
    """Return for how many seconds a pod may stay (getMinTolerationTime); None for ever."""
    tolerations = pod["spec"].get("tolerations") or ()
    limits: list[float] = []
    for taint in taints:
        used = [item for item in tolerations if nodes.tolerates([item], taint)]
        if not used:
            return 0.0
        limits += [max(0.0, item["tolerationSeconds"]) for item in used if item.get("tolerationSeconds") is not None]
    return min(limits, default=None)
