"""Events are kept for an hour (kube-apiserver's ``--event-ttl``)."""

from __future__ import annotations

import asyncio
import time

from kubelearn.cluster import meta

from .registry import Registry

#: How long an event is kept after it was last written, and how often old ones are looked for, in seconds.
TTL, INTERVAL = 3600.0, 60.0


class EventTtl:
    """Deletes events that are too old."""

    def __init__(self, registry: Registry):
        self._registry = registry

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL)
            self.expire(time.time() - TTL)

    def expire(self, before: float) -> None:
        """Delete what was last written before a Unix time."""
        for event in self._registry.list("events"):
            series = event.get("series") or {}
            written = (
                series.get("lastObservedTime")
                or event.get("lastTimestamp")
                or event.get("eventTime")
                or event["metadata"]["creationTimestamp"]
            )
            if meta.seconds_of(written) < before:
                self._registry.delete("events", meta.namespace_of(event), meta.name_of(event))
