"""Watches over HTTP: a stream of JSON lines, one event each (k8s.io/apiserver handlers/watch.go)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import orjson
from aiohttp import web

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.resources import Resource
from kubelearn.cluster.apiserver.selectors import Selection
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import Compacted, Store, StoreEvent, Watch

from .listing import parse_revision
from .responses import with_warnings

#: A watch without timeoutSeconds ends by itself after this many seconds, as real ones do (30 to 60 minutes).
_LONGEST = 3600.0
#: Time between bookmarks in seconds (the real watch cache sends one a minute).
_BOOKMARK_EVERY = 60.0
#: A client that has not taken so many events is cut off, as the real watch cache does (cacheWatcher's buffer): it can
#: watch again from what it saw last, and a paused ``kubectl get -w`` does not fill the memory.
FAR_BEHIND = 10_000
_INITIAL_EVENTS_END = "k8s.io/initial-events-end"
#: Whether an object matched before a write, and matches after it → what the client sees of the write.
_SEEN = {(True, True): "MODIFIED", (False, True): "ADDED", (True, False): "DELETED"}


@dataclass
class WatchOptions:
    """What a watch request asks for.

    Attributes:
        encode: turns an object into the JSON that the client wants to see.
    """

    resource: Resource
    namespace: str
    selection: Selection
    revision: str
    timeout: float | None
    bookmarks: bool
    initial_events: bool
    encode: Callable[[Object], bytes]


class WatchStream:
    """One watch request: turns the store's events into the client's."""

    def __init__(self, store: Store, options: WatchOptions):
        self._store = store
        self._options = options
        self._revision = 0
        self._initial: list[Object] = []
        self._watch = self._open()

    def _open(self) -> Watch | None:
        options = self._options
        past = bool(options.revision) and options.revision != "0" and not options.initial_events
        if past:
            self._revision = parse_revision(options.revision)
            try:
                return self._store.watch(options.resource.key, self._revision, limit=FAR_BEHIND)
            except Compacted as gone:
                self._error = errors.expired(str(gone))
                return None
        if options.revision and (wanted := parse_revision(options.revision)) > self._store.revision:
            self._error = errors.too_large_revision(wanted, self._store.revision)
            return None
        self._initial = [
            obj for obj in self._store.list(options.resource.key, options.namespace) if options.selection.matches(obj)
        ]
        self._revision = self._store.revision
        return self._store.watch(options.resource.key, limit=FAR_BEHIND)

    def close(self) -> None:
        """Tell the store that nobody watches any more; can be called again."""
        if self._watch is not None:
            self._watch.close()

    async def lines(self) -> AsyncIterator[bytes]:
        """Yield what to send; every element is one or more whole lines."""
        options, watch = self._options, self._watch
        if watch is None:
            yield _line("ERROR", orjson.dumps(self._error.status))
            return
        for obj in self._initial:
            yield _line("ADDED", options.encode(obj))
        self._initial = []
        if options.initial_events and options.bookmarks:
            yield self._bookmark({_INITIAL_EVENTS_END: "true"})
        loop = asyncio.get_running_loop()
        end = loop.time() + min(options.timeout or _LONGEST, _LONGEST)
        while (left := end - loop.time()) > 0:
            try:
                async with asyncio.timeout(min(left, _BOOKMARK_EVERY)):
                    first = await anext(watch)
            except TimeoutError:
                if options.bookmarks and end > loop.time():
                    yield self._bookmark()
                continue
            except StopAsyncIteration:
                return
            lines = [line for event in (first, *watch.pending()) if (line := self._translate(event))]
            if lines:
                yield b"".join(lines)

    def _bookmark(self, annotations: Object | None = None) -> bytes:
        resource = self._options.resource
        metadata: Object = {"resourceVersion": str(self._revision)}
        if annotations:
            metadata["annotations"] = annotations
        return _line(
            "BOOKMARK",
            self._options.encode({"kind": resource.kind, "apiVersion": resource.api_version, "metadata": metadata}),
        )

    def _translate(self, event: StoreEvent) -> bytes:
        """Return the client's line for one write, empty when it does not concern this watch.

        An object that starts or stops to match is ADDED or DELETED for this client.
        """
        options = self._options
        if event.revision <= self._revision:
            return b""
        self._revision = event.revision
        if options.namespace and event.object["metadata"].get("namespace") != options.namespace:
            return b""
        kind = event.type
        if not options.selection.everything:
            before = event.previous is not None and options.selection.matches(event.previous)
            after = kind != "DELETED" and options.selection.matches(event.object)
            if not before and not after:
                return b""
            kind = _SEEN[before, after]
        shown = event.object
        if kind == "DELETED" and event.type != "DELETED" and event.previous is not None:
            # What stopped to match is shown as it was, at the revision of the change.
            shown = {
                **event.previous,
                "metadata": {**event.previous["metadata"], "resourceVersion": str(event.revision)},
            }
            return _line(kind, options.encode(shown))
        return _line(kind, event.encoded_by(options.encode))


def _line(kind: str, body: bytes) -> bytes:
    return b'{"type":"' + kind.encode() + b'","object":' + body + b"}\n"


async def respond(request: web.Request, stream: WatchStream) -> web.StreamResponse:
    """Send a watch until it ends or the client goes."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Cache-Control": "no-cache, private"})
    response.enable_chunked_encoding()
    with_warnings(request, response)
    try:
        await response.prepare(request)
        async for lines in stream.lines():
            await response.write(lines)
        await response.write_eof()
    except ConnectionResetError:
        pass  # the client went away: that is how most watches end
    finally:
        stream.close()
    return response
