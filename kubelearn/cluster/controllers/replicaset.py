"""ReplicaSets: as many pods as asked for (K/pkg/controller/replicaset)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from .. import meta
from ..apiserver.errors import ApiError
from ..apiserver.registry import Registry
from ..apiserver.selectors import matches_label_selector
from ..events import EventRecorder
from ..meta import Object
from ..store import StoreEvent
from .pods import PodIndex
from .workqueue import Controller, Key, Keys, own_key

_RS = "replicasets.apps"
#: Most pods that one look at a ReplicaSet creates or deletes (BurstReplicas).
_BURST = 500
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


class ReplicaSetController(Controller):
    """Creates and deletes pods; adopts and releases them by label."""

    def __init__(self, registry: Registry):
        super().__init__(registry)
        self._recorder = EventRecorder(registry, "replicaset-controller")
        self._pods = PodIndex(registry)

    def sources(self) -> dict[str, Keys]:
        return {_RS: own_key, "pods": self._concerned}

    def observe(self, event: StoreEvent) -> None:
        if event.resource == "pods":
            self._pods.observe(event)

    def _concerned(self, event: StoreEvent) -> Iterable[Key]:
        namespace = event.object["metadata"]["namespace"]
        keys = {(namespace, owner["name"]) for pod in (event.object, event.previous) if pod and (owner := meta.controller_of(pod)) and owner["kind"] == "ReplicaSet"}
        if meta.controller_of(event.object) is None and event.type != "DELETED":
            labels = meta.labels_of(event.object)
            keys |= {(namespace, meta.name_of(rs)) for rs in self.registry.list(_RS, namespace) if matches_label_selector(rs["spec"]["selector"], labels)}
        return keys

    def reconcile(self, key: Key) -> None:
        replicaset = self.registry.find(_RS, *key)
        if replicaset is None:
            return
        pods = [pod for pod in self._claim(replicaset) if (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed")]
        active = [pod for pod in pods if not meta.is_terminating(pod)]
        failure = None
        if not meta.is_terminating(replicaset):
            missing = replicaset["spec"]["replicas"] - len(active)
            try:
                if missing > 0:
                    active += self._create(replicaset, min(missing, _BURST))
                elif missing < 0:
                    active = self._delete(replicaset, active, min(-missing, _BURST))
            except ApiError as error:
                failure = error
        self._status(replicaset, active, failure)
        if failure is not None:
            raise failure

    def _claim(self, replicaset: Object) -> list[Object]:
        """Return the ReplicaSet's pods; adopt matching orphans, release pods that no longer match."""
        selector, uid, mine = replicaset["spec"]["selector"], replicaset["metadata"]["uid"], []
        for pod in self._pods.owned(uid):
            if matches_label_selector(selector, meta.labels_of(pod)):
                mine.append(pod)
            elif not meta.is_terminating(pod):
                self._own(pod, lambda owners: [owner for owner in owners if owner["uid"] != uid])
        if not meta.is_terminating(replicaset):
            orphans = self._pods.orphans(meta.namespace_of(replicaset))
            wanted = [pod for pod in orphans if matches_label_selector(selector, meta.labels_of(pod)) and not meta.is_terminating(pod)]
            mine += [self._own(pod, lambda owners: [*owners, meta.controller_reference(replicaset)]) for pod in wanted]
        return mine

    def _own(self, pod: Object, change: Any) -> Object:
        def write(obj: Object) -> None:
            owners = change(obj["metadata"].get("ownerReferences") or [])
            obj["metadata"]["ownerReferences"] = owners
            if not owners:
                del obj["metadata"]["ownerReferences"]

        return self.registry.modify("pods", meta.namespace_of(pod), meta.name_of(pod), write, manager="kube-controller-manager")

    def _create(self, replicaset: Object, count: int) -> list[Object]:
        template, made = replicaset["spec"]["template"], []
        namespace, name = meta.namespace_of(replicaset), meta.name_of(replicaset)
        for _ in range(count):
            metadata = {key: meta.thaw(template["metadata"][key]) for key in ("labels", "annotations") if template["metadata"].get(key)}
            metadata |= {"generateName": f"{name}-", "ownerReferences": [meta.controller_reference(replicaset)]}
            try:
                pod = self.registry.create("pods", namespace, {"metadata": metadata, "spec": meta.thaw(template["spec"])}, manager="kube-controller-manager")
            except ApiError as error:
                if error.reason != "Forbidden" or "terminated" not in error.message:
                    self._recorder.event(replicaset, "Warning", "FailedCreate", f"Error creating: {error}")
                raise
            self._recorder.event(replicaset, "Normal", "SuccessfulCreate", f"Created pod: {meta.name_of(pod)}")
            made.append(pod)
        return made

    def _delete(self, replicaset: Object, active: list[Object], count: int) -> list[Object]:
        per_node = Counter(pod["spec"].get("nodeName") for pod in active)
        ranked = sorted(active, key=lambda pod: _rank(pod, per_node))
        for pod in ranked[:count]:
            self.registry.delete("pods", meta.namespace_of(pod), meta.name_of(pod))
            self._recorder.event(replicaset, "Normal", "SuccessfulDelete", f"Deleted pod: {meta.name_of(pod)}")
        return ranked[count:]

    def _status(self, replicaset: Object, active: list[Object], failure: ApiError | None) -> None:
        spec, old = replicaset["spec"], replicaset.get("status") or {}
        labels = spec["template"]["metadata"].get("labels") or {}
        ready = [pod for pod in active if meta.is_ready(pod)]
        available, soonest = _available(ready, spec.get("minReadySeconds", 0))
        counts = {
            "replicas": len(active), "fullyLabeledReplicas": sum(labels.items() <= meta.labels_of(pod).items() for pod in active),
            "readyReplicas": len(ready), "availableReplicas": available}
        status: Object = {key: value for key, value in counts.items() if value or key == "replicas"}
        status["observedGeneration"] = replicaset["metadata"]["generation"]
        if failure is not None:
            previous = meta.condition(replicaset, "ReplicaFailure")
            status["conditions"] = [{"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": failure.message,
                                     "lastTransitionTime": previous["lastTransitionTime"] if previous else meta.timestamp()}]
        if status != old:
            changed = {**replicaset, "metadata": dict(replicaset["metadata"]), "status": status}
            del changed["metadata"]["resourceVersion"]
            self.registry.update(_RS, meta.namespace_of(replicaset), changed, subresource="status", manager="kube-controller-manager")
        if soonest is not None:
            self.queue.add_after((meta.namespace_of(replicaset), meta.name_of(replicaset)), soonest)


def _rank(pod: Object, per_node: Counter[Any]) -> tuple[Any, ...]:
    """Order pods by how gladly they are given up (controller_utils.go ActivePodsWithRanks)."""
    status, node = pod.get("status") or {}, pod["spec"].get("nodeName")
    ready = meta.condition(pod, "Ready")
    since = ready["lastTransitionTime"] if ready and ready["status"] == "True" else ""
    restarts = sum(c.get("restartCount", 0) for c in status.get("containerStatuses") or ())
    cost = int((pod["metadata"].get("annotations") or {}).get("controller.kubernetes.io/pod-deletion-cost", 0))
    newest_first = "".join(chr(255 - ord(c)) for c in since)
    created = "".join(chr(255 - ord(c)) for c in pod["metadata"]["creationTimestamp"])
    return bool(node), _PHASES.get(status.get("phase", "Pending"), 0), bool(since), cost, -per_node[node], newest_first, -restarts, created


def _available(ready: list[Object], seconds: int) -> tuple[int, float | None]:
    """Return how many pods have been ready long enough, and when the next one will have been."""
    if not seconds:
        return len(ready), None
    now, count, soonest = time.time(), 0, None
    for pod in ready:
        condition = meta.condition(pod, "Ready")
        left = meta.seconds_of(condition["lastTransitionTime"]) + seconds - now if condition else 0.0
        if left <= 0:
            count += 1
        else:
            soonest = left if soonest is None else min(soonest, left)
    return count, soonest
