"""Recording events, as client-go's EventRecorder does: the same event again only counts up."""

from __future__ import annotations

import logging
from collections import OrderedDict

from . import meta
from .apiserver.errors import ApiError
from .apiserver.registry import Registry
from .meta import Object

log = logging.getLogger(__name__)

#: How many different events one recorder remembers (client-go's maxLruCacheEntries).
_REMEMBERED = 4096


class EventRecorder:
    """Creates Event objects for one component.

    Attributes:
        component: name of the component, for example ``kubelet``.
        host: the node it runs on, if any.
    """

    def __init__(self, registry: Registry, component: str, host: str = ""):
        self._registry, self.component, self.host = registry, component, host
        self._known: OrderedDict[tuple[str, ...], tuple[str, str]] = OrderedDict()

    def event(self, obj: Object, kind: str, reason: str, message: str, field_path: str = "") -> None:
        """Record something that happened to an object.

        Args:
            kind: ``Normal`` or ``Warning``.
            reason: short CamelCase word.
            message: for people.
            field_path: part of the object, ``spec.containers{web}``.
        """
        metadata = obj["metadata"]
        namespace = metadata.get("namespace") or "default"
        key = (metadata.get("uid", ""), kind, reason, message, field_path)
        try:
            if not self._count(key, namespace):
                self._create(key, obj, namespace)
        except ApiError as error:
            # As in client-go: a recorder must never disturb its component (the namespace may be going).
            log.debug("Server rejected event: %s", error)

    def _count(self, key: tuple[str, ...], namespace: str) -> bool:
        known = self._known.get(key)
        if known is None or self._registry.find("events", namespace, known[1]) is None:
            return False

        def again(event: Object) -> None:
            event["count"] = event.get("count", 1) + 1
            event["lastTimestamp"] = meta.timestamp()

        self._registry.modify("events", namespace, known[1], again, manager=self.component)
        self._known.move_to_end(key)
        return True

    def _create(self, key: tuple[str, ...], obj: Object, namespace: str) -> None:
        metadata, (_, kind, reason, message, field_path) = obj["metadata"], key
        involved: Object = {"kind": obj["kind"], "namespace": metadata.get("namespace", ""), "name": metadata["name"], "uid": metadata.get("uid", ""),
                            "apiVersion": obj["apiVersion"], "resourceVersion": metadata.get("resourceVersion", "")}
        if field_path:
            involved["fieldPath"] = field_path
        source = {"component": self.component, **({"host": self.host} if self.host else {})}
        now = meta.timestamp()
        event = self._registry.create("events", namespace, {
            "metadata": {"name": f"{metadata['name']}.{self._registry.chance('events').getrandbits(64):016x}"},
            "involvedObject": {k: v for k, v in involved.items() if v}, "reason": reason, "message": message, "source": source, "firstTimestamp": now,
            "lastTimestamp": now, "count": 1, "type": kind, "reportingComponent": self.component, "reportingInstance": self.host,
        }, manager=self.component)
        self._known[key] = (namespace, event["metadata"]["name"])
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
