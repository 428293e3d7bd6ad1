"""ReplicationControllers: ReplicaSets with an adapter (K/pkg/controller/replication/conversion.go)."""

from __future__ import annotations

from kubelearn.cluster.meta import Object

from .controller import Failure, ReplicaSetController


class ReplicationControllerController(ReplicaSetController):
    """Does what the ReplicaSet controller does."""

    resource = "replicationcontrollers"
    kind = "ReplicationController"
    component = "replication-controller"

    def adapted(self, owner: Object) -> Object:
        """Return a ReplicationController with its map as a LabelSelector."""
        return {**owner, "spec": {**owner["spec"], "selector": {"matchLabels": owner["spec"].get("selector") or {}}}}

    def status(self, owner: Object, mine: list[Object], failure: Failure) -> Object:
        """Return the status, which has no count of pods on their way out."""
        status = super().status(owner, mine, failure)
        del status["terminatingReplicas"]
        return status
