"""Pods that no kubelet will ever end: pod garbage collection (K/pkg/controller/podgc)."""

from __future__ import annotations

import time
from collections.abc import Iterable

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.kinds.pod.conditions import disrupt
from kubelearn.cluster.controllers.framework import nodes
from kubelearn.cluster.controllers.framework.informer import Informers, Key, by_node, key_of
from kubelearn.cluster.controllers.framework.pods import is_finished
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent

#: How long a node may be missing before its pods go (quarantineTime), in seconds.
_QUARANTINE = 40.0
#: How many pods that have ended are kept (``--terminated-pod-gc-threshold``).
_KEPT = 12500
_OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
_FINISHED = "finished"
#: Key of the one job that is about all pods.
_ENDED: Key = ("", "")


class PodGarbageCollector(Controller):
    """Deletes pods of nodes that are gone, and the oldest of too many that have ended.

    A key is a pod's, or that of a node, which has no namespace.
    """

    def __init__(self, informers: Informers, *, quarantine: float = _QUARANTINE, kept: int = _KEPT):
        """Prepare the controller.

        Args:
            quarantine: seconds that a node may be missing.
            kept: how many pods that have ended are kept.
        """
        super().__init__(informers)
        self._quarantine = quarantine
        self._kept = kept
        self._missing: dict[str, float] = {}
        self._pods = informers.of("pods")
        self._pods.add_index("node", by_node)
        self._pods.add_index(_FINISHED, _if_finished)
        informers.of("nodes").add_handler(self._node_changed)
        self._pods.add_handler(self._pod_changed)

    def _node_changed(self, event: StoreEvent) -> None:
        name = meta.name_of(event.object)
        if event.type == "DELETED":
            self._miss(name)
            return
        self._missing.pop(name, None)
        if _is_out_of_service(event.object):
            for pod in self._pods.indexed("node", name):
                self.enqueue(pod)

    def _pod_changed(self, event: StoreEvent) -> None:
        pod = event.object
        if event.type == "DELETED":
            return
        if self._pods.count(_FINISHED, "") > self._kept:
            self.queue.add(_ENDED)
        if meta.is_terminating(pod):
            self.enqueue(pod)
        node = pod["spec"].get("nodeName")
        if node and node not in self._missing and self.registry.find("nodes", "", node) is None:
            self._miss(node)

    def _miss(self, node: str) -> None:
        self._missing[node] = time.monotonic() + self._quarantine
        self.queue.add_after(("", node), self._quarantine)

    def reconcile(self, key: Key) -> None:
        """Delete a pod that nobody else ends, the pods of a node, or those that ended first."""
        namespace, name = key
        if namespace:
            pod = self.registry.find("pods", namespace, name)
            if pod is not None and meta.is_terminating(pod) and self._has_no_kubelet(pod):
                self._delete(pod)
        elif name:
            self._collect(name)
        else:
            self._forget_ended()

    def _has_no_kubelet(self, pod: Object) -> bool:
        name = pod["spec"].get("nodeName")
        if not name:
            return True
        node = self.registry.find("nodes", "", name)
        return node is not None and _is_out_of_service(node)

    def _collect(self, node: str) -> None:
        """Delete the pods of a node that is still missing."""
        if node not in self._missing:
            return
        del self._missing[node]
        for pod in self._pods.indexed("node", node):
            self._delete(pod, is_orphan=True)

    def _forget_ended(self) -> None:
        ended = sorted(self._pods.indexed(_FINISHED, ""), key=_by_age)
        for pod in ended[: len(ended) - self._kept]:
            self._delete(pod)

    def _delete(self, pod: Object, *, is_orphan: bool = False) -> None:
        """Mark a pod as failed, since its kubelet does not, and remove it (markFailedAndDeletePod)."""
        namespace, name = key_of(pod)

        def fail(item: Object) -> None:
            item["status"]["phase"] = "Failed"
            if is_orphan:
                disrupt(item, "DeletionByPodGC", "PodGC: node no longer exists")

        if not is_finished(pod):
            self.registry.modify("pods", namespace, name, fail, subresource="status", manager=self.manager)
        self.registry.delete("pods", namespace, name, grace_period=0)


def _if_finished(pod: Object) -> Iterable[str]:
    """Index function: the pods that have ended."""
    return ("",) if is_finished(pod) else ()


def _by_age(pod: Object) -> tuple[bool, tuple[str, str]]:
    """Sort key: those that were evicted first, then the oldest."""
    return pod["status"].get("reason") != "Evicted", meta.by_age(pod)


def _is_out_of_service(node: Object) -> bool:
    return not meta.is_ready(node) and any(taint["key"] == _OUT_OF_SERVICE for taint in nodes.taints_of(node))
