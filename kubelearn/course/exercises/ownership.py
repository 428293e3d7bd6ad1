"""Which pods are a Deployment's own: by the uids of their owners, which no label can pretend to."""

from __future__ import annotations

from typing import Any

from kubelearn.target.connection import Cluster
from kubelearn.views.objects import Object

from .probe import Found


class Owner:
    """A Deployment as the owner of pods, through its ReplicaSets."""

    def __init__(self, cluster: Cluster, deployment: Found):
        self._cluster = cluster
        self._uid = deployment.metadata.uid
        self._namespace = deployment.metadata.namespace
        #: uid of a ReplicaSet → whether it is one of this Deployment's.
        self._sets: dict[str, bool] = {}

    def has(self, pod: Found) -> bool:
        """Say whether a pod is one of the Deployment's."""
        return self.controls(_controller(pod))

    def controls(self, uid: str) -> bool:
        """Say whether a ReplicaSet is one of the Deployment's; nothing is none."""
        if uid and uid not in self._sets:
            listed: Any = self._cluster.apps.list_namespaced_replica_set(self._namespace)
            self._sets.update((found.metadata.uid, _controller(found) == self._uid) for found in listed.items)
        return self._sets.get(uid, False)


def _controller(found: Found) -> str:
    """Return the uid of what controls an object, or nothing."""
    references = found.metadata.owner_references or ()
    return next((str(reference.uid) for reference in references if reference.controller), "")


def controller(item: Object) -> str:
    """Return the uid of what controls an object that is as the API sends it, or nothing."""
    references = item["metadata"].get("ownerReferences", ())
    return next((reference["uid"] for reference in references if reference.get("controller")), "")
