"""Garbage collection: what has lost its owners goes too (K/pkg/controller/garbagecollector)."""

from __future__ import annotations

from collections.abc import Iterable

from .. import meta
from ..apiserver.registry import Registry
from ..apiserver.resources import BY_KEY, BY_KIND, Resource
from ..meta import Object
from ..store import StoreEvent
from .workqueue import Controller, Key, Keys

FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
Node = tuple[str, str, str]


class GarbageCollector(Controller):
    """Follows owner references from all kinds to all kinds.

    Keys here are (``resource/namespace``, name), since one queue serves all resources.
    """

    def __init__(self, registry: Registry):
        super().__init__(registry)
        self._dependents: dict[str, set[Node]] = {}

    def sources(self) -> dict[str, Keys]:
        return {resource.key: self._keys for resource in BY_KEY.values() if "delete" in resource.verbs and resource.key not in ("events", "namespaces", "nodes")}

    def observe(self, event: StoreEvent) -> None:
        metadata = event.object["metadata"]
        node = (event.resource, metadata.get("namespace", ""), metadata["name"])
        before = {owner["uid"] for owner in (event.previous or {"metadata": {}})["metadata"].get("ownerReferences") or ()}
        after = {owner["uid"] for owner in metadata.get("ownerReferences") or ()} if event.type != "DELETED" else set()
        for uid in before - after:
            self._dependents.get(uid, set()).discard(node)
        for uid in after:
            self._dependents.setdefault(uid, set()).add(node)

    def _keys(self, event: StoreEvent) -> Iterable[Key]:
        metadata = event.object["metadata"]
        if event.type != "DELETED":
            if metadata.get("ownerReferences") or metadata.get("finalizers"):
                yield _key((event.resource, metadata.get("namespace", ""), metadata["name"]))
            return
        for node in self._dependents.get(metadata["uid"], ()):
            yield _key(node)
        for owner in metadata.get("ownerReferences") or ():
            resource = BY_KIND.get((owner["apiVersion"], owner["kind"]))
            if resource is not None:  # a foreground deletion may be waiting for this one
                yield _key((resource.key, metadata.get("namespace", ""), owner["name"]))

    def reconcile(self, key: Key) -> None:
        resource, _, namespace = key[0].partition("/")
        obj = self.registry.find(resource, namespace, key[1])
        if obj is None:
            return
        finalizers = obj["metadata"].get("finalizers") or ()
        if meta.is_terminating(obj) and ORPHAN in finalizers:
            self._orphan(resource, obj)
        elif meta.is_terminating(obj) and FOREGROUND in finalizers:
            self._foreground(resource, obj)
        elif obj["metadata"].get("ownerReferences"):
            self._attend(BY_KEY[resource], obj)

    def _owned_by(self, obj: Object) -> list[tuple[str, Object]]:
        nodes = sorted(self._dependents.get(obj["metadata"]["uid"], ()))
        return [(node[0], found) for node in nodes if (found := self.registry.find(*node)) is not None]

    def _orphan(self, resource: str, obj: Object) -> None:
        uid = obj["metadata"]["uid"]
        for kind, dependent in self._owned_by(obj):
            self._drop_owners(kind, dependent, {uid})
        self._drop_finalizer(resource, obj, ORPHAN)

    def _foreground(self, resource: str, obj: Object) -> None:
        blocking = False
        for kind, dependent in self._owned_by(obj):
            owner = next(o for o in dependent["metadata"]["ownerReferences"] if o["uid"] == obj["metadata"]["uid"])
            blocking = blocking or bool(owner.get("blockOwnerDeletion"))
            if not meta.is_terminating(dependent):
                self.registry.delete(kind, meta.namespace_of(dependent), meta.name_of(dependent), propagation="Foreground")
        if not blocking or not any(True for _ in self._owned_by(obj)):
            self._drop_finalizer(resource, obj, FOREGROUND)

    def _attend(self, resource: Resource, obj: Object) -> None:
        """Delete an object whose owners are all gone; forget those that are, if some are left."""
        owners = obj["metadata"]["ownerReferences"]
        absent = {owner["uid"] for owner in owners if not self._exists(owner, meta.namespace_of(obj))}
        if not absent:
            return
        if len(absent) < len(owners):
            self._drop_owners(resource.key, obj, absent)
        elif not meta.is_terminating(obj):
            self.registry.delete(resource.key, meta.namespace_of(obj), meta.name_of(obj), propagation="Background", uid=obj["metadata"]["uid"])

    def _exists(self, owner: Object, namespace: str) -> bool:
        resource = BY_KIND.get((owner["apiVersion"], owner["kind"]))
        if resource is None:
            return True  # an owner of a kind that is not served here cannot be seen to be gone
        found = self.registry.find(resource.key, namespace if resource.namespaced else "", owner["name"])
        return found is not None and found["metadata"]["uid"] == owner["uid"]

    def _drop_owners(self, resource: str, obj: Object, uids: set[str]) -> None:
        def change(changed: Object) -> None:
            left = [owner for owner in changed["metadata"].get("ownerReferences") or () if owner["uid"] not in uids]
            changed["metadata"]["ownerReferences"] = left
            if not left:
                del changed["metadata"]["ownerReferences"]

        self.registry.modify(resource, meta.namespace_of(obj), meta.name_of(obj), change, manager="kube-controller-manager")

    def _drop_finalizer(self, resource: str, obj: Object, finalizer: str) -> None:
        def change(changed: Object) -> None:
            changed["metadata"]["finalizers"] = [item for item in changed["metadata"].get("finalizers") or () if item != finalizer]
            if not changed["metadata"]["finalizers"]:
                del changed["metadata"]["finalizers"]

        self.registry.modify(resource, meta.namespace_of(obj), meta.name_of(obj), change, manager="kube-controller-manager")


def _key(node: Node) -> Key:
    return f"{node[0]}/{node[1]}", node[2]
