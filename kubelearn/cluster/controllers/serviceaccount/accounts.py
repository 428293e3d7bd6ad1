"""What every namespace gets: the ServiceAccount ``default`` and the cluster's CA certificate.

K/pkg/controller/serviceaccount/serviceaccounts_controller.go and K/pkg/controller/certificates/rootcacertpublisher.
"""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.framework.informer import Informers, Key
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent

ROOT_CA = "kube-root-ca.crt"
_DESCRIPTION = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as "
    "the internal service IP or kubernetes.default.svc. "
    "No other usage is guaranteed across distributions of Kubernetes clusters."
)


class ServiceAccountController(Controller):
    """Keeps the ServiceAccount and the ConfigMap in each namespace, also when somebody deletes them."""

    def __init__(self, informers: Informers, root_ca: str = ""):
        """Prepare the controller.

        Args:
            informers: the shared view of the cluster.
            root_ca: certificate of the API server's authority, PEM.
        """
        super().__init__(informers)
        self._root_ca = root_ca
        informers.of("namespaces").add_handler(self._namespace_changed)
        informers.of("serviceaccounts").add_handler(self._content_changed)
        informers.of("configmaps").add_handler(self._content_changed)

    def _namespace_changed(self, event: StoreEvent) -> None:
        if event.type == "ADDED":
            self.queue.add(("", meta.name_of(event.object)))

    def _content_changed(self, event: StoreEvent) -> None:
        if event.type != "ADDED" and meta.name_of(event.object) in ("default", ROOT_CA):
            self.queue.add(("", meta.namespace_of(event.object)))

    def reconcile(self, key: Key) -> None:
        """Create what a namespace lacks."""
        namespace = self.registry.find("namespaces", *key)
        if namespace is None or meta.is_terminating(namespace):
            return
        name = key[1]
        if self.registry.find("serviceaccounts", name, "default") is None:
            self.registry.create(
                "serviceaccounts", name, {"metadata": {"name": "default", "namespace": name}}, manager=self.manager
            )
        data = {"ca.crt": self._root_ca}
        current = self.registry.find("configmaps", name, ROOT_CA)
        if current is None:
            metadata = {"name": ROOT_CA, "namespace": name, "annotations": {"kubernetes.io/description": _DESCRIPTION}}
            self.registry.create("configmaps", name, {"metadata": metadata, "data": data}, manager=self.manager)
        elif current.get("data") != data:
            self.registry.modify("configmaps", name, ROOT_CA, lambda item: _set_data(item, data), manager=self.manager)


def _set_data(config_map: Object, data: dict[str, str]) -> None:
    config_map["data"] = data
