"""The Service ``kubernetes``, which the API server keeps itself (K/pkg/controlplane/controller/kubernetesservice)."""

from __future__ import annotations

from kubelearn.cluster import bootstrap, meta
from kubelearn.cluster.store import StoreEvent
from kubelearn.cluster.well_known import SLICES

from .framework.informer import Informers, Key
from .framework.workqueue import Controller

_KEY: Key = ("default", "kubernetes")


class KubernetesServiceController(Controller):
    """Makes the Service, its Endpoints and its slice again when somebody deletes them."""

    def __init__(self, informers: Informers, address: str):
        """Prepare the controller.

        Args:
            informers: the shared view of the cluster.
            address: the control plane's node address.
        """
        super().__init__(informers)
        self._address = address
        for resource in ("services", "endpoints", SLICES):
            informers.of(resource).add_handler(self._changed)

    def _changed(self, event: StoreEvent) -> None:
        if event.type == "DELETED" and (meta.namespace_of(event.object), meta.name_of(event.object)) == _KEY:
            self.queue.add(_KEY)

    def reconcile(self, _key: Key) -> None:
        """Create what is missing."""
        bootstrap.kubernetes_service(self.registry, self._address)
