"""The ReplicaSet controller: as many pods as wanted, no more, no less (K/pkg/controller/replicaset)."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.controllers.framework import pods
from kubelearn.cluster.controllers.framework.informer import Informers, Key, by_controller
from kubelearn.cluster.controllers.framework.pod_owner import PodOwner
from kubelearn.cluster.controllers.framework.workqueue import is_namespace_terminating
from kubelearn.cluster.meta import Object

from .scale_down import victims

#: Pods created or deleted in one go at most (replicaset.BurstReplicas).
BURST = 500
REPLICASETS = "replicasets.apps"
#: Why not all pods could be created or deleted: reason and text.
Failure = tuple[str, str] | None


class ReplicaSetController(PodOwner):
    """Creates and deletes pods, adopts orphans that match and releases pods that no longer do."""

    resource = REPLICASETS
    kind = "ReplicaSet"
    component = "replicaset-controller"

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self.owners.add_index("controller", by_controller)

    def reconcile(self, key: Key) -> None:
        """Create or delete pods of one ReplicaSet, and write its status (syncReplicaSet)."""
        owner = self.find(key)
        if owner is None:
            return
        mine = self.claim(owner, [pod for pod in self.pods.candidates(owner) if pods.is_active(pod)])
        failure: Failure = None
        if not meta.is_terminating(owner):
            mine, failure = self._manage(owner, mine)
        self.write_status(self.resource, owner, self.status(owner, mine, failure))
        self.wait_for_availability(owner, mine)
        if failure is not None:
            self.queue.add_rate_limited(key)

    def status(self, owner: Object, mine: list[Object], failure: Failure) -> Object:
        """Return the status of an owner."""
        owned = self.pods.indexed("controller", owner["metadata"]["uid"])
        leaving = sum(meta.is_terminating(pod) and not pods.is_finished(pod) for pod in owned)
        return _status(owner, mine, failure) | {"terminatingReplicas": leaving}

    def _manage(self, owner: Object, mine: list[Object]) -> tuple[list[Object], Failure]:
        """Create or delete pods; return the pods there are then, and the reason and text of a failure."""
        surplus = len(mine) - owner["spec"].get("replicas", 1)
        if surplus < 0:
            created, error = self._create(owner, min(-surplus, BURST))
            return mine + created, ("FailedCreate", error) if error else None
        if surplus > 0:
            doomed = victims(mine, self._related(owner), min(surplus, BURST))
            error = self.delete_pods(owner, doomed)
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
                pod = pods.from_template(owner["spec"]["template"], owner, meta.name_of(owner))
                try:
                    created.append(self.create_pod(owner, pod))
                except ApiError as refusal:
                    if is_namespace_terminating(refusal):
                        return created, ""
                    error = refusal.message
            count, batch = count - min(batch, count), batch * 2
        return created, error

    def _related(self, owner: Object) -> list[Object]:
        """Return the pods of all ReplicaSets of the same Deployment (getIndirectlyRelatedPods)."""
        reference = meta.controller_of(owner)
        siblings = self.owners.indexed("controller", reference["uid"]) if reference else [owner]
        return [pod for sibling in siblings for pod in self.pods.indexed("controller", sibling["metadata"]["uid"])]


def _status(owner: Object, mine: list[Object], failure: Failure) -> Object:
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


def _conditions(owner: Object, failure: Failure) -> list[Object]:
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
