"""Recording events of the newer form, ``events.k8s.io/v1``, as client-go's tools/events does.

Such an event says when it happened (``eventTime``) and what the component did
(``action``); ``firstTimestamp``, ``lastTimestamp``, ``count`` and ``source`` stay empty.  What
happens again to the very same state of an object, with whatever words, makes it a *series*:

1. The second time is written at once: the event gets a ``series`` with a count of two.
2. From then on the recorder only counts.  It writes the count every half hour, and when nothing
   came for six minutes; with that the series is over, and what comes next is a new event.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object

from .recorder import reference, undisturbed

#: Seconds without news that end a series, and between two looks for such ends (finishTime).
FINISH = 360.0
#: Every so many looks the series that go on are written as well (refreshTime is 30 minutes).
_REFRESH = 5
#: The event itself, and what makes it a series.
_WRITTEN_AT_ONCE = 2


@dataclass
class _Series:
    """An event that was written, and how often it happened.

    Attributes:
        last: when it happened last, as Unix time.
    """

    event: Object
    last: float
    count: int = 1


class SeriesRecorder:
    """Creates events of the newer form for one component.

    Attributes:
        controller: name of the component, for example ``default-scheduler``.
        instance: the component on its host.
    """

    def __init__(
        self, registry: Registry, controller: str, host: str, *, manager: str, clock: Callable[[], float] = time.time
    ):
        """Make a recorder.

        Args:
            host: where the component runs.
            manager: field manager.
            clock: returns the present as Unix time.
        """
        self._registry = registry
        self._manager = manager
        self._clock = clock
        self.controller = controller
        self.instance = f"{controller}-{host}"
        self._known: dict[tuple[str, ...], _Series] = {}

    async def run(self) -> None:
        """Write the counts that are due, until cancelled."""
        looks = 0
        while True:
            await asyncio.sleep(FINISH)
            looks += 1
            self.finish()
            if looks % _REFRESH == 0:
                self.refresh()

    def event(self, obj: Object, kind: str, reason: str, action: str, note: str) -> None:
        """Record something that happened to an object; never fails because of the API.

        Args:
            kind: ``Normal`` or ``Warning``.
            reason: short CamelCase word.
            action: what the component did, or tried to do.
            note: for people.
        """
        about, now = reference(obj), self._clock()
        key = (*about.values(), kind, reason, action)
        known = self._known.get(key)
        if known is None:
            event = self._new(about, now, type=kind, reason=reason, action=action, message=note)
            known = self._known[key] = _Series(event, now)
        else:
            known.count += 1
            known.last = now
        if known.count <= _WRITTEN_AT_ONCE:
            self._write(known)

    def _new(self, about: Object, now: float, **fields: str) -> Object:
        namespace = about.get("namespace") or "default"
        return {
            "metadata": {"name": f"{about['name']}.{int(now * 1e9):x}", "namespace": namespace},
            "involvedObject": about,
            "source": {"component": self.controller},
            # The kubelet's events know no more than the second; this one comes before those of the same second.
            "eventTime": meta.micro_timestamp(int(now)),
            "firstTimestamp": None,
            "lastTimestamp": None,
            **fields,
            "reportingComponent": self.controller,
            "reportingInstance": self.instance,
        }

    def finish(self) -> None:
        """Forget what has not happened for six minutes; with the last count of a series."""
        for key, known in list(self._known.items()):
            if known.last < self._clock() - FINISH:
                del self._known[key]
                if known.count > 1:
                    self._write(known)

    def refresh(self) -> None:
        """Write the counts of the series that go on."""
        for known in self._known.values():
            if known.count > 1:
                self._write(known)

    def _write(self, known: _Series) -> None:
        namespace, name = meta.namespace_of(known.event), meta.name_of(known.event)
        event = meta.thaw(known.event)
        if known.count > 1:
            event["series"] = {"count": known.count, "lastObservedTime": meta.micro_timestamp(known.last)}
        with undisturbed():
            if known.count > 1 and self._registry.find("events", namespace, name) is not None:
                self._registry.modify(
                    "events", namespace, name, lambda item: item.update(series=event["series"]), manager=self._manager
                )
            else:  # a series too, if its event was deleted
                self._registry.create("events", namespace, event, manager=self._manager)
