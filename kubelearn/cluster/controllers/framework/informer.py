"""Informers: what the controllers know of the cluster, kept up from watch events (client-go's informers).

An informer holds indexes over one resource, so that no controller lists everything for each
event.  The store is in this process: :meth:`Informer.refresh` brings the indexes up to the last
write at once.  Controllers do so before they reconcile, and so never act on a stale view;
client-go needs "expectations" for that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent

Key = tuple[str, str]
IndexFunction = Callable[[Object], Iterable[str]]
Handler = Callable[[StoreEvent], None]


def key_of(obj: Object) -> Key:
    """Return an object's namespace and name."""
    metadata = obj["metadata"]
    return metadata.get("namespace", ""), metadata["name"]


class Informer:
    """Indexes over one resource, and handlers of its events.

    Attributes:
        resource: name as in RBAC, ``deployments.apps``.
    """

    def __init__(self, registry: Registry, resource: str):
        self.resource = resource
        self._watch = registry.watch(resource)
        self._registry = registry
        self._functions: dict[str, IndexFunction] = {}
        self._indexes: dict[str, dict[str, dict[Key, Object]]] = {}
        self._handlers: list[Handler] = []

    def add_index(self, name: str, function: IndexFunction) -> None:
        """Index the resource by what a function says of each object; safe to call twice with one name."""
        if name in self._functions:
            return
        self.refresh()
        self._functions[name] = function
        index = self._indexes[name] = {}
        for obj in self._registry.list(self.resource):
            _insert(index, function(obj), key_of(obj), obj)

    def add_handler(self, handler: Handler) -> None:
        """Call a function for everything that exists (as ADDED) and for each later event."""
        self.refresh()
        self._handlers.append(handler)
        for obj in self._registry.list(self.resource):
            handler(StoreEvent("ADDED", self.resource, obj, None, int(obj["metadata"]["resourceVersion"])))

    def indexed(self, name: str, value: str) -> list[Object]:
        """Return the objects for which an index has a value."""
        return list(self._indexes[name].get(value, {}).values())

    def count(self, name: str, value: str) -> int:
        """Return for how many objects an index has a value."""
        return len(self._indexes[name].get(value, ()))

    def candidates(self, owner: Object) -> list[Object]:
        """Return the objects that an owner controls, and those of its namespace that nobody does.

        They are found by the index ``controller``, which is :func:`by_controller`.
        """
        mine = self.indexed("controller", owner["metadata"]["uid"])
        return mine + self.indexed("controller", _orphans(meta.namespace_of(owner)))

    def refresh(self) -> None:
        """Take in every event up to now, and tell the handlers."""
        while len(self._watch):
            for event in self._watch.pending():
                self._apply(event)
                for handler in self._handlers:
                    handler(event)

    def _apply(self, event: StoreEvent) -> None:
        key = key_of(event.object)
        for name, function in self._functions.items():
            index = self._indexes[name]
            new = () if event.type == "DELETED" else tuple(function(event.object))
            if event.previous is not None:
                _remove(index, function(event.previous), new, key)
            _insert(index, new, key, event.object)

    async def run(self) -> None:
        """Follow the resource until cancelled."""
        async for event in self._watch:
            self._apply(event)
            for handler in self._handlers:
                handler(event)
            self.refresh()


def _insert(index: dict[str, dict[Key, Object]], values: Iterable[str], key: Key, obj: Object) -> None:
    for value in values:
        index.setdefault(value, {})[key] = obj


def _remove(index: dict[str, dict[Key, Object]], values: Iterable[str], kept: tuple[str, ...], key: Key) -> None:
    for value in values:
        if value not in kept:
            bucket = index.get(value)
            if bucket is not None:
                bucket.pop(key, None)
                if not bucket:
                    del index[value]


class Informers:
    """One informer a resource, shared by all controllers (client-go's SharedInformerFactory)."""

    def __init__(self, registry: Registry):
        self.registry = registry
        self._informers: dict[str, Informer] = {}

    def of(self, resource: str) -> Informer:
        """Return the informer of a resource such as ``pods`` or ``deployments.apps``."""
        found = self._informers.get(resource)
        if found is None:
            found = self._informers[resource] = Informer(self.registry, resource)
        return found

    def refresh(self) -> None:
        """Bring every informer up to the last write."""
        for informer in list(self._informers.values()):
            informer.refresh()

    async def run(self) -> None:
        """Follow all resources until cancelled."""
        async with asyncio.TaskGroup() as group:
            for informer in self._informers.values():
                group.create_task(informer.run(), name=f"informer {informer.resource}")


def by_namespace(obj: Object) -> Iterable[str]:
    """Index function: the namespace."""
    return (obj["metadata"].get("namespace", ""),)


def by_node(pod: Object) -> Iterable[str]:
    """Index function: a pod's node; none without one."""
    node = pod["spec"].get("nodeName")
    return (node,) if node else ()


def by_owner(obj: Object) -> Iterable[str]:
    """Index function: the uid of every owner."""
    references = obj["metadata"].get("ownerReferences")
    return [reference["uid"] for reference in references] if references else ()


def by_controller(obj: Object) -> Iterable[str]:
    """Index function: the uid of the controller; ``orphans/NAMESPACE`` for objects that have none."""
    reference = meta.controller_of(obj)
    return (reference["uid"] if reference else _orphans(meta.namespace_of(obj)),)


def _orphans(namespace: str) -> str:
    return f"orphans/{namespace}"


def by_label(obj: Object) -> Iterable[str]:
    """Index function: each label, with the namespace."""
    namespace = meta.namespace_of(obj)
    return [label_value(namespace, name, value) for name, value in meta.labels_of(obj).items()]


def label_value(namespace: str, name: str, value: str) -> str:
    """Return the value of the index :func:`by_label` for one label."""
    return f"{namespace}/{name}={value}"
