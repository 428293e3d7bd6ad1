"""Makes the claims that pods bring templates of (K/pkg/controller/volume/ephemeral)."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.kinds.storage.claim import CLAIMS, name_for
from kubelearn.cluster.controllers.framework.informer import Informers, Key
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent


class EphemeralVolumeController(Controller):
    """Keeps one claim for each generic ephemeral volume of a pod; it goes with the pod."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._events = EventRecorder(self.registry, "ephemeral_volume")
        informers.of("pods").add_handler(self._pod_changed)

    def _pod_changed(self, event: StoreEvent) -> None:
        volumes = event.object["spec"].get("volumes") or ()
        if event.previous is None and any(volume.get("ephemeral") for volume in volumes):
            self.enqueue(event.object)

    def reconcile(self, key: Key) -> None:
        """Make the claims of one pod."""
        pod = self.registry.find("pods", *key)
        if pod is None or meta.is_terminating(pod):
            return
        for volume in pod["spec"].get("volumes") or ():
            template = (volume.get("ephemeral") or {}).get("volumeClaimTemplate")
            if template is not None:
                self._make(pod, name_for(pod, volume), template)

    def _make(self, pod: Object, name: str, template: Object) -> None:
        namespace = meta.namespace_of(pod)
        known = self.registry.find(CLAIMS, namespace, name)
        if known is not None:
            owner = meta.controller_of(known)
            if owner is None or owner["uid"] != pod["metadata"]["uid"]:
                about = f'pod "{namespace}/{meta.name_of(pod)}" (pod is not owner)'
                text = f'PVC "{namespace}/{name}" was not created for {about}'
                self._events.event(pod, "Warning", "FailedBinding", f"ephemeral volume: {text}")
            return
        described = meta.thaw(template.get("metadata") or {})
        metadata = {key: described[key] for key in ("labels", "annotations") if described.get(key)}
        metadata |= {"name": name, "ownerReferences": [meta.controller_reference(pod)]}
        try:
            claim = {"metadata": metadata, "spec": meta.thaw(template["spec"])}
            self.registry.create(CLAIMS, namespace, claim, manager=self.manager)
        except ApiError as error:
            text = f"ephemeral volume: create PVC {name}: {error.message}"
            self._events.event(pod, "Warning", "FailedBinding", text)
            raise
