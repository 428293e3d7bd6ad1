"""The loop that every controller is: watches fill a queue of keys, and each key is reconciled.

A key that comes in twice before its turn is worked on once.  A key that fails is tried again
after a while, longer each time (client-go/util/workqueue).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable

from ..apiserver.errors import ApiError
from ..apiserver.registry import Registry
from ..store import StoreEvent, Watch

log = logging.getLogger(__name__)

Key = tuple[str, str]
Keys = Callable[[StoreEvent], Iterable[Key]]
#: First and longest pause before a failed key is tried again, in seconds.
_FIRST_RETRY, _LONGEST_RETRY = 0.005, 30.0


def own_key(event: StoreEvent) -> Iterable[Key]:
    """The object itself is what has to be looked at."""
    metadata = event.object["metadata"]
    return ((metadata.get("namespace", ""), metadata["name"]),)


class WorkQueue:
    """Keys that wait for their turn, each at most once."""

    def __init__(self) -> None:
        self._keys: dict[Key, None] = {}
        self._wake = asyncio.Event()
        self._timers: dict[Key, asyncio.TimerHandle] = {}

    def add(self, key: Key) -> None:
        self._keys[key] = None
        self._wake.set()

    def add_after(self, key: Key, seconds: float) -> None:
        """Add a key later; a new time replaces an earlier one."""
        self.forget(key)
        self._timers[key] = asyncio.get_running_loop().call_later(max(seconds, 0), self._due, key)

    def _due(self, key: Key) -> None:
        del self._timers[key]
        self.add(key)

    def forget(self, key: Key) -> None:
        """Cancel a key's timer."""
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()

    async def take(self) -> list[Key]:
        """Wait for keys and take all that are there."""
        while not self._keys:
            self._wake.clear()
            await self._wake.wait()
        keys = list(self._keys)
        self._keys.clear()
        return keys

    def close(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()


class Controller:
    """Base of the controllers: subclasses say what they watch and reconcile one key.

    Attributes:
        registry: the API.
        queue: keys to reconcile.
    """

    def __init__(self, registry: Registry):
        self.registry = registry
        self.queue = WorkQueue()
        self._failures: dict[Key, int] = {}

    def sources(self) -> dict[str, Keys]:
        """Return what to watch: resource → which keys an event concerns."""
        raise NotImplementedError

    def reconcile(self, key: Key) -> None:
        """Bring one object's world closer to what it asks for.

        Raises:
            ApiError: it did not work; the key is tried again.
        """
        raise NotImplementedError

    async def run(self) -> None:
        """Work until cancelled."""
        watches = [(self.registry.watch(resource, since=0), keys) for resource, keys in self.sources().items()]
        feeders = [asyncio.create_task(self._feed(watch, keys)) for watch, keys in watches]
        try:
            while True:
                for key in await self.queue.take():
                    self._try(key)
                await asyncio.sleep(0)
        finally:
            for feeder in feeders:
                feeder.cancel()
            for watch, _ in watches:
                watch.close()
            self.queue.close()

    async def _feed(self, watch: Watch, keys: Keys) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            async for event in watch:
                for one in (event, *watch.pending()):
                    self.observe(one)
                    for key in keys(one):
                        self.queue.add(key)

    def observe(self, event: StoreEvent) -> None:
        """See every event, for controllers that keep an index."""

    def _try(self, key: Key) -> None:
        try:
            self.reconcile(key)
        except ApiError as error:
            failures = self._failures[key] = self._failures.get(key, 0) + 1
            pause = min(_FIRST_RETRY * 2**min(failures, 20), _LONGEST_RETRY)
            log.debug("%s %s: %s (again in %.3f s)", type(self).__name__, key, error, pause)
            self.queue.add_after(key, pause)
        else:
            self._failures.pop(key, None)
