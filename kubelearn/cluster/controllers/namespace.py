"""Namespaces: what has to be in each, and how one is emptied before it goes."""

from __future__ import annotations

from collections.abc import Iterable

from .. import meta
from ..apiserver.registry import Registry
from ..apiserver.resources import BY_KEY, Resource
from ..meta import Object
from ..store import StoreEvent
from .workqueue import Controller, Key, Keys, own_key

ROOT_CA = "kube-root-ca.crt"


def _contents() -> list[Resource]:
    return [resource for resource in BY_KEY.values() if resource.namespaced and "delete" in resource.verbs]


class NamespaceController(Controller):
    """Deletes everything in a namespace that is going, then the namespace (K/pkg/controller/namespace)."""

    def sources(self) -> dict[str, Keys]:
        return {"namespaces": own_key, **{resource.key: self._container for resource in _contents()}}

    def _container(self, event: StoreEvent) -> Iterable[Key]:
        """Look at a namespace again when something in it is gone."""
        namespace = event.object["metadata"]["namespace"]
        found = self.registry.find("namespaces", "", namespace) if event.type == "DELETED" else None
        return (("", namespace),) if found is not None and meta.is_terminating(found) else ()

    def reconcile(self, key: Key) -> None:
        namespace = self.registry.find("namespaces", *key)
        if namespace is None or not meta.is_terminating(namespace):
            return
        for resource in _contents():
            for obj in self.registry.list(resource.key, key[1]):
                if not meta.is_terminating(obj) and self.registry.find(resource.key, key[1], meta.name_of(obj)) is not None:
                    self.registry.delete(resource.key, key[1], meta.name_of(obj), propagation="Background")
        if not any(self.registry.store.list(resource.key, key[1]) for resource in _contents()):
            self._finalize(namespace)

    def _finalize(self, namespace: Object) -> None:
        changed = meta.thaw(namespace)
        changed["spec"]["finalizers"] = [item for item in changed["spec"].get("finalizers") or () if item != "kubernetes"]
        del changed["metadata"]["resourceVersion"]
        self.registry.update("namespaces", "", changed, subresource="finalize", manager="kube-controller-manager")


class NamespaceContentsController(Controller):
    """Gives each namespace its default ServiceAccount and the cluster's root certificate."""

    def __init__(self, registry: Registry, ca_pem: str = ""):
        super().__init__(registry)
        self._ca_pem = ca_pem

    def sources(self) -> dict[str, Keys]:
        return {"namespaces": own_key, "serviceaccounts": self._parent, "configmaps": self._parent}

    @staticmethod
    def _parent(event: StoreEvent) -> Iterable[Key]:
        return (("", event.object["metadata"]["namespace"]),) if event.type == "DELETED" else ()

    def reconcile(self, key: Key) -> None:
        namespace = self.registry.find("namespaces", *key)
        if namespace is None or meta.is_terminating(namespace):
            return
        if self.registry.find("serviceaccounts", key[1], "default") is None:
            self.registry.create("serviceaccounts", key[1], {"metadata": {"name": "default"}}, manager="kube-controller-manager")
        if self.registry.find("configmaps", key[1], ROOT_CA) is None:
            about = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc."
            metadata = {"name": ROOT_CA, "annotations": {"kubernetes.io/description": about}}
            self.registry.create("configmaps", key[1], {"metadata": metadata, "data": {"ca.crt": self._ca_pem}}, manager="kube-controller-manager")
