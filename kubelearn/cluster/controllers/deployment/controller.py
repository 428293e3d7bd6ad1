"""The Deployment controller (K/pkg/controller/deployment/deployment_controller.go)."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.framework import ownership
from kubelearn.cluster.controllers.framework.informer import Informers, Key, by_controller, by_namespace
from kubelearn.cluster.controllers.framework.pods import is_finished
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent
from kubelearn.semantics.labels import selects

from . import recreate, rolling, status
from .numbers import is_rolling
from .rollout import DEPLOYMENTS, REPLICASETS, Rollout


class DeploymentController(Controller):
    """Rolls out templates by scaling ReplicaSets."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._events = EventRecorder(self.registry, "deployment-controller")
        self._sets = informers.of(REPLICASETS)
        self._pods = informers.of("pods")
        self._deployments = informers.of(DEPLOYMENTS)
        self._sets.add_index("controller", by_controller)
        self._pods.add_index("controller", by_controller)
        self._deployments.add_index("namespace", by_namespace)
        self._deployments.add_handler(self.enqueue_event)
        self._sets.add_handler(self._set_changed)
        self._pods.add_handler(self._pod_changed)

    def _set_changed(self, event: StoreEvent) -> None:
        for item in (event.object, event.previous):
            owner = meta.controller_of(item) if item is not None else None
            if owner is not None and owner["kind"] == "Deployment":
                self.queue.add((meta.namespace_of(event.object), owner["name"]))
        if event.type != "DELETED" and meta.controller_of(event.object) is None:
            for deployment in self._deployments.indexed("namespace", meta.namespace_of(event.object)):
                if selects(deployment["spec"]["selector"], meta.labels_of(event.object)):
                    self.enqueue(deployment)

    def _pod_changed(self, event: StoreEvent) -> None:
        """Wake a Deployment of the Recreate strategy when an old pod is gone."""
        if event.type != "DELETED" and not is_finished(event.object):
            return
        namespace, owner = meta.namespace_of(event.object), meta.controller_of(event.object)
        if owner is None or owner["kind"] != "ReplicaSet":
            return
        item = self.registry.find(REPLICASETS, namespace, owner["name"])
        reference = meta.controller_of(item) if item is not None else None
        deployment = self.registry.find(DEPLOYMENTS, namespace, reference["name"]) if reference is not None else None
        if deployment is not None and not is_rolling(deployment):
            self.enqueue(deployment)

    def reconcile(self, key: Key) -> None:
        """Take the next step of a Deployment's rollout (syncDeployment)."""
        deployment = self.registry.find(DEPLOYMENTS, *key)
        if deployment is None:
            return
        rollout = Rollout(self.informers, self._events, deployment, self._claim(deployment))
        if meta.is_terminating(deployment):
            rollout.find_new()
            rollout.write_status()
            return
        rollout.note_pause()
        if deployment["spec"].get("paused") or rollout.is_scaling():
            rollout.sync_scale()
        elif is_rolling(deployment):
            rolling.reconcile(rollout)
        else:
            recreate.reconcile(rollout)
        due = status.seconds_until_check(rollout.deployment)
        if due is not None:
            self.queue.add_after(key, due)

    def _claim(self, deployment: Object) -> list[Object]:
        """Return the Deployment's ReplicaSets after adopting and releasing (getReplicaSetsForDeployment)."""
        candidates = self._sets.candidates(deployment)
        return ownership.claim(self.registry, REPLICASETS, deployment, candidates, self.manager)
