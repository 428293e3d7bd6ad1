"""Lets claims and volumes go when nobody uses them (K/pkg/controller/volume/pvcprotection and pvprotection).

A key is as those of the PersistentVolumeController.
"""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.kinds.storage import claim as claims
from kubelearn.cluster.apiserver.kinds.storage import volume as volumes
from kubelearn.cluster.controllers.framework.informer import Informers, Key, key_of
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent

from . import matching


class VolumeProtectionController(Controller):
    """Takes the finalizer from what is being deleted, as soon as no pod has the claim, or no claim the volume."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._pods = informers.of("pods")
        self._pods.add_index("claim", matching.by_claim)
        self._pods.add_handler(self._pod_changed)
        for resource in (claims.CLAIMS, volumes.VOLUMES):
            informers.of(resource).add_handler(self._changed)

    def _pod_changed(self, event: StoreEvent) -> None:
        if event.type == "DELETED":
            for name, _ in matching.claims_of(event.object):
                self.queue.add((meta.namespace_of(event.object), name))

    def _changed(self, event: StoreEvent) -> None:
        if event.type != "DELETED" and meta.is_terminating(event.object):
            self.enqueue(event.object)

    def reconcile(self, key: Key) -> None:
        """Let one claim or volume go, if it may."""
        resource = claims.CLAIMS if key[0] else volumes.VOLUMES
        finalizer = claims.PROTECTION if key[0] else volumes.PROTECTION
        found = self.registry.find(resource, *key)
        if found is None or not meta.is_terminating(found) or self._is_used(found):
            return

        def change(item: Object) -> None:
            meta.drop_finalizer(item, finalizer)

        if finalizer in (found["metadata"].get("finalizers") or ()):
            self.registry.modify(resource, *key, change, manager=self.manager)

    def _is_used(self, obj: Object) -> bool:
        """Return whether a pod that has a node uses a claim, or a claim has the volume."""
        key = key_of(obj)
        if not key[0]:
            return meta.phase_of(obj) == "Bound"
        return any(pod["spec"].get("nodeName") for pod in self._pods.indexed("claim", "/".join(key)))
