"""The garbage collector: what has no owner any more goes too (K/pkg/controller/garbagecollector)."""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.resources import BY_KEY, BY_KIND
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent

from .framework.informer import Informers, Key, by_owner, key_of
from .framework.ownership import drop_owners, find_owner
from .framework.workqueue import Controller

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"
#: Everything that can own or be owned; the real one leaves Events out, too.
_RESOURCES = tuple(key for key, resource in BY_KEY.items() if "delete" in resource.verbs and key != "events")


class GarbageCollector(Controller):
    """Deletes dependents in the background or foreground, or orphans them.

    A key is (resource, ``namespace/name``).
    """

    def __init__(self, informers: Informers):
        super().__init__(informers)
        for resource in _RESOURCES:
            informer = informers.of(resource)
            informer.add_index("owner", by_owner)
            informer.add_handler(self._changed)

    def _changed(self, event: StoreEvent) -> None:
        obj, previous = event.object, event.previous
        if event.type == "DELETED":
            self._owner_gone(obj)
            return
        metadata = obj["metadata"]
        references = metadata.get("ownerReferences")
        if references and (previous is None or previous["metadata"].get("ownerReferences") != references):
            # Perhaps an owner was gone before its dependent came.
            self._enqueue(event.resource, obj)
        if "deletionTimestamp" in metadata and {FOREGROUND, ORPHAN} & set(metadata.get("finalizers") or ()):
            self._enqueue(event.resource, obj)

    def _owner_gone(self, obj: Object) -> None:
        """Wake the dependents of an object that is gone, and the owners that waited for it."""
        for resource, dependent in self._dependents(obj["metadata"]["uid"]):
            self._enqueue(resource, dependent)
        for reference in obj["metadata"].get("ownerReferences") or ():
            found = self._find(reference, meta.namespace_of(obj))
            if found is not None and meta.is_terminating(found[1]):
                self._enqueue(*found)

    def _enqueue(self, resource: str, obj: Object) -> None:
        namespace, name = key_of(obj)
        self.queue.add((resource, f"{namespace}/{name}"))

    def _dependents(self, uid: str) -> Iterable[tuple[str, Object]]:
        for resource in _RESOURCES:
            for obj in self.informers.of(resource).indexed("owner", uid):
                yield resource, obj

    def reconcile(self, key: Key) -> None:
        """Look after one object: its owners, or, if it is being deleted, its dependents.

        Args:
            key: the resource, and ``namespace/name``.
        """
        resource, (namespace, _, name) = key[0], key[1].partition("/")
        obj = self.registry.find(resource, namespace, name)
        if obj is None:
            return
        finalizers = obj["metadata"].get("finalizers") or ()
        if not meta.is_terminating(obj):
            self._judge(resource, obj)
        elif FOREGROUND in finalizers:
            self._delete_dependents(resource, obj)
        elif ORPHAN in finalizers:
            self._orphan_dependents(resource, obj)

    def _judge(self, resource: str, obj: Object) -> None:
        """Delete an object without owners; drop references to those that are gone (attemptToDeleteItem)."""
        references = obj["metadata"].get("ownerReferences") or ()
        solid: list[Object] = []
        dangling: list[Object] = []
        waiting: list[Object] = []
        for reference in references:
            owner = self._find(reference, meta.namespace_of(obj))
            if owner is None:
                (dangling if _is_known(reference) else solid).append(reference)
            elif _deletes_dependents(owner[1]):
                waiting.append(reference)
            else:
                solid.append(reference)
        if not dangling and not waiting:
            return
        if solid:
            self._drop_owners(resource, obj, {reference["uid"] for reference in (*dangling, *waiting)})
        elif waiting and any(True for _ in self._dependents(obj["metadata"]["uid"])):
            self._delete(resource, obj, "Foreground")
        else:
            self._delete(resource, obj, _policy_of(obj))

    def _delete(self, resource: str, obj: Object, propagation: str) -> None:
        try:
            self.registry.delete(
                resource, meta.namespace_of(obj), meta.name_of(obj), propagation=propagation, uid=obj["metadata"]["uid"]
            )
        except ApiError as error:
            if error.code != 404:
                raise

    def _delete_dependents(self, resource: str, obj: Object) -> None:
        """Delete what blocks an owner's deletion, and let the owner go when nothing does.

        This is processDeletingDependentsItem.
        """
        uid = obj["metadata"]["uid"]
        dependents = list(self._dependents(uid))
        blocking = [(kind, item) for kind, item in dependents if _blocks(item, uid)]
        if not blocking:
            self._remove_finalizer(resource, obj, FOREGROUND)
            return
        for kind, item in dependents:
            if not meta.is_terminating(item):
                self._judge(kind, item)

    def _orphan_dependents(self, resource: str, obj: Object) -> None:
        uid = obj["metadata"]["uid"]
        for kind, item in list(self._dependents(uid)):
            self._drop_owners(kind, item, {uid})
        self._remove_finalizer(resource, obj, ORPHAN)

    def _drop_owners(self, resource: str, obj: Object, uids: set[str]) -> None:
        def change(item: Object) -> None:
            drop_owners(item, uids)

        self.registry.modify(resource, meta.namespace_of(obj), meta.name_of(obj), change, manager=self.manager)

    def _remove_finalizer(self, resource: str, obj: Object, finalizer: str) -> None:
        def change(item: Object) -> None:
            meta.drop_finalizer(item, finalizer)

        self.registry.modify(resource, meta.namespace_of(obj), meta.name_of(obj), change, manager=self.manager)

    def _find(self, reference: Object, namespace: str) -> tuple[str, Object] | None:
        """Return the owner that a reference is of, or None when it is gone or another object has its name."""
        kind = BY_KIND.get((reference["apiVersion"], reference["kind"]))
        if kind is None:
            return None
        found = find_owner(self.registry, kind, namespace, reference)
        return None if found is None else (kind.key, found)


def _is_known(reference: Object) -> bool:
    """Return whether the API has the owner's kind; of what it does not know, nothing may be deleted."""
    return (reference["apiVersion"], reference["kind"]) in BY_KIND


def _deletes_dependents(owner: Object) -> bool:
    return meta.is_terminating(owner) and FOREGROUND in (owner["metadata"].get("finalizers") or ())


def _blocks(obj: Object, uid: str) -> bool:
    references = obj["metadata"].get("ownerReferences") or ()
    return any(reference["uid"] == uid and reference.get("blockOwnerDeletion") for reference in references)


def _policy_of(obj: Object) -> str:
    finalizers = obj["metadata"].get("finalizers") or ()
    if ORPHAN in finalizers:
        return "Orphan"
    return "Foreground" if FOREGROUND in finalizers else "Background"
