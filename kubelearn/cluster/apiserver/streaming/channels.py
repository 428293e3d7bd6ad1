"""Several streams over one WebSocket: the first byte of each message is its channel (K8s remotecommand)."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Callable

from aiohttp import WSMsgType, web

from ...process import PIPE_CAPACITY, BrokenPipe
from .. import errors

V5, V4 = "v5.channel.k8s.io", "v4.channel.k8s.io"
#: Newest first; the older ones have no Status on the error channel.
PROTOCOLS = (V5, V4, "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io", "base64.channel.k8s.io", "v4.base64.channel.k8s.io")
_CLOSE = 255


async def upgrade(request: web.Request, protocols: tuple[str, ...]) -> web.WebSocketResponse:
    """Answer a WebSocket handshake.

    Raises:
        ApiError: 400 for a request that asks for no WebSocket, or for no protocol that is spoken here.
    """
    if request.headers.get("Upgrade", "").lower() != "websocket":
        raise errors.bad_request("unable to upgrade: only WebSockets are supported; use kubectl 1.31 or newer")
    asked = [name.strip() for name in request.headers.get("Sec-WebSocket-Protocol", "").split(",") if name.strip()]
    if asked and not set(asked) & set(protocols):
        raise errors.bad_request(f"unable to upgrade: no common protocol; the client speaks {asked}")
    socket = web.WebSocketResponse(protocols=protocols, max_msg_size=4 * 1024 * 1024, heartbeat=None)
    await socket.prepare(request)
    return socket


class Channels:
    """Reads and writes numbered channels."""

    def __init__(self, socket: web.WebSocketResponse):
        self.socket = socket
        self.protocol = socket.ws_protocol or "channel.k8s.io"
        self._base64 = "base64" in self.protocol
        self._lock = asyncio.Lock()

    async def send(self, channel: int, data: bytes) -> None:
        """Send data on a channel.

        Raises:
            BrokenPipe: the client is gone.
        """
        async with self._lock:
            try:
                if self._base64:
                    await self.socket.send_str(f"{channel}{base64.b64encode(data).decode()}")
                else:
                    await self.socket.send_bytes(bytes([channel]) + data)
            except (ConnectionResetError, RuntimeError):
                raise BrokenPipe from None

    async def receive(self, on_data: Callable[[int, bytes], None], on_close: Callable[[int], None]) -> None:
        """Read until the client closes the socket."""
        async for message in self.socket:
            if message.type not in (WSMsgType.BINARY, WSMsgType.TEXT):
                return
            data = message.data if isinstance(message.data, bytes) else message.data.encode()
            if not data:
                continue
            channel, data = data[0], data[1:]
            if self._base64:
                channel, data = channel - ord("0"), base64.b64decode(data)
            if channel == _CLOSE and self.protocol == V5:
                on_close(data[0] if data else 0)
            else:
                on_data(channel, data)

    def writer(self, channel: int) -> ChannelWriter:
        return ChannelWriter(self, channel)


class ChannelWriter:
    """Output of a program as messages of one channel."""

    def __init__(self, channels: Channels, channel: int):
        self._channels, self._channel = channels, channel
        self._pending = bytearray()
        self._flusher: asyncio.Task[None] | None = None
        self._broken = False

    def write(self, data: bytes) -> None:
        if self._broken or len(self._pending) > 64 * PIPE_CAPACITY:
            raise BrokenPipe
        self._pending += data
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.ensure_future(self._flush())

    async def _flush(self) -> None:
        while self._pending:
            chunk = bytes(self._pending[:PIPE_CAPACITY])
            del self._pending[: len(chunk)]
            try:
                await self._channels.send(self._channel, chunk)
            except BrokenPipe:
                self._broken = True
                self._pending.clear()
                return

    async def drain(self) -> None:
        """Wait while the client is far behind."""
        while len(self._pending) > PIPE_CAPACITY and self._flusher is not None:
            await asyncio.shield(self._flusher)
        if self._broken:
            raise BrokenPipe

    async def finish(self) -> None:
        """Send everything that is left."""
        while self._pending and self._flusher is not None:
            with contextlib.suppress(BrokenPipe):
                await asyncio.shield(self._flusher)
