"""``SPDY/3.1+portforward.k8s.io``: SPDY as a stream of bytes inside the binary messages of a WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from kubelearn.cluster.streams import BrokenPipe, Pipe

from . import spdy
from .forwarding import Forwarder

log = logging.getLogger(__name__)

TUNNEL = "SPDY/3.1+portforward.k8s.io"
#: SPDY as spdystream speaks it has no flow control: so much waits for each connection before all have to.
_INPUT = 8 * 2**20
_MAX_STREAMS = 2000


@dataclass
class _Pair:
    """The two streams of one forwarded connection; 0 is a stream that is still to come."""

    port: int
    error: int = 0
    data: int = 0
    incoming: Pipe = field(default_factory=lambda: Pipe(_INPUT))
    task: asyncio.Task[None] | None = None


class Tunnel:
    """The server's end of one ``kubectl port-forward``."""

    def __init__(self, socket: web.WebSocketResponse, forwarder: Forwarder):
        self._socket = socket
        self._forwarder = forwarder
        self._decoder = spdy.Decoder()
        self._encoder = spdy.Encoder()
        self._pairs: dict[str, _Pair] = {}
        self._by_stream: dict[int, tuple[str, _Pair]] = {}
        self._lock = asyncio.Lock()

    async def run(self) -> None:
        """Serve until the client is gone."""
        try:
            async for message in self._socket:
                if message.type is not WSMsgType.BINARY:
                    break
                for frame in self._decoder.feed(message.data):
                    await self._handle(frame)
        except BrokenPipe:
            log.debug("the client of a port-forward is gone")
        except spdy.SpdyError as error:
            log.warning("port-forward: %s", error)
            with contextlib.suppress(BrokenPipe):
                await self._send(spdy.goaway(status=spdy.PROTOCOL_ERROR))
        finally:
            tasks = [pair.task for pair in self._pairs.values() if pair.task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._socket.close()

    async def _send(self, frame: bytes) -> None:
        async with self._lock:
            if self._socket.closed:
                raise BrokenPipe
            try:
                await self._socket.send_bytes(frame)
            except ConnectionError:
                raise BrokenPipe from None

    async def _handle(self, frame: spdy.Frame) -> None:
        if frame.kind == spdy.SYN_STREAM:
            await self._open(frame)
        elif frame.kind == spdy.PING:
            await self._send(spdy.control(spdy.PING, frame.data))
        elif frame.kind == spdy.RST_STREAM:
            self._reset(frame.stream)
        elif frame.kind == 0:
            await self._data(frame)

    async def _open(self, frame: spdy.Frame) -> None:
        """Take note of a stream; the second of a pair starts the connection."""
        headers = frame.headers
        kind, port, number = headers.get("streamtype", ""), headers.get("port", ""), headers.get("requestid", "")
        valid = kind in ("error", "data") and port.isdecimal() and 1 <= int(port) <= 65535
        pair = self._pairs.get(number) or (_Pair(int(port)) if valid else None)
        if pair is None or not valid or getattr(pair, kind) or len(self._by_stream) >= _MAX_STREAMS:
            await self._send(spdy.rst_stream(frame.stream, spdy.REFUSED_STREAM if valid else spdy.PROTOCOL_ERROR))
            return
        setattr(pair, kind, frame.stream)
        self._pairs[number] = pair
        self._by_stream[frame.stream] = number, pair
        await self._send(self._encoder.syn_reply(frame.stream))
        if kind == "data" and frame.fin:
            pair.incoming.end()
        if pair.error and pair.data:
            pair.task = asyncio.create_task(self._forward(number, pair))

    async def _data(self, frame: spdy.Frame) -> None:
        _, pair = self._by_stream.get(frame.stream, ("", None))
        if pair is None or frame.stream != pair.data:
            return  # the rest of a connection that is over, or the end of an error stream
        with contextlib.suppress(BrokenPipe):
            if frame.data:
                pair.incoming.write(frame.data)
                await pair.incoming.drain()
            if frame.fin and not pair.incoming.ended:
                pair.incoming.end()

    def _reset(self, stream: int) -> None:
        number, pair = self._by_stream.get(stream, ("", None))
        if pair is None:
            return
        pair.incoming.abandon()
        if pair.task is not None:
            pair.task.cancel()
        self._forget(number, pair)

    def _forget(self, number: str, pair: _Pair) -> None:
        self._pairs.pop(number, None)
        for stream in (pair.error, pair.data):
            self._by_stream.pop(stream, None)

    async def _forward(self, number: str, pair: _Pair) -> None:
        async def send(data: bytes) -> None:
            await self._send(spdy.data(pair.data, data))

        try:
            failure = await self._forwarder.forward(pair.port, pair.incoming, send)
            if failure:
                await self._send(spdy.data(pair.error, failure.encode()))
            await self._send(spdy.data(pair.data, fin=True))
            await self._send(spdy.data(pair.error, fin=True))
        except BrokenPipe:
            log.debug("the client of a port-forward is gone")
        finally:
            self._forget(number, pair)
