"""Binds claims to volumes, and says what becomes of a volume (K/pkg/controller/volume/persistentvolume).

A key is a claim's namespace and name, or "" and a volume's name.
"""

from __future__ import annotations

import re
import time
from typing import Final

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.kinds.storage import storageclass
from kubelearn.cluster.apiserver.kinds.storage.claim import CLAIMS
from kubelearn.cluster.apiserver.kinds.storage.validation import size_of
from kubelearn.cluster.apiserver.kinds.storage.volume import VOLUMES
from kubelearn.cluster.controllers.framework.informer import Informers, Key, key_of
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent

from . import matching
from .matching import annotation

#: A claim that is not bound is looked at again this often, in seconds (PVClaimBinderSyncPeriod).
RESYNC: Final = 15.0
_UNCLAIMED: Final = "no persistent volumes available for this claim and no storage class is set"
_EXTERNAL: Final = (
    "Waiting for a volume to be created either by the external provisioner '{}' or manually by the system "
    "administrator. If volume creation is delayed, please verify that the provisioner is running and correctly "
    "registered."
)
_MISBOUND: Final = "Two claims are bound to the same volume, this one is bound incorrectly"
_ERASABLE = re.compile("/tmp/.+").search  # noqa: S108 - a folder of an emulated node


class PersistentVolumeController(Controller):
    """Gives each claim a volume."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._events = EventRecorder(self.registry, "persistentvolume-controller")
        self._expansions = EventRecorder(self.registry, "volume_expand")
        self._pods = informers.of("pods")
        self._pods.add_index("claim", matching.by_claim)
        informers.of(CLAIMS).add_handler(self._claim_changed)
        informers.of(VOLUMES).add_handler(self._volume_changed)
        informers.of(storageclass.CLASSES).add_handler(self._class_changed)

    def _claim_changed(self, event: StoreEvent) -> None:
        self.enqueue(event.object)
        name = event.object["spec"].get("volumeName")
        if name:
            self.queue.add(("", name))

    def _volume_changed(self, event: StoreEvent) -> None:
        self.enqueue(event.object)
        reference = event.object["spec"].get("claimRef")
        if reference:
            self.queue.add((reference.get("namespace", ""), reference.get("name", "")))
        else:
            self._wake_unbound()

    def _class_changed(self, event: StoreEvent) -> None:
        if event.previous is None:
            self._wake_unbound()

    def _wake_unbound(self) -> None:
        for claim in self.registry.list(CLAIMS):
            if not matching.is_bound(claim):
                self.enqueue(claim)

    def reconcile(self, key: Key) -> None:
        """Look after one claim or one volume."""
        found = self.registry.find(CLAIMS if key[0] else VOLUMES, *key)
        if found is None:
            return
        if not key[0]:
            self._sync_volume(found)
        elif annotation(found, matching.BIND_COMPLETED):
            self._sync_bound(found)
        elif not meta.is_terminating(found):
            self._sync_unbound(found)
            if not matching.is_bound(self.registry.get(CLAIMS, *key)):
                self.queue.add_after(key, RESYNC)

    # Claims without a volume

    def _sync_unbound(self, claim: Object) -> None:
        name = claim["spec"].get("volumeName")
        if name:
            self._bind_named(claim, name)
            return
        claim = self._with_class(claim)
        waits = matching.waits_for_consumer(self.registry, claim)
        delayed = waits and not annotation(claim, matching.SELECTED_NODE)
        found = matching.best(claim, self.registry.list(VOLUMES), delayed=waits)
        if found is not None:
            self._bind(claim, found)
        elif delayed:
            self._tell_whom_it_waits_for(claim)
        elif storageclass.name_of(claim):
            self._have_provisioned(claim)
        else:
            self._events.event(claim, "Normal", "FailedBinding", _UNCLAIMED)

    def _with_class(self, claim: Object) -> Object:
        """Give a claim the class that has become the default after it (assignDefaultStorageClass)."""
        annotations = meta.annotations_of(claim)
        if claim["spec"].get("storageClassName") is not None or storageclass.ANNOTATION in annotations:
            return claim
        name = storageclass.default_name(self.registry)
        if not name:
            return claim

        def change(item: Object) -> None:
            item["spec"]["storageClassName"] = name

        return self.registry.modify(CLAIMS, *key_of(claim), change, manager=self.manager)

    def _bind_named(self, claim: Object, name: str) -> None:
        """Bind a claim that names its volume, as far as it can have it."""
        volume = self.registry.find(VOLUMES, "", name)
        if volume is None:
            return
        if volume["spec"].get("claimRef") and not matching.refers_to(volume, claim):
            if not annotation(claim, matching.BOUND_BY_CONTROLLER):
                text = f'volume "{name}" already bound to a different claim.'
                self._events.event(claim, "Warning", "FailedBinding", text)
            return
        why = "" if volume["spec"].get("claimRef") else matching.mismatch(volume, claim)
        if why:
            self._events.event(claim, "Warning", "VolumeMismatch", f'Cannot bind to requested volume "{name}": {why}')
        else:
            self._bind(claim, volume)

    def _tell_whom_it_waits_for(self, claim: Object) -> None:
        since = meta.seconds_of(claim["metadata"]["creationTimestamp"])
        # Whoever makes a claim and its pod makes the claim first, and this is said before the pod is there.
        users = self._pods.indexed("claim", "/".join(key_of(claim))) if time.time() - since >= RESYNC else []
        waiting = sorted(meta.name_of(pod) for pod in users if not pod["spec"].get("nodeName"))
        if waiting:
            text = f"waiting for pod {','.join(waiting)} to be scheduled"
            self._events.event(claim, "Normal", "WaitForPodScheduled", text)
        else:
            text = "waiting for first consumer to be created before binding"
            self._events.event(claim, "Normal", "WaitForFirstConsumer", text)

    def _have_provisioned(self, claim: Object) -> None:
        """Say who is to make the volume (provisionClaimOperationExternal)."""
        found = matching.class_of(self.registry, claim)
        if found is None:
            name = storageclass.name_of(claim)
            text = f'storageclass.storage.k8s.io "{name}" not found'
            self._events.event(claim, "Warning", "ProvisioningFailed", text)
            return
        provisioner = found["provisioner"]
        if provisioner.startswith("kubernetes.io/"):
            text = f"no volume plugin matched name: {provisioner}"
            self._events.event(claim, "Warning", "ProvisioningFailed", text)
            return
        if annotation(claim, matching.PROVISIONERS[0]) != provisioner:

            def change(item: Object) -> None:
                item["metadata"].setdefault("annotations", {}).update(dict.fromkeys(matching.PROVISIONERS, provisioner))

            claim = self.registry.modify(CLAIMS, *key_of(claim), change, manager=self.manager)
        self._events.event(claim, "Normal", "ExternalProvisioning", _EXTERNAL.format(provisioner))

    # Binding

    def _bind(self, claim: Object, volume: Object) -> None:
        """Tell both of each other: the volume first, then the claim (bind)."""
        volume = matching.claim_volume(self.registry, volume, claim, self.manager)
        self._set_phase(volume, "Bound")
        name = meta.name_of(volume)

        def change(item: Object) -> None:
            annotations = item["metadata"].setdefault("annotations", {})
            if item["spec"].get("volumeName") != name:
                item["spec"]["volumeName"] = name
                annotations[matching.BOUND_BY_CONTROLLER] = "yes"
            annotations[matching.BIND_COMPLETED] = "yes"

        claim = self.registry.modify(CLAIMS, *key_of(claim), change, manager=self.manager)
        spec = volume["spec"]
        status = {"phase": "Bound", "accessModes": spec["accessModes"], "capacity": spec["capacity"]}
        self.write_status(CLAIMS, claim, {**(claim.get("status") or {}), **status})

    def _sync_bound(self, claim: Object) -> None:
        """Notice when a claim has lost its volume (syncBoundClaim)."""
        name = claim["spec"].get("volumeName")
        if not name:
            self._lose(
                claim, "ClaimLost", "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!"
            )
            return
        volume = self.registry.find(VOLUMES, "", name)
        if volume is None:
            self._lose(claim, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!")
        elif volume["spec"].get("claimRef") and not matching.refers_to(volume, claim):
            self._lose(claim, "ClaimMisbound", _MISBOUND)
        else:
            self._bind(claim, volume)
            if size_of(claim) > matching.capacity(volume):
                text = "waiting for an external controller to expand this PVC"
                self._expansions.event(claim, "Normal", "ExternalExpanding", text)

    def _lose(self, claim: Object, reason: str, text: str) -> None:
        if meta.phase_of(claim) == "Lost":
            return
        claim = self.write_status(CLAIMS, claim, {**(claim.get("status") or {}), "phase": "Lost"})
        self._events.event(claim, "Warning", reason, text)

    # Volumes

    def _set_phase(self, volume: Object, phase: str, message: str = "") -> Object:
        status = {key: value for key, value in (volume.get("status") or {}).items() if key != "message"}
        status |= {"phase": phase, **({"message": message} if message else {})}
        return self.write_status(VOLUMES, volume, status)

    def _sync_volume(self, volume: Object) -> None:
        reference = volume["spec"].get("claimRef")
        if not reference or not reference.get("uid"):
            self._set_phase(volume, "Available")
            return
        claim = self.registry.find(CLAIMS, reference["namespace"], reference["name"])
        if claim is None or claim["metadata"]["uid"] != reference["uid"]:
            if meta.phase_of(volume) not in ("Released", "Failed"):
                volume = self._set_phase(volume, "Released")
            if not meta.is_terminating(volume):
                self._reclaim(volume)
        elif claim["spec"].get("volumeName") == meta.name_of(volume):
            self._set_phase(volume, "Bound")
        elif claim["spec"].get("volumeName") and annotation(volume, matching.BOUND_BY_CONTROLLER):
            self._unbind(volume)  # the claim has got another one

    def _reclaim(self, volume: Object) -> None:
        """Do what the volume's policy says when its claim is gone (reclaimVolume)."""
        spec = volume["spec"]
        policy, path = spec["persistentVolumeReclaimPolicy"], (spec.get("hostPath") or {}).get("path")
        if policy == "Recycle":
            if path is None and not spec.get("nfs"):
                self._fail(volume, "VolumeFailedRecycle", "No recycler plugin found for the volume!")
                return
            self._events.event(volume, "Normal", "VolumeRecycled", "Volume recycled")
            self._unbind(volume)
        elif policy == "Delete" and not annotation(volume, matching.PROVISIONED_BY) and not spec.get("csi"):
            if path is None:
                about = f'error getting deleter volume plugin for volume "{meta.name_of(volume)}"'
                self._fail(volume, "VolumeFailedDelete", f"{about}: no deletable volume plugin matched")
            elif not _ERASABLE(path):
                text = f"host_path deleter only supports /tmp/.+ but received provided {path}"
                self._fail(volume, "VolumeFailedDelete", text)
            else:
                self.registry.delete(VOLUMES, "", meta.name_of(volume))

    def _fail(self, volume: Object, reason: str, text: str) -> None:
        if meta.phase_of(volume) == "Failed":
            return
        volume = self._set_phase(volume, "Failed", text)
        self._events.event(volume, "Warning", reason, text)

    def _unbind(self, volume: Object) -> None:
        """Give a volume up for other claims (unbindVolume)."""

        def change(item: Object) -> None:
            item["spec"].pop("claimRef", None)
            annotations = item["metadata"].get("annotations") or {}
            annotations.pop(matching.BOUND_BY_CONTROLLER, None)

        volume = self.registry.modify(VOLUMES, "", meta.name_of(volume), change, manager=self.manager)
        self._set_phase(volume, "Available")
