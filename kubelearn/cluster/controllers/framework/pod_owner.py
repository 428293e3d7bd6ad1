"""What all controllers that own pods by a selector have in common (ReplicaSets, StatefulSets, DaemonSets, …)."""

from __future__ import annotations

from typing import ClassVar

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent
from kubelearn.semantics.labels import selects

from . import ownership, pods
from .informer import Informers, Key, by_controller, by_namespace
from .workqueue import Controller, is_namespace_terminating


class PodOwner(Controller):
    """Wakes an owner when its pods change, adopts and releases them, creates and deletes them.

    Attributes:
        resource: what it looks after, ``replicasets.apps``.
        kind: its kind.
        component: the controller's name in events.
    """

    resource: ClassVar[str]
    kind: ClassVar[str]
    component: ClassVar[str]

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self.events = EventRecorder(self.registry, self.component)
        self.pods = informers.of("pods")
        self.owners = informers.of(self.resource)
        self.pods.add_index("controller", by_controller)
        self.owners.add_index("namespace", by_namespace)
        self.owners.add_handler(self.enqueue_event)
        self.pods.add_handler(self._pod_changed)

    def adapted(self, owner: Object) -> Object:
        """Return an owner with a LabelSelector, whatever its own selector looks like."""
        return owner

    def find(self, key: Key) -> Object | None:
        """Return an owner as it is stored, adapted."""
        found = self.registry.find(self.resource, *key)
        return None if found is None else self.adapted(found)

    def _pod_changed(self, event: StoreEvent) -> None:
        for pod in (event.object, event.previous):
            if pod is None:
                continue
            owner = meta.controller_of(pod)
            if owner is not None:
                if owner["kind"] == self.kind:
                    self.queue.add((meta.namespace_of(pod), owner["name"]))
            elif event.type != "DELETED":
                self._orphan_changed(pod)

    def _orphan_changed(self, pod: Object) -> None:
        """Wake every owner that may adopt the pod."""
        for owner in self.owners.indexed("namespace", meta.namespace_of(pod)):
            if selects(self.adapted(owner)["spec"]["selector"], meta.labels_of(pod)):
                self.enqueue(owner)

    def claim(self, owner: Object, candidates: list[Object]) -> list[Object]:
        """Return those of some pods that are the owner's after adopting and releasing (claimPods)."""
        return ownership.claim(self.registry, "pods", owner, candidates, self.manager)

    def create_pod(self, owner: Object, pod: Object) -> Object:
        """Create a pod, and say so; what goes wrong is said and raised.

        Raises:
            ApiError: the pod was refused.
        """
        try:
            made = self.registry.create("pods", meta.namespace_of(owner), pod, manager=self.manager)
        except ApiError as refusal:
            if not is_namespace_terminating(refusal):
                self.events.event(owner, "Warning", "FailedCreate", f"Error creating: {refusal.message}")
            raise
        self.events.event(owner, "Normal", "SuccessfulCreate", f"Created pod: {meta.name_of(made)}")
        return made

    def delete_pods(self, owner: Object, doomed: list[Object]) -> str:
        """Delete pods, and say so; return what went wrong last, empty for nothing."""
        error = ""
        for pod in doomed:
            try:
                self.registry.delete("pods", meta.namespace_of(pod), meta.name_of(pod), uid=pod["metadata"]["uid"])
            except ApiError as refusal:
                if refusal.code == 404:
                    continue
                error = refusal.message
                self.events.event(owner, "Warning", "FailedDelete", f"Error deleting: {error}")
            else:
                self.events.event(owner, "Normal", "SuccessfulDelete", f"Deleted pod: {meta.name_of(pod)}")
        return error

    def wait_for_availability(self, owner: Object, mine: list[Object]) -> None:
        """Come back when the next ready pod has been ready for minReadySeconds."""
        minimum = owner["spec"].get("minReadySeconds", 0)
        if not minimum:
            return
        waits = [pods.seconds_until_available(pod, minimum) for pod in mine]
        due = min((wait for wait in waits if wait), default=None)
        if due is not None:
            self.queue.add_after((meta.namespace_of(owner), meta.name_of(owner)), due)
