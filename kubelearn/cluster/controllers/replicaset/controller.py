"""The ReplicaSet controller: as many pods as wanted, no more, no less (K/pkg/controller/replicaset)."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.controllers.framework import ownership, pods
from kubelearn.cluster.controllers.framework.informer import Informers, Key, by_controller, by_namespace, orphans
from kubelearn.cluster.controllers.framework.workqueue import Controller, is_namespace_terminating
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.labels import selects
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent

from .scale_down import victims

#: Pods created or deleted in one go at most (replicaset.BurstReplicas).
BURST = 500
REPLICASETS = "replicasets.apps"


class ReplicaSetController(Controller):
    """Creates and deletes pods, adopts orphans that match and releases pods that no longer do."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._events = EventRecorder(self.registry, "replicaset-controller")
        self._pods = informers.of("pods")
        self._sets = informers.of(REPLICASETS)
        self._pods.add_index("controller", by_controller)
        self._sets.add_index("controller", by_controller)
        self._sets.add_index("namespace", by_namespace)
        self._sets.add_handler(self.enqueue_event)
        self._pods.add_handler(self._pod_changed)

    def _pod_changed(self, event: StoreEvent) -> None:
        for pod in (event.object, event.previous):
            if pod is None:
                continue
            owner = meta.controller_of(pod)
            if owner is not None:
                if owner["kind"] == "ReplicaSet":
                    self.queue.add((meta.namespace_of(pod), owner["name"]))
            elif event.type != "DELETED":
                self._orphan_changed(pod)

    def _orphan_changed(self, pod: Object) -> None:
        """Wake every ReplicaSet that may adopt the pod."""
        for owner in self._sets.indexed("namespace", meta.namespace_of(pod)):
            if selects(owner["spec"]["selector"], meta.labels_of(pod)):
                self.enqueue(owner)

    def reconcile(self, key: Key) -> None:
        """Create or delete pods of one ReplicaSet, and write its status (syncReplicaSet)."""
        owner = self.registry.find(REPLICASETS, *key)
        if owner is None:
            return
        mine = self._claim(owner)
        failure: tuple[str, str] | None = None
        if not meta.is_terminating(owner):
            mine, failure = self._manage(owner, mine)
        status = _status(owner, mine, failure) | {"terminatingReplicas": self._terminating(owner)}
        written = self.write_status(REPLICASETS, owner, status)
        self._wait_for_availability(written, mine)
        if failure is not None:
            self.queue.add_rate_limited(key)

    def _terminating(self, owner: Object) -> int:
        """Return how many of its pods are on their way out."""
        owned = self._pods.indexed("controller", owner["metadata"]["uid"])
        return sum(meta.is_terminating(pod) and not pods.is_finished(pod) for pod in owned)

    def _claim(self, owner: Object) -> list[Object]:
        """Return the active pods of the ReplicaSet after adopting and releasing (claimPods)."""
        candidates = self._pods.indexed("controller", owner["metadata"]["uid"])
        candidates += self._pods.indexed("controller", orphans(meta.namespace_of(owner)))
        return ownership.claim(
            self.registry, "pods", owner, [pod for pod in candidates if pods.is_active(pod)], self.manager
        )

    def _manage(self, owner: Object, mine: list[Object]) -> tuple[list[Object], tuple[str, str] | None]:
        """Create or delete pods; return the pods there are then, and the reason and text of a failure."""
        surplus = len(mine) - owner["spec"].get("replicas", 1)
        if surplus < 0:
            created, error = self._create(owner, min(-surplus, BURST))
            return mine + created, ("FailedCreate", error) if error else None
        if surplus > 0:
            doomed = victims(mine, self._related(owner), min(surplus, BURST))
            error = self._delete(owner, doomed)
            gone = {pod["metadata"]["uid"] for pod in doomed}
            left = [pod for pod in mine if pod["metadata"]["uid"] not in gone]
            return left, ("FailedDelete", error) if error else None
        return mine, None

    def _create(self, owner: Object, count: int) -> tuple[list[Object], str]:
        """Create pods in batches of 1, 2, 4, …; a failure ends the attempt with its batch (slowStartBatch)."""
        created: list[Object] = []
        batch, error = 1, ""
        while count > 0 and not error:
            for _ in range(min(batch, count)):
                try:
                    created.append(self._create_one(owner))
                except ApiError as refusal:
                    if is_namespace_terminating(refusal):
                        return created, ""
                    error = refusal.message
                    self._events.event(owner, "Warning", "FailedCreate", f"Error creating: {error}")
            count, batch = count - min(batch, count), batch * 2
        return created, error

    def _create_one(self, owner: Object) -> Object:
        pod = pods.from_template(owner["spec"]["template"], owner, meta.name_of(owner))
        made = self.registry.create("pods", meta.namespace_of(owner), pod, manager=self.manager)
        self._events.event(owner, "Normal", "SuccessfulCreate", f"Created pod: {meta.name_of(made)}")
        return made

    def _delete(self, owner: Object, doomed: list[Object]) -> str:
        error = ""
        for pod in doomed:
            try:
                self.registry.delete("pods", meta.namespace_of(pod), meta.name_of(pod), uid=pod["metadata"]["uid"])
            except ApiError as refusal:
                if refusal.code == 404:
                    continue
                error = refusal.message
                self._events.event(owner, "Warning", "FailedDelete", f"Error deleting: {error}")
            else:
                self._events.event(owner, "Normal", "SuccessfulDelete", f"Deleted pod: {meta.name_of(pod)}")
        return error

    def _related(self, owner: Object) -> list[Object]:
        """Return the pods of all ReplicaSets of the same Deployment (getIndirectlyRelatedPods)."""
        reference = meta.controller_of(owner)
        siblings = self._sets.indexed("controller", reference["uid"]) if reference else [owner]
        return [pod for sibling in siblings for pod in self._pods.indexed("controller", sibling["metadata"]["uid"])]

    def _wait_for_availability(self, owner: Object, mine: list[Object]) -> None:
        """Come back when the next ready pod has been ready for minReadySeconds."""
        minimum = owner["spec"].get("minReadySeconds", 0)
        if not minimum:
            return
        waits = [pods.seconds_until_available(pod, minimum) for pod in mine]
        due = min((wait for wait in waits if wait), default=None)
        if due is not None:
            self.queue.add_after((meta.namespace_of(owner), meta.name_of(owner)), due)


def _status(owner: Object, mine: list[Object], failure: tuple[str, str] | None) -> Object:
    """Return the status of a ReplicaSet (calculateStatus); counts of zero are left out, as Go does."""
    wanted = (owner["spec"]["template"].get("metadata") or {}).get("labels") or {}
    minimum = owner["spec"].get("minReadySeconds", 0)
    ready = [pod for pod in mine if meta.is_ready(pod)]
    counts = {
        "fullyLabeledReplicas": sum(wanted.items() <= meta.labels_of(pod).items() for pod in mine),
        "readyReplicas": len(ready),
        "availableReplicas": sum(pods.is_available(pod, minimum) for pod in ready) if minimum else len(ready),
        "observedGeneration": owner["metadata"]["generation"],
    }
    status: Object = {"replicas": len(mine), **{key: count for key, count in counts.items() if count}}
    conditions = _conditions(owner, failure)
    if conditions:
        status["conditions"] = conditions
    return status


def _conditions(owner: Object, failure: tuple[str, str] | None) -> list[Object]:
    conditions: list[Object] = list((owner.get("status") or {}).get("conditions") or ())
    current = meta.condition(owner, "ReplicaFailure")
    if failure is None:
        return [item for item in conditions if item["type"] != "ReplicaFailure"]
    if current is None:
        reason, message = failure
        now = meta.timestamp()
        about: Object = {"type": "ReplicaFailure", "status": "True", "lastTransitionTime": now}
        conditions.append({**about, "reason": reason, "message": message})
    return conditions
