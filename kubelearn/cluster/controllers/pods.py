"""An index of pods, so that a controller finds its own without looking at all others."""

from __future__ import annotations

from .. import meta
from ..apiserver.registry import Registry
from ..meta import Object
from ..store import StoreEvent

Key = tuple[str, str]


class PodIndex:
    """Pods by the uid of their controller, and orphans by namespace; kept by the events of a watch."""

    def __init__(self, registry: Registry, resource: str = "pods"):
        self._registry, self._resource = registry, resource
        self._owned: dict[str, set[Key]] = {}
        self._orphans: dict[str, set[Key]] = {}

    def observe(self, event: StoreEvent) -> None:
        """Take one event of the watch into account."""
        metadata = event.object["metadata"]
        key = (metadata.get("namespace", ""), metadata["name"])
        if event.previous is not None:
            self._group(event.previous).discard(key)
        if event.type != "DELETED":
            self._group(event.object).add(key)

    def _group(self, obj: Object) -> set[Key]:
        owner = meta.controller_of(obj)
        if owner is not None:
            return self._owned.setdefault(owner["uid"], set())
        return self._orphans.setdefault(meta.namespace_of(obj), set())

    def owned(self, uid: str) -> list[Object]:
        """Return what an owner controls, in the order of names."""
        return self._read(self._owned.get(uid, ()))

    def orphans(self, namespace: str) -> list[Object]:
        """Return what nobody controls."""
        return self._read(self._orphans.get(namespace, ()))

    def _read(self, keys: object) -> list[Object]:
        found = (self._registry.find(self._resource, *key) for key in sorted(keys))  # type: ignore[call-overload]
        return [obj for obj in found if obj is not None]
