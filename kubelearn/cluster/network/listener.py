"""A port that a program listens on, and what may listen."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from .addresses import Address
from .tls import Certificate

if TYPE_CHECKING:
    from .asgi import Receive, Scope, Send
    from .connection import Connection
    from .stream import Stream

log = logging.getLogger(__name__)

#: How often a draining listener looks whether its last request is done, in seconds.
_DRAIN_INTERVAL = 0.01


class AsgiServer(Protocol):
    """An ASGI 3 application: what usually listens."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send, /) -> None:
        """Answer one request."""


@runtime_checkable
class StreamServer(Protocol):
    """A server that reads and writes bytes, for protocols other than HTTP."""

    async def serve(self, stream: Stream) -> None:
        """Talk with one client until either side is done."""


@runtime_checkable
class DatagramServer(Protocol):
    """A server of UDP: one message in, at most one out."""

    def datagram(self, data: Any, client: Address, /) -> Any:
        """Return the answer to a message, None for none."""


Server = AsgiServer | StreamServer | DatagramServer


def _current_task() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:  # no event loop runs
        return None


class Listener:
    """A listening port of a network namespace.

    Attributes:
        server: who serves.
        port: number of the port.
        protocol: ``TCP`` or ``UDP``.
        tls: what it shows to clients, which have to speak TLS, that is use ``https``; None for plain ones.
        loopback: whether it is bound to 127.0.0.1, so that only its own pod, or node, reaches it.
        connections: the open connections.
        accepted: how many connections there have been.
        task: in which it was opened, None outside of all.
        on_error: called when the server raises; logs by default.  A container that wants
            tracebacks in its log sets it.
    """

    def __init__(
        self,
        table: dict[tuple[str, int], Listener],
        port: int,
        server: Server,
        protocol: str,
        *,
        tls: Certificate | None = None,
        loopback: bool = False,
    ):
        self._table = table
        self.port = port
        self.server = server
        self.protocol = protocol
        self.tls = tls
        self.loopback = loopback
        # Asked once: isinstance with a protocol is slow.
        self.is_stream = isinstance(server, StreamServer)
        self.is_datagram = isinstance(server, DatagramServer)
        self.connections: set[Connection] = set()
        self.accepted = 0
        self.task = _current_task()
        self.closed = False
        self.on_error: Callable[[Exception], None] | None = None

    def stop(self) -> None:
        """Accept nothing any more; open connections go on."""
        if not self.closed:
            self.closed = True
            if self._table.get((self.protocol, self.port)) is self:
                del self._table[self.protocol, self.port]

    def close(self) -> None:
        """End at once, as the end of the process does: open connections are reset."""
        self.stop()
        for connection in list(self.connections):
            connection.reset()

    async def drain(self, timeout: float | None = None) -> None:
        """End gracefully: accept nothing more, let requests under way finish, then close.

        Args:
            timeout: seconds after which the rest is reset.
        """
        self.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while any(connection.busy for connection in self.connections):
                    for connection in [item for item in self.connections if not item.busy]:
                        connection.reset()
                    await asyncio.sleep(_DRAIN_INTERVAL)
        self.close()

    def report(self, error: Exception) -> None:
        """Tell whoever cares that the server failed."""
        if self.on_error is not None:
            self.on_error(error)
        else:
            log.error("server on port %d failed", self.port, exc_info=error)
