"""Several streams over one WebSocket: the first byte of each message is its channel (K8s remotecommand)."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence

from aiohttp import WSMsgType, web

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.streams import PIPE_CAPACITY, BrokenPipe

log = logging.getLogger(__name__)

V5, V4 = "v5.channel.k8s.io", "v4.channel.k8s.io"
V4_BASE64, BASE64, PLAIN = "v4.base64.channel.k8s.io", "base64.channel.k8s.io", "channel.k8s.io"
#: For exec and attach, newest first.
PROTOCOLS = (V5, V4, "v3.channel.k8s.io", "v2.channel.k8s.io", PLAIN, V4_BASE64, BASE64)
#: Only these tell the end of a program as a Status; the older ones send its text.
STATUS_PROTOCOLS = (V5, V4, V4_BASE64)
#: A program that writes this much without waiting even once is ended as by SIGPIPE: it would fill the memory.
MAX_PENDING = 64 * 2**20
#: A program's output is gathered for so many seconds before it is sent: a message costs more than what is in it.
_GATHER = 0.001
_CLOSE = 255
_MAX_MESSAGE = 32 * 2**20
#: So long a client may take to answer a ping, in seconds; one that never does is served all the same.
_PONG = 1.0


async def upgrade(request: web.Request, protocols: Sequence[str], *, autoping: bool = True) -> web.WebSocketResponse:
    """Answer a WebSocket handshake.

    Args:
        protocols: subprotocols that are spoken here.
        autoping: False for :class:`Channels` that wait until their client reads.

    Raises:
        ApiError: 400 for a request that asks for no WebSocket, or for no protocol that is spoken here.
    """
    wanted = request.headers.get("Upgrade", "").lower()
    if wanted.startswith("spdy/"):
        raise errors.bad_request("unable to upgrade: only WebSockets are supported; use kubectl 1.31 or newer")
    if wanted != "websocket":
        raise errors.bad_request("Upgrade request required")
    asked = [name.strip() for name in request.headers.get("Sec-WebSocket-Protocol", "").split(",") if name.strip()]
    if asked and not set(asked) & set(protocols):
        raise errors.bad_request(f"unable to upgrade: no common protocol; the client speaks {asked}")
    socket = web.WebSocketResponse(protocols=protocols, max_msg_size=_MAX_MESSAGE, autoping=autoping)
    await socket.prepare(request)
    return socket


def encode(channel: int, data: bytes, *, text: bool = False) -> bytes:
    """Return a message: the channel, then the data, in base64 for the text protocols."""
    return str(channel).encode() + base64.b64encode(data) if text else bytes([channel]) + data


def decode(message: bytes, *, text: bool = False) -> tuple[int, bytes]:
    """Return the channel and the data of a message that is not empty.

    Raises:
        ValueError: it is not in base64, or its channel is no digit.
    """
    if not text:
        return message[0], message[1:]
    return int(message[:1]), base64.b64decode(message[1:], validate=True)


class Channels:
    """Reads and writes numbered channels.

    Attributes:
        protocol: the subprotocol that was agreed on.
    """

    def __init__(self, socket: web.WebSocketResponse):
        self._socket = socket
        self.protocol = socket.ws_protocol or PLAIN
        self._text = "base64" in self.protocol
        self._lock = asyncio.Lock()
        self._pong = asyncio.Event()

    async def client_reads(self) -> None:
        """Wait a moment until the client reads, while somebody takes the :meth:`messages`.

        kubectl (client-go 1.32) starts to read before it has set up its streams, and drops what
        arrives in between. On a real cluster the way to the node takes longer than that.
        """
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(_PONG):
                await self._socket.ping()
                await self._pong.wait()

    async def send(self, channel: int, data: bytes) -> None:
        """Send data on a channel and wait while the client is far behind.

        Raises:
            BrokenPipe: the client is gone.
        """
        message = encode(channel, data, text=self._text)
        async with self._lock:
            if self._socket.closed:
                raise BrokenPipe
            try:
                if self._text:
                    await self._socket.send_str(message.decode())
                else:
                    await self._socket.send_bytes(message)
            except ConnectionError:
                raise BrokenPipe from None

    async def messages(self) -> AsyncIterator[tuple[int, bytes | None]]:
        """Yield channel and data until the client closes the socket; None for data is the end of that channel."""
        async for message in self._socket:
            if message.type is WSMsgType.PING:
                await self._socket.pong(message.data)
                continue
            if message.type is WSMsgType.PONG:
                self._pong.set()
                continue
            if message.type not in (WSMsgType.BINARY, WSMsgType.TEXT):
                return
            raw: bytes = message.data if isinstance(message.data, bytes) else message.data.encode()
            if not raw:
                continue
            try:
                channel, data = decode(raw, text=self._text)
            except (ValueError, binascii.Error) as error:
                log.debug("a message that is no channel's: %s", error)
                return
            if channel == _CLOSE and self.protocol == V5:
                yield (data[0] if data else 0), None
            else:
                yield channel, data

    async def close(self) -> None:
        """Close the socket as agreed (1000)."""
        await self._socket.close()

    def writer(self, channel: int) -> ChannelWriter:
        """Return a program's way to write to a channel."""
        return ChannelWriter(self, channel)


class ChannelWriter:
    """Output of a program as messages of one channel.

    ``write`` keeps the bytes and a task of its own sends them, so nothing is lost when a
    program never calls ``drain``.
    """

    def __init__(self, channels: Channels, channel: int):
        self._channels = channels
        self._channel = channel
        self._pending = bytearray()
        self._sender: asyncio.Task[None] | None = None
        self._progress = asyncio.Event()
        self._broken = False

    def write(self, data: bytes) -> None:
        """Take bytes to send.

        Raises:
            BrokenPipe: the client is gone, or much too far behind.
        """
        if self._broken or len(self._pending) + len(data) > MAX_PENDING:
            raise BrokenPipe
        self._pending += data
        if self._pending and (self._sender is None or self._sender.done()):
            self._sender = asyncio.get_running_loop().create_task(self._send())

    async def _send(self) -> None:
        try:
            await asyncio.sleep(_GATHER)
            while self._pending:
                chunk = bytes(self._pending[:PIPE_CAPACITY])
                # Taken out only once sent: what is left tells drain() how far behind the client is.
                await self._channels.send(self._channel, chunk)
                del self._pending[: len(chunk)]
                self._progress.set()
        except BrokenPipe:
            self.abandon()

    async def drain(self) -> None:
        """Wait while the client is far behind.

        Raises:
            BrokenPipe: the client is gone.
        """
        await self._wait_below(PIPE_CAPACITY)
        if self._broken:
            raise BrokenPipe

    async def finish(self) -> None:
        """Wait until everything is sent, or the client is gone."""
        await self._wait_below(0)

    async def _wait_below(self, size: int) -> None:
        while len(self._pending) > size:
            self._progress.clear()
            await self._progress.wait()

    def abandon(self) -> None:
        """Forget what is left: the client is gone."""
        self._broken = True
        self._pending.clear()
        self._progress.set()
        if self._sender is not None and self._sender is not asyncio.current_task():
            self._sender.cancel()
