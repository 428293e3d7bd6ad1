"""The namespace controller: a namespace that is deleted takes its content with it.

K/pkg/controller/namespace/deletion.
"""

from __future__ import annotations

from collections import Counter

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.resources import BY_KEY
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent

from .framework.informer import Informers, Key
from .framework.workqueue import Controller

#: Everything that lives in namespaces, in an order in which no controller makes anew what is gone.
_CONTENT = tuple(
    sorted(
        (key for key, resource in BY_KEY.items() if resource.namespaced and "delete" in resource.verbs),
        key=lambda key: (key == "pods", key == "events", key),
    )
)
#: Condition → (reason, message) while nothing is wrong.
_FINE = {
    "NamespaceDeletionDiscoveryFailure": ("ResourcesDiscovered", "All resources successfully discovered"),
    "NamespaceDeletionGroupVersionParsingFailure": ("ParsedGroupVersions", "All legacy kube types successfully parsed"),
    "NamespaceDeletionContentFailure": (
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    "NamespaceContentRemaining": ("ContentRemoved", "All content successfully removed"),
    "NamespaceFinalizersRemaining": ("ContentHasNoFinalizers", "All content-preserving finalizers finished"),
}


class NamespaceController(Controller):
    """Empties namespaces that are being deleted, then lets them go."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        informers.of("namespaces").add_handler(self._namespace_changed)
        for resource in _CONTENT:
            informers.of(resource).add_handler(self._content_changed)

    def _namespace_changed(self, event: StoreEvent) -> None:
        if event.type != "DELETED" and meta.is_terminating(event.object):
            self.enqueue(event.object)

    def _content_changed(self, event: StoreEvent) -> None:
        """Look again when something in a terminating namespace comes or goes."""
        if event.type == "MODIFIED":
            return
        namespace = self.registry.find("namespaces", "", meta.namespace_of(event.object))
        if namespace is not None and meta.is_terminating(namespace):
            self.enqueue(namespace)

    def reconcile(self, key: Key) -> None:
        """Delete what is in a namespace that ends; let it go when nothing is left."""
        namespace = self.registry.find("namespaces", *key)
        if namespace is None or not meta.is_terminating(namespace):
            return
        failures = [failure for resource in _CONTENT for failure in self._delete_all(resource, key[1])]
        remaining = [(resource, obj) for resource in _CONTENT for obj in self.registry.list(resource, key[1])]
        conditions = _conditions(namespace, remaining, failures)
        status = {**(namespace.get("status") or {}), "phase": "Terminating", "conditions": conditions}
        if remaining or failures:
            # A namespace that is empty at the first look goes without ever showing conditions.
            self.write_status("namespaces", namespace, status)
            return
        self._finalize(key[1])

    def _delete_all(self, resource: str, namespace: str) -> list[str]:
        failures = []
        for obj in self.registry.list(resource, namespace):
            if meta.is_terminating(obj):
                continue
            try:
                self.registry.delete(
                    resource, namespace, meta.name_of(obj), propagation="Background", uid=obj["metadata"]["uid"]
                )
            except ApiError as error:
                if error.code != 404:
                    failures.append(error.message)
        return failures

    def _finalize(self, name: str) -> None:
        def change(namespace: Object) -> None:
            spec = namespace.setdefault("spec", {})
            spec["finalizers"] = [item for item in spec.get("finalizers") or () if item != "kubernetes"]

        self.registry.modify("namespaces", "", name, change, subresource="finalize", manager=self.manager)


def _conditions(namespace: Object, remaining: list[tuple[str, Object]], failures: list[str]) -> list[Object]:
    """Return the conditions of a namespace that is being deleted (status_condition_utils.go)."""
    wrong = _wrong(remaining, failures)
    conditions = []
    for kind, fine in _FINE.items():
        reason, message = wrong.get(kind, fine)
        status = "True" if kind in wrong else "False"
        since = meta.transition_time(namespace, kind, status)
        conditions.append(
            {"type": kind, "status": status, "lastTransitionTime": since, "reason": reason, "message": message}
        )
    return conditions


def _wrong(remaining: list[tuple[str, Object]], failures: list[str]) -> dict[str, tuple[str, str]]:
    wrong: dict[str, tuple[str, str]] = {}
    if failures:
        text = ", ".join(sorted(failures))
        wrong["NamespaceDeletionContentFailure"] = (
            "ContentDeletionFailed",
            f"Failed to delete all resource types, {len(failures)} remaining: {text}",
        )
    counts = Counter(resource for resource, _ in remaining)
    if counts:
        texts = sorted(
            f"{BY_KEY[key].plural}.{BY_KEY[key].group} has {count} resource instances" for key, count in counts.items()
        )
        wrong["NamespaceContentRemaining"] = "SomeResourcesRemain", "Some resources are remaining: " + ", ".join(texts)
    finalizers = Counter(finalizer for _, obj in remaining for finalizer in obj["metadata"].get("finalizers") or ())
    if finalizers:
        texts = sorted(f"{finalizer} in {count} resource instances" for finalizer, count in finalizers.items())
        wrong["NamespaceFinalizersRemaining"] = (
            "SomeFinalizersRemain",
            "Some content in the namespace has finalizers remaining: " + ", ".join(texts),
        )
    return wrong
