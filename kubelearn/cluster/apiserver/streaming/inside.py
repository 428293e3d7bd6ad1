"""The way in for pods: requests that come over the pod network, to the same server and without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from kubelearn.cluster.network import Certificate, NetworkError, PodNetwork, Stream

#: What Go's server answers to a client that does not speak TLS.
_PLAIN = (
    b"HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
    b"Client sent an HTTP request to an HTTPS server.\n"
)


#: Hosts by which pods know the API server.
_NAMES = (
    "10.96.0.1",
    "127.0.0.1",
    "localhost",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
)


def listen(node: PodNetwork, port: int, protocol: Callable[[], asyncio.Protocol], authority: bytes) -> None:
    """Serve the API at a node's address.

    Args:
        node: the node's own network.
        port: where.
        protocol: makes the server's end of a new connection, as of one that comes by a socket.
        authority: certificate of the authority by which pods know the server, PEM.
    """
    names = frozenset({*_NAMES, node.ip, node.hostname})
    node.listen(port, InsideServer(protocol), tls=Certificate(names, authority))


class InsideServer:
    """Serves a stream of the pod network by the protocol that serves the API's sockets.

    Attributes:
        protocol: makes the server's end of a new connection.
    """

    def __init__(self, protocol: Callable[[], asyncio.Protocol]):
        self.protocol = protocol

    async def serve(self, stream: Stream) -> None:
        """Talk with one client until either side is done."""
        if not stream.encrypted:
            await stream.read()
            stream.write(_PLAIN)
            stream.end()
            return
        protocol = self.protocol()
        transport = _StreamTransport(stream, protocol)
        protocol.connection_made(transport)
        try:
            while not transport.is_closing() and (data := await stream.read()):
                protocol.data_received(data)
                await transport.ready()
        finally:
            transport.close()
            protocol.connection_lost(None)


class _StreamTransport(asyncio.Transport):
    """What a protocol writes to: one end of a stream."""

    def __init__(self, stream: Stream, protocol: asyncio.Protocol):
        super().__init__({"peername": stream.peer, "sockname": stream.local})
        self._stream = stream
        self._protocol = protocol
        self._reading = asyncio.Event()
        self._reading.set()
        self._flush: asyncio.Task[None] | None = None

    async def ready(self) -> None:
        """Wait until the protocol wants more."""
        await self._reading.wait()

    def pause_reading(self) -> None:
        self._reading.clear()

    def resume_reading(self) -> None:
        self._reading.set()

    def is_reading(self) -> bool:
        return self._reading.is_set()

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        if self.is_closing():
            return
        try:
            self._stream.write(bytes(data))
        except NetworkError:
            self.close()
            return
        if self._flush is None:
            self._protocol.pause_writing()
            self._flush = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        """Let the protocol write again when the client has caught up."""
        try:
            await self._stream.drain()
        except NetworkError:
            self.close()
        finally:
            self._flush = None
            self._protocol.resume_writing()

    def is_closing(self) -> bool:
        return self._stream.ended

    def close(self) -> None:
        self._stream.end()
        self._reading.set()

    def abort(self) -> None:
        self.close()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Take no other limits: the stream has its own."""
