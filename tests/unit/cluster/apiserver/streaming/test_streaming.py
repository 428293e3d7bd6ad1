"""Frames of port-forward and of exec."""

from __future__ import annotations

import asyncio
import zlib

import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestClient, TestServer

from kubelearn.cluster.apiserver.streaming import exec as exec_door
from kubelearn.cluster.apiserver.streaming import spdy, websocket
from kubelearn.cluster.apiserver.streaming.kubelets import ExecError
from kubelearn.cluster.streams import PIPE_CAPACITY, BrokenPipe

HEADERS = {"streamtype": "data", "port": "8080", "requestid": "0"}


def test_dictionary_is_the_one_of_spdy_3() -> None:
    assert len(spdy.DICTIONARY) == 1423
    assert zlib.adler32(spdy.DICTIONARY) == 0xE3C6A7C2


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_frames_survive_any_split(size: int) -> None:
    encoder, decoder = spdy.Encoder(), spdy.Decoder()
    sent = (
        encoder.syn_stream(1, {**HEADERS, "streamtype": "error"})
        + encoder.syn_stream(3, HEADERS)
        + spdy.data(3, b"x" * 5000)
        + encoder.syn_reply(3)
        + spdy.control(spdy.PING, b"\0\0\0\1")
        + spdy.data(3, fin=True)
        + spdy.rst_stream(3, spdy.CANCEL)
        + spdy.goaway()
    )
    frames = [frame for at in range(0, len(sent), size) for frame in decoder.feed(sent[at : at + size])]
    assert [(f.kind, f.stream, f.fin) for f in frames] == [
        (spdy.SYN_STREAM, 1, False),
        (spdy.SYN_STREAM, 3, False),
        (0, 3, False),
        (spdy.SYN_REPLY, 3, False),
        (spdy.PING, 0, False),
        (0, 3, True),
        (spdy.RST_STREAM, 3, False),
        (spdy.GOAWAY, 0, False),
    ]
    assert frames[1].headers == HEADERS
    assert frames[2].data == b"x" * 5000
    assert frames[4].data == b"\0\0\0\1"


@pytest.mark.parametrize(
    "sent",
    [
        b"\x80\x02\x00\x01\x00\x00\x00\x00",
        spdy.control(spdy.SYN_STREAM, b"short"),
        spdy.control(spdy.SYN_REPLY, b"\0\0\0\1not zlib"),
        spdy.control(spdy.RST_STREAM, b""),
    ],
)
def test_broken_frames_are_told(sent: bytes) -> None:
    with pytest.raises(spdy.SpdyError):
        spdy.Decoder().feed(sent)


def test_headers_that_explode_are_refused() -> None:
    with pytest.raises(spdy.SpdyError, match="too long"):
        spdy.Decoder().feed(spdy.Encoder().syn_stream(1, {"a": "x" * 2**20}))


@pytest.mark.parametrize("text", [False, True])
def test_channel_framing(text: bool) -> None:
    assert websocket.decode(websocket.encode(3, b"\0\xff", text=text), text=text) == (3, b"\0\xff")


def test_channel_bytes() -> None:
    assert websocket.encode(1, b"hi") == b"\x01hi"
    assert websocket.encode(1, b"hi", text=True) == b"1aGk="
    assert websocket.decode(b"\xff\x00") == (255, b"\x00")


class _Socket:
    """A WebSocket whose client reads when the test says so."""

    ws_protocol = websocket.V5
    closed = False

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.reads = asyncio.Event()

    async def send_bytes(self, data: bytes) -> None:
        await self.reads.wait()
        self.sent.append(data)


def _writer(socket: _Socket) -> websocket.ChannelWriter:
    return websocket.Channels(socket).writer(1)  # type: ignore[arg-type]


def test_output_without_drain_is_not_lost() -> None:
    async def main() -> None:
        socket = _Socket()
        socket.reads.set()
        writer = _writer(socket)
        for _ in range(1000):
            writer.write(b"y" * 999)
        await writer.finish()
        assert all(message[0] == 1 for message in socket.sent)
        assert b"".join(message[1:] for message in socket.sent) == b"y" * 999_000

    asyncio.run(main())


def test_drain_waits_for_the_client() -> None:
    async def main() -> None:
        socket = _Socket()
        writer = _writer(socket)
        writer.write(b"z" * (PIPE_CAPACITY + 1))
        draining = asyncio.create_task(writer.drain())
        await asyncio.sleep(0.01)
        assert not draining.done()
        socket.reads.set()
        await asyncio.wait_for(draining, 1)

    asyncio.run(main())


def test_a_client_that_is_gone_breaks_the_pipe() -> None:
    async def main() -> None:
        socket = _Socket()
        writer = _writer(socket)
        socket.closed = True
        writer.write(b"x")
        await asyncio.wait_for(writer.finish(), 1)
        with pytest.raises(BrokenPipe):
            writer.write(b"x")
        with pytest.raises(BrokenPipe):
            await writer.drain()

    asyncio.run(main())


def test_nothing_is_sent_before_the_client_reads() -> None:
    async def door(request: web.Request) -> web.WebSocketResponse:
        socket = await websocket.upgrade(request, websocket.PROTOCOLS, autoping=False)
        channels = websocket.Channels(socket)
        reader = asyncio.create_task(_all(channels))
        await channels.client_reads()
        await channels.send(1, b"out")
        await reader
        return socket

    async def _all(channels: websocket.Channels) -> list[tuple[int, bytes | None]]:
        return [message async for message in channels.messages()]

    async def main() -> None:
        app = web.Application()
        app.router.add_get("/", door)
        async with (
            TestClient(TestServer(app)) as client,
            client.ws_connect("/", protocols=(websocket.V5,), autoping=False) as socket,
        ):
            assert (await socket.receive()).type is WSMsgType.PING
            early = asyncio.create_task(socket.receive())
            await socket.ping(b"mine")
            assert (await early).type is WSMsgType.PONG
            await socket.pong()
            assert (await socket.receive()).data == b"\x01out"

    asyncio.run(main())


def _outcome(result: int | Exception | None) -> dict[str, object]:
    async def program() -> int | None:
        if isinstance(result, Exception):
            raise result
        return result

    async def main() -> dict[str, object]:
        task = asyncio.create_task(program())
        await asyncio.wait({task})
        return exec_door.outcome(task)

    return asyncio.run(main())


def test_status_of_a_program() -> None:
    assert _outcome(0) == {"metadata": {}, "status": "Success"}
    assert _outcome(3) == {
        "metadata": {},
        "status": "Failure",
        "reason": "NonZeroExitCode",
        "message": "command terminated with non-zero exit code: command terminated with exit code 3",
        "details": {"causes": [{"reason": "ExitCode", "message": "3"}]},
    }
    failed = _outcome(ExecError("no such program"))
    assert failed["message"] == "Internal error occurred: no such program"
    assert failed["code"] == 500
