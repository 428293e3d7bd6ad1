"""Work queues, and what all controllers have in common (client-go/util/workqueue).

A controller's handlers put keys into its queue; its worker takes one key at a time and makes the
world as that object wants it.  A key that is already waiting is not put in again, so a burst of
events costs one reconciliation.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent

from .informer import Informers, Key, key_of

log = logging.getLogger(__name__)

#: Retries of a key that fails: 5 ms, doubling (client-go's ItemExponentialFailureRateLimiter) …
FIRST_RETRY = 0.005
#: … but a learner who repairs the cause should not wait client-go's 1,000 s.
LAST_RETRY = 30.0
#: After a reconciliation a key rests this many times as long as it cost the processor.  A Deployment
#: with thousands of pods that become ready one by one would otherwise be reconciled for each of
#: them, at a cost that grows with their square.  What it took beside that, on a busy machine, is
#: nobody's work.
REST = 4.0
#: Keys that are cheap never rest.
CHEAP = 0.0005


def is_namespace_terminating(error: ApiError) -> bool:
    """Return whether a creation failed only because its namespace goes; nobody needs to hear of that."""
    return error.code == 403 and "because it is being terminated" in error.message


class WorkQueue:
    """Keys to work on: each at most once, in order of arrival."""

    def __init__(self) -> None:
        self._waiting: deque[Key] = deque()
        self._known: set[Key] = set()
        self._failures: dict[Key, int] = {}
        self._timers: dict[Key, tuple[float, asyncio.TimerHandle]] = {}
        self._resting: dict[Key, float] = {}
        self._arrival = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, key: Key) -> None:
        """Put a key in, unless it is waiting already."""
        if key in self._known:
            return
        rested = self._resting.get(key)
        if rested is not None:
            if rested > time.monotonic():
                self.add_after(key, rested - time.monotonic())
                return
            del self._resting[key]
        self._known.add(key)
        self._waiting.append(key)
        self._arrival.set()

    def add_after(self, key: Key, seconds: float) -> None:
        """Put a key in later; of several such calls the earliest counts."""
        due = time.monotonic() + seconds
        earlier = self._timers.get(key)
        if earlier is not None:
            if earlier[0] <= due:
                return
            earlier[1].cancel()
        self._timers[key] = (due, asyncio.get_running_loop().call_later(seconds, self._ring, key))

    def _ring(self, key: Key) -> None:
        del self._timers[key]
        self._resting.pop(key, None)
        self.add(key)

    def add_rate_limited(self, key: Key) -> None:
        """Put a key in after its back-off, which doubles with each failure."""
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        self.add_after(key, min(FIRST_RETRY * 2 ** min(failures, 30), LAST_RETRY))

    def forget(self, key: Key) -> None:
        """Forget a key's failures."""
        self._failures.pop(key, None)

    def rest(self, key: Key, seconds: float) -> None:
        """Let a key that cost so many seconds of processor time rest a while."""
        if seconds > CHEAP:
            self._resting[key] = time.monotonic() + seconds * REST
        else:
            self._resting.pop(key, None)

    def take(self) -> Key | None:
        """Return the next key, or None when there is none now."""
        if not self._waiting:
            self._arrival.clear()
            return None
        key = self._waiting.popleft()
        self._known.discard(key)
        return key

    async def get(self) -> Key:
        """Wait for the next key."""
        while (key := self.take()) is None:
            await self._arrival.wait()
        return key

    def close(self) -> None:
        """Cancel everything that is due later."""
        for _, timer in self._timers.values():
            timer.cancel()
        self._timers.clear()


class Controller:
    """Base of the controllers: a queue of keys and one worker.

    A subclass registers its handlers and indexes in ``__init__`` and implements
    :meth:`reconcile`, which is synchronous: nothing else happens in the cluster meanwhile.

    Attributes:
        informers: the shared view of the cluster.
        registry: the API.
        queue: keys to reconcile.
    """

    #: The field manager of every controller, as of the real ones.
    manager = "kube-controller-manager"

    def __init__(self, informers: Informers):
        self.informers = informers
        self.registry = informers.registry
        self.queue = WorkQueue()

    def reconcile(self, key: Key) -> None:
        """Make the world as one object wants it.

        Raises:
            ApiError: a write was refused; the key is tried again.
        """
        raise NotImplementedError

    def enqueue(self, obj: Object) -> None:
        """Have an object reconciled."""
        self.queue.add(key_of(obj))

    def enqueue_event(self, event: StoreEvent) -> None:
        """Handler: enqueue whatever the event is about."""
        self.enqueue(event.object)

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            while True:
                self.work_on(await self.queue.get())
                await asyncio.sleep(0)  # the other parts of the cluster have their turn
        finally:
            self.queue.close()

    def work_on(self, key: Key) -> None:
        """Reconcile one key; a failure is logged and tried again after a back-off."""
        started = time.thread_time()
        self.informers.refresh()
        try:
            self.reconcile(key)
        except ApiError as error:
            log.debug("%s: %s/%s: %s", type(self).__name__, *key, error)
            self.queue.add_rate_limited(key)
        except Exception:
            log.exception("%s: %s/%s", type(self).__name__, *key)
            self.queue.add_rate_limited(key)
        else:
            self.queue.forget(key)
        self.queue.rest(key, time.thread_time() - started)

    def write_status(self, resource: str, obj: Object, status: Object) -> Object:
        """Write an object's status when it differs; return the object as it is then."""
        if (obj.get("status") or {}) == status:
            return obj

        def change(current: Object) -> None:
            current["status"] = status

        return self.registry.modify(
            resource, meta.namespace_of(obj), meta.name_of(obj), change, subresource="status", manager=self.manager
        )
