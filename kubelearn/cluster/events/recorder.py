"""Recording events, as client-go's EventRecorder does (client-go/tools/record/events_cache.go).

What an event goes through before it is written (EventCorrelator):

1. More than nine different messages of one reason about one object within ten minutes become one
   event, ``(combined from similar events): …``.
2. An event that is known already is not written again: its count goes up.
3. One component may say 25 things about one object at once, and then one more every five minutes.

The scheduler uses the newer form of events: see :mod:`kubelearn.cluster.events.series`.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object

log = logging.getLogger(__name__)

#: How many objects and events one recorder remembers (maxLruCacheEntries).
_REMEMBERED = 4096
#: From this many different messages on, within this many seconds, similar events are combined.
_SIMILAR, _SIMILAR_WITHIN = 10, 600.0
#: How many events a component may send about one object at once, and seconds for each further one.
_BURST, _REFILL = 25, 300.0

_Value = TypeVar("_Value")
_Key = tuple[str, ...]


class _Remembered(Generic[_Value]):
    """A bounded dictionary that forgets what was not used for longest."""

    def __init__(self, make: Callable[[], _Value]):
        self._make = make
        self._values: OrderedDict[_Key, _Value] = OrderedDict()

    def __getitem__(self, key: _Key) -> _Value:
        found = self._values.get(key)
        if found is None:
            found = self._values[key] = self._make()
            if len(self._values) > _REMEMBERED:
                self._values.popitem(last=False)
        self._values.move_to_end(key)
        return found

    def __len__(self) -> int:
        return len(self._values)


@dataclass
class _Similar:
    """The different messages of one reason about one object."""

    messages: set[str] = field(default_factory=set)
    last: float = float("-inf")


@dataclass
class _Tokens:
    """What is left of a component's right to speak about one object (a token bucket)."""

    left: float = _BURST
    since: float = float("-inf")

    def take(self, now: float) -> bool:
        self.left = min(_BURST, self.left + (now - self.since) / _REFILL)
        self.since = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


@dataclass
class _Known:
    """An event that was written."""

    name: str = ""
    count: int = 0
    first: str = ""


class EventRecorder:
    """Creates Event objects for one component.

    Attributes:
        component: name of the component, for example ``kubelet``.
        host: the node it runs on, if any.
    """

    def __init__(self, registry: Registry, component: str, host: str = "", *, clock: Callable[[], float] = time.time):
        """Make a recorder.

        Args:
            clock: returns the present as Unix time.
        """
        self._registry = registry
        self.component = component
        self.host = host
        self._clock = clock
        self._named = 0
        self._similar: _Remembered[_Similar] = _Remembered(_Similar)
        self._tokens: _Remembered[_Tokens] = _Remembered(_Tokens)
        self._known: _Remembered[_Known] = _Remembered(_Known)

    def event(self, obj: Object, kind: str, reason: str, message: str, field_path: str = "") -> None:
        """Record something that happened to an object; never fails because of the API.

        Args:
            kind: ``Normal`` or ``Warning``.
            reason: short CamelCase word.
            message: for people.
            field_path: part of the object, ``spec.containers{web}``.
        """
        about = reference(obj, field_path)
        subject = tuple(about.get(key, "") for key in ("kind", "namespace", "name", "uid", "apiVersion"))
        key: _Key = (*subject, field_path, kind, reason, message)
        now = self._clock()
        if self._is_one_of_many((*subject, kind, reason), message, now):
            key, message = (*subject, kind, reason), f"(combined from similar events): {message}"
        known = self._known[key]
        known.count += 1
        stamp = meta.timestamp(now)
        if known.count == 1:
            known.name = f"{about['name']}.{self._nanoseconds(now):x}"
            known.first = stamp
        if not self._tokens[subject].take(now):
            return
        with undisturbed():
            self._write(known, about, kind, reason, message, stamp)

    def _nanoseconds(self, now: float) -> int:
        """Return the present for a name, in nanoseconds.

        It is never the same twice, so that events are listed in the order in which they happened.
        """
        self._named = max(self._named + 1, int(now * 1e9))
        return self._named

    def _is_one_of_many(self, key: _Key, message: str, now: float) -> bool:
        similar = self._similar[key]
        if now - similar.last > _SIMILAR_WITHIN:
            similar.messages.clear()
        similar.messages.add(message)
        similar.last = now
        if len(similar.messages) < _SIMILAR:
            return False
        similar.messages.pop()  # the set need not grow any further
        return True

    def _write(self, known: _Known, about: Object, kind: str, reason: str, message: str, now: str) -> None:
        namespace = about.get("namespace") or "default"

        def again(event: Object) -> None:
            event.update(count=known.count, lastTimestamp=now, message=message)

        if known.count > 1 and self._registry.find("events", namespace, known.name) is not None:
            self._registry.modify("events", namespace, known.name, again, manager=self.component)
            return
        source = {"component": self.component, **({"host": self.host} if self.host else {})}
        self._registry.create(
            "events",
            namespace,
            {
                "metadata": {"name": known.name},
                "involvedObject": about,
                "reason": reason,
                "message": message,
                "source": source,
                "firstTimestamp": known.first,
                "lastTimestamp": now,
                "count": known.count,
                "type": kind,
                "reportingComponent": self.component,
                "reportingInstance": self.host,
            },
            manager=self.component,
        )


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Write an event, or not: a recorder must never disturb its component.

    The namespace may be going, for example.
    """
    try:
        yield
    except ApiError as error:
        log.debug("Server rejected event (will not retry!): %s", error)


def reference(obj: Object, field_path: str = "") -> Object:
    """Return an ObjectReference; what is empty is left out."""
    metadata = obj["metadata"]
    about = {
        "kind": obj["kind"],
        "namespace": metadata.get("namespace", ""),
        "name": metadata["name"],
        "uid": metadata.get("uid", ""),
        "apiVersion": obj["apiVersion"],
        "resourceVersion": metadata.get("resourceVersion", ""),
        "fieldPath": field_path,
    }
    return {key: value for key, value in about.items() if value}
