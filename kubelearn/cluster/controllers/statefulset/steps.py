"""What a StatefulSet does next (K/pkg/controller/statefulset/stateful_set_control.go, updateStatefulSet).

In order, one pod at a time: create what is missing, wait until it serves, delete what is too much from the end, delete
what is out of date from the end.  With ``podManagementPolicy: Parallel`` creation and scaling do not wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.framework import revisions
from kubelearn.cluster.controllers.framework.pods import is_finished
from kubelearn.cluster.meta import Object

from . import pods as members


@dataclass
class Actions:
    """What can be done to a set's pods; each raises an ApiError when it is refused."""

    create: Callable[[Object], Object]
    delete: Callable[[Object], None]
    repair: Callable[[Object], None]


@dataclass
class Plan:
    """A StatefulSet, its pods, and the two revisions between which it may be.

    Attributes:
        owner: the StatefulSet.
        current, update: the revision that it comes from, and that of its present template.
        replicas: the pods that it is to have, those not yet created among them.
        condemned: the pods that are too much, the last first.
    """

    owner: Object
    current: Object
    update: Object
    mine: list[Object]
    replicas: list[Object] = field(init=False)
    condemned: list[Object] = field(init=False)

    def __post_init__(self) -> None:
        wanted = members.ordinals(self.owner)
        known = {ordinal: pod for pod in self.mine if (ordinal := members.ordinal_of(self.owner, pod)) is not None}
        self.replicas = [known.get(ordinal) or self._planned(ordinal) for ordinal in wanted]
        self.condemned = [known[ordinal] for ordinal in sorted(known, reverse=True) if ordinal not in wanted]

    def _planned(self, ordinal: int) -> Object:
        """Return the pod to create: below the partition as it was, else as it is to be."""
        strategy = self.owner["spec"]["updateStrategy"]
        rolling = strategy.get("rollingUpdate")
        kept = (self.owner.get("status") or {}).get("currentReplicas", 0) if rolling is None else rolling["partition"]
        is_old = strategy["type"] == "RollingUpdate" and ordinal < members.first_ordinal(self.owner) + kept
        revision = self.current if is_old else self.update
        return members.make(self.owner, revisions.template_of(revision), meta.name_of(revision), ordinal)

    @property
    def in_order(self) -> bool:
        """Whether each pod waits for those before it."""
        return bool(self.owner["spec"]["podManagementPolicy"] != "Parallel")

    def advance(self, actions: Actions) -> None:
        """Take the next step, or wait.

        Raises:
            ApiError: it was refused.
        """
        if not self._all(range(len(self.replicas)), lambda index: self._keep(index, actions)):
            return
        if not self._all(range(len(self.condemned)), lambda index: self._remove(index, actions)):
            return
        if self.owner["spec"]["updateStrategy"]["type"] == "RollingUpdate":
            self._roll(actions)

    def _all(self, indexes: Iterable[int], step: Callable[[int], bool]) -> bool:
        """Take a step for each pod; in order, the first that says "wait" ends it."""
        return all(step(index) or not self.in_order for index in indexes)

    def _keep(self, index: int, actions: Actions) -> bool:
        """Create one pod, or replace it if it has ended; return whether the next may come (processReplica)."""
        pod = self.replicas[index]
        if is_finished(pod):
            if not meta.is_terminating(pod):
                actions.delete(pod)
            return False
        if not members.is_stored(pod):
            self.replicas[index] = actions.create(pod)
            return False
        if self.in_order and members.is_unavailable(pod, self.owner):
            return False
        actions.repair(pod)
        return True

    def _remove(self, index: int, actions: Actions) -> bool:
        """Delete one pod that is too much; return whether the next may go (processCondemned)."""
        pod = self.condemned[index]
        if meta.is_terminating(pod):
            return False
        if self.in_order and not members.is_serving(pod, self.owner) and pod is not self._first_unavailable():
            return False
        actions.delete(pod)
        return False

    def _first_unavailable(self) -> Object | None:
        pods = [*self.replicas, *reversed(self.condemned)]
        return next((pod for pod in pods if members.is_unavailable(pod, self.owner)), None)

    def _roll(self, actions: Actions) -> None:
        """Delete the last pod that is out of date, unless one after it is not up yet."""
        rolling = self.owner["spec"]["updateStrategy"].get("rollingUpdate") or {}
        for pod in reversed(self.replicas[rolling.get("partition", 0) :]):
            if members.revision_of(pod) != meta.name_of(self.update) and not meta.is_terminating(pod):
                actions.delete(pod)
                return
            if members.is_unavailable(pod, self.owner):
                return

    def status(self) -> Object:
        """Return the counts, and the revisions (updateStatus, completeRollingUpdate)."""
        stored = [pod for pod in (*self.replicas, *self.condemned) if members.is_stored(pod)]
        staying = [members.revision_of(pod) for pod in stored if not meta.is_terminating(pod)]
        ready = [pod for pod in stored if members.is_up(pod)]
        status = {
            "observedGeneration": self.owner["metadata"]["generation"],
            "replicas": len(stored),
            "readyReplicas": len(ready),
            "currentReplicas": staying.count(meta.name_of(self.current)),
            "updatedReplicas": staying.count(meta.name_of(self.update)),
            "currentRevision": meta.name_of(self.current),
            "updateRevision": meta.name_of(self.update),
            "availableReplicas": sum(members.is_serving(pod, self.owner) for pod in ready),
        }
        counts = (status["updatedReplicas"], status["readyReplicas"], status["replicas"])
        is_rolling = self.owner["spec"]["updateStrategy"]["type"] == "RollingUpdate"
        if is_rolling and counts == (self.owner["spec"]["replicas"],) * 3:
            status["currentReplicas"] = status["updatedReplicas"]
            status["currentRevision"] = status["updateRevision"]
        return status
