"""Makes volumes for claims of kind's class ``standard``: folders of the node that the pod will be on.

Source: github.com/rancher/local-path-provisioner, and the library that it is made with
(sigs.k8s.io/sig-storage-lib-external-provisioner).
"""

from __future__ import annotations

from typing import Final

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.kinds.storage import storageclass
from kubelearn.cluster.apiserver.kinds.storage.claim import CLAIMS
from kubelearn.cluster.apiserver.kinds.storage.volume import VOLUMES
from kubelearn.cluster.controllers.framework.informer import Informers, Key
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.meta import Object
from kubelearn.cluster.well_known import LOCAL_PATH, LOCAL_PATH_NODE

from . import matching
from .matching import annotation

#: Where the node has the folders.
FOLDER: Final = "/var/local-path-provisioner"
_MODES: Final = ("ReadWriteOnce", "ReadWriteOncePod")


class ConfigurationError(Exception):
    """A claim asks for what folders of a node cannot be; the message is the provisioner's."""


class LocalPathProvisioner(Controller):
    """Makes volumes, and deletes those whose claim is gone; a key is as those of the PersistentVolumeController."""

    manager = "local-path-provisioner"

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._events = EventRecorder(self.registry, f"{LOCAL_PATH}_local-path-provisioner")
        for resource in (CLAIMS, VOLUMES):
            informers.of(resource).add_handler(self.enqueue_event)

    def reconcile(self, key: Key) -> None:
        """Make the volume of a claim, or delete one that nobody needs."""
        found = self.registry.find(CLAIMS if key[0] else VOLUMES, *key)
        if found is None or meta.is_terminating(found):
            return
        if key[0]:
            self._provision(found)
        elif _is_to_go(found):
            self.registry.delete(VOLUMES, "", meta.name_of(found))

    def _provision(self, claim: Object) -> None:
        if claim["spec"].get("volumeName") or annotation(claim, matching.PROVISIONERS[0]) != LOCAL_PATH:
            return
        name = f"pvc-{claim['metadata']['uid']}"
        found = matching.class_of(self.registry, claim)
        if found is None or self.registry.find(VOLUMES, "", name) is not None:
            return
        about = (
            f'External provisioner is provisioning volume for claim "{meta.namespace_of(claim)}/{meta.name_of(claim)}"'
        )
        self._events.event(claim, "Normal", "Provisioning", about)
        try:
            self.registry.create(VOLUMES, "", self._volume(name, claim, found), manager=self.manager)
        except (ConfigurationError, ApiError) as error:
            text = f'failed to provision volume with StorageClass "{meta.name_of(found)}": {error}'
            self._events.event(claim, "Warning", "ProvisioningFailed", text)
            return
        self._events.event(claim, "Normal", "ProvisioningSucceeded", f"Successfully provisioned volume {name}")

    def _volume(self, name: str, claim: Object, found: Object) -> Object:
        """Return the volume of a claim.

        Raises:
            ConfigurationError: it cannot be had.
        """
        spec, node = claim["spec"], annotation(claim, matching.SELECTED_NODE)
        if spec.get("volumeMode") == "Block":
            raise ConfigurationError(f"{LOCAL_PATH} does not support block volume provisioning")
        if spec.get("selector") is not None:
            raise ConfigurationError("claim.Spec.Selector is not supported")
        if any(mode not in _MODES for mode in spec["accessModes"]):
            why = "NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes"
            raise ConfigurationError(why)
        if not node:
            raise ConfigurationError("configuration error, no node was specified")
        claim_key = (meta.namespace_of(claim), meta.name_of(claim))
        path = f"{FOLDER}/{'_'.join((name, *claim_key))}"
        place = {"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}
        return {
            "metadata": {
                "name": name,
                "annotations": {LOCAL_PATH_NODE: node, matching.PROVISIONED_BY: LOCAL_PATH},
            },
            "spec": {
                "capacity": {"storage": spec["resources"]["requests"]["storage"]},
                "hostPath": {"path": path, "type": "DirectoryOrCreate"},
                "accessModes": spec["accessModes"],
                "claimRef": matching.reference(claim),
                "persistentVolumeReclaimPolicy": found["reclaimPolicy"],
                "storageClassName": storageclass.name_of(claim),
                "mountOptions": found.get("mountOptions") or [],
                "volumeMode": spec["volumeMode"],
                "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [place]}]}},
            },
        }


def _is_to_go(volume: Object) -> bool:
    """Return whether a volume that was made here has lost its claim, and does not outlive it."""
    is_mine = annotation(volume, matching.PROVISIONED_BY) == LOCAL_PATH
    is_deleted = volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete"
    return is_mine and is_deleted and meta.phase_of(volume) == "Released"
