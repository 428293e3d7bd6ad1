"""The store: objects, revisions and watches (etcd's part).

Every write gets the next revision, and that is the object's resourceVersion.
A watch sees each write once, in order, with no gap from the revision it starts
at; revisions older than the remembered window are gone (:class:`Compacted`).
"""

from __future__ import annotations

import asyncio
import builtins
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import orjson

from .meta import Object

#: How many events of one resource a store remembers, for watches that start in the past.
HISTORY = 2_000


class Compacted(Exception):
    """A watch asked for a revision that the store no longer remembers."""


class StoreEvent:
    """One write, as watches see it.

    Attributes:
        type: ``ADDED``, ``MODIFIED`` or ``DELETED``.
        object: the object after the write; for DELETED its last state, with the
            revision of the deletion.
        previous: the object before the write, None for ADDED.
        revision: the write's revision.
    """

    __slots__ = ("_encoded", "object", "previous", "resource", "revision", "type")

    def __init__(self, kind: str, resource: str, obj: Object, previous: Object | None, revision: int):
        self.type = kind
        self.resource = resource
        self.object = obj
        self.previous = previous
        self.revision = revision
        self._encoded: dict[object, bytes] = {}

    def encoded_by(self, encode: Callable[[Object], bytes]) -> bytes:
        """Return the object as one encoder writes it: once, however many watches send it."""
        found = self._encoded.get(encode)
        if found is None:
            found = self._encoded[encode] = encode(self.object)
        return found


class Watch:
    """A queue of events that matter to one reader: ``async for event in watch``.

    A reader that may be slow has a limit: with so many events before it, it gets those, and then the end.
    """

    def __init__(self, store: Store, resource: str, pending: Iterable[StoreEvent] = (), limit: int | None = None):
        self._store = store
        self.resource = resource
        self._events: deque[StoreEvent] = deque(pending)
        self._waiter: asyncio.Future[None] | None = None
        self._limit = limit
        self.closed = False

    def deliver(self, event: StoreEvent) -> None:
        """Hand a write to the reader."""
        if self._limit is not None and len(self._events) >= self._limit:
            self.close()
            return
        self._events.append(event)
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def pending(self) -> list[StoreEvent]:
        """Take every event that is already here, without waiting."""
        events = list(self._events)
        self._events.clear()
        return events

    def __len__(self) -> int:
        return len(self._events)

    def __aiter__(self) -> Watch:
        return self

    async def __anext__(self) -> StoreEvent:
        while not self._events:
            if self.closed:
                raise StopAsyncIteration
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._events.popleft()

    def close(self) -> None:
        """Stop; a reader that waits sees the end of the iteration."""
        if not self.closed:
            self.closed = True
            self._store.forget(self)
            self._wake()


class StoredObjects(Protocol):
    """What is stored, for whoever only looks at it."""

    def find(self, resource: str, namespace: str, name: str) -> Object | None:
        """Return an object, None if there is none of that name."""

    def list(self, resource: str, namespace: str = "") -> list[Object]:
        """Return the objects of a resource in key order; all namespaces for ``""``."""


class ObjectReader(StoredObjects, Protocol):
    """What a component needs of the API that reads objects and follows them, and writes none."""

    def watch(self, resource: str, since: int | None = None) -> Watch:
        """Follow a resource in all namespaces (see :meth:`Store.watch`)."""


class Store:
    """Objects by resource, namespace and name, held in one process.

    Resources are named as in RBAC: ``pods``, ``deployments.apps``.  Cluster-scoped
    objects have the namespace ``""``.  All methods are synchronous and atomic: the
    cluster runs on one event loop.
    """

    def __init__(self, history: int = HISTORY) -> None:
        self.revision = 0
        self._objects: dict[str, dict[tuple[str, str], Object]] = {}
        self._encoded: dict[str, dict[tuple[str, str], bytes]] = {}
        self._sorted: dict[str, list[tuple[str, str]]] = {}
        self._history: dict[str, deque[StoreEvent]] = {}
        self._limit = history
        self._forgotten: dict[str, int] = {}
        self._watches: dict[str, list[Watch]] = {}

    def get(self, resource: str, namespace: str, name: str) -> Object | None:
        """Return an object, None if there is none of that name."""
        return self._objects.get(resource, {}).get((namespace, name))

    def list(self, resource: str, namespace: str = "") -> list[Object]:
        """Return the objects of a resource in key order, as etcd does; all namespaces for ``""``."""
        table, keys = self._objects.get(resource, {}), self._sorted.get(resource, [])
        if namespace:
            # "\x00" is the least character: everything of the namespace lies between the two.
            keys = keys[bisect_left(keys, (namespace, "")) : bisect_left(keys, (namespace + "\x00", ""))]
        return [table[key] for key in keys]

    def list_at(self, revision: int, resource: str, namespace: str = "") -> builtins.list[Object]:
        """Return the objects of a resource as they were at a revision, in key order.

        Raises:
            Compacted: that revision is no longer remembered.
        """
        if revision < self._forgotten.get(resource, 0):
            raise Compacted(f"too old resource version: {revision} ({self._forgotten[resource]})")
        table = dict(self._objects.get(resource, {}))
        for event in reversed(self._history.get(resource, ())):
            if event.revision <= revision:
                break
            metadata = event.object["metadata"]
            key = (metadata.get("namespace", ""), metadata["name"])
            if event.previous is None:
                del table[key]
            else:
                table[key] = event.previous
        return [table[key] for key in sorted(table) if not namespace or key[0] == namespace]

    def count(self, resource: str) -> int:
        """Return how many objects of a resource there are."""
        return len(self._objects.get(resource, {}))

    def encoded(self, resource: str, obj: Object) -> bytes:
        """Return the JSON of an object that came out of this store; that of a present one is kept."""
        key = (obj["metadata"].get("namespace", ""), obj["metadata"]["name"])
        if self._objects[resource].get(key) is not obj:
            return orjson.dumps(obj)  # it has changed since, or is gone
        cache = self._encoded.setdefault(resource, {})
        found = cache.get(key)
        if found is None:
            found = cache[key] = orjson.dumps(obj)
        return found

    def put(self, resource: str, obj: Object) -> Object:
        """Write an object and return it with its new resourceVersion.

        The caller gives the object away: it is frozen from here on.
        """
        metadata: dict[str, Any] = obj["metadata"]
        key = (metadata.get("namespace", ""), metadata["name"])
        table = self._objects.setdefault(resource, {})
        previous = table.get(key)
        self.revision += 1
        metadata["resourceVersion"] = str(self.revision)
        table[key] = obj
        if previous is None:
            insort(self._sorted.setdefault(resource, []), key)
        self._encoded.get(resource, {}).pop(key, None)
        self._publish(StoreEvent("MODIFIED" if previous else "ADDED", resource, obj, previous, self.revision))
        return obj

    def delete(self, resource: str, namespace: str, name: str) -> Object:
        """Remove an object and return its last state; the deletion has a revision of its own.

        Raises:
            KeyError: there is no such object.
        """
        key = (namespace, name)
        previous = self._objects[resource].pop(key)
        keys = self._sorted[resource]
        del keys[bisect_left(keys, key)]
        self._encoded.get(resource, {}).pop(key, None)
        self.revision += 1
        last = {**previous, "metadata": {**previous["metadata"], "resourceVersion": str(self.revision)}}
        self._publish(StoreEvent("DELETED", resource, last, previous, self.revision))
        return last

    def _publish(self, event: StoreEvent) -> None:
        history = self._history.get(event.resource)
        if history is None:
            history = self._history[event.resource] = deque()
        history.append(event)
        if len(history) > self._limit:
            self._forgotten[event.resource] = history.popleft().revision
        for watch in tuple(self._watches.get(event.resource, ())):  # one that is too far behind leaves
            watch.deliver(event)

    def compact(self) -> None:
        """Forget the past: watches can only start at the present revision."""
        for resource, history in self._history.items():
            if history:
                self._forgotten[resource] = history[-1].revision
                history.clear()

    def watch(self, resource: str, since: int | None = None, limit: int | None = None) -> Watch:
        """Return a watch of everything written after a revision (default: from now on).

        Args:
            since: the revision.
            limit: how many events may wait for the reader; None for a reader that is never slow.

        Raises:
            Compacted: events after that revision are no longer remembered.
        """
        pending: list[StoreEvent] = []
        if since is not None and since < self.revision:
            if since < self._forgotten.get(resource, 0):
                raise Compacted(f"too old resource version: {since} ({self._forgotten[resource]})")
            for event in reversed(self._history.get(resource, ())):
                if event.revision <= since:
                    break
                pending.append(event)
            pending.reverse()
        watch = Watch(self, resource, pending, limit)
        self._watches.setdefault(resource, []).append(watch)
        return watch

    def forget(self, watch: Watch) -> None:
        """Deliver nothing to a watch any more."""
        watches = self._watches.get(watch.resource, [])
        if watch in watches:
            watches.remove(watch)

    def watchers(self) -> int:
        """Return how many watches are open."""
        return sum(len(watches) for watches in self._watches.values())
