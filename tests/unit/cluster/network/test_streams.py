"""Streamed responses, bytes, datagrams."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kubelearn.cluster.network import (
    ConnectionRefused,
    ConnectionReset,
    ConnectionTimedOut,
    Stream,
)
from tests.unit.cluster.network.hello import hello
from tests.unit.network_fakes import FakeCluster


async def test_a_streamed_response_comes_as_it_is_made(cluster: FakeCluster) -> None:
    net, gate, gone = cluster.attach("web"), asyncio.Event(), asyncio.Event()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["body"] == b"in"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await gate.wait()
        await send({"type": "http.response.body", "body": b"two"})
        assert (await receive())["type"] == "http.disconnect"
        gone.set()

    listener = net.listen(80, application)
    connection = await cluster.attach("client").connect(net.ip, 80)
    streamed = await connection.request_stream("POST", "/", body=b"in")
    chunks = aiter(streamed)
    assert await anext(chunks) == b"one"
    gate.set()
    assert await anext(chunks) == b"two"
    assert [chunk async for chunk in chunks] == []
    await gone.wait()
    connection.close()
    assert not listener.connections


async def test_an_endless_response_waits_for_its_reader_and_ends_with_it(cluster: FakeCluster) -> None:
    net, sent, ended = cluster.attach("web"), [], asyncio.Event()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            while True:
                await send({"type": "http.response.body", "body": b"y" * 1000, "more_body": True})
                sent.append(1)
        finally:
            ended.set()

    net.listen(80, application)
    connection = await cluster.attach("client").connect(net.ip, 80)
    streamed = await connection.request_stream("GET", "/")
    for _ in range(100):
        await asyncio.sleep(0)
    assert len(sent) < 50
    assert await anext(aiter(streamed)) == b"y" * 1000
    connection.close()
    await ended.wait()


async def test_a_stream_is_reset_with_its_server(cluster: FakeCluster) -> None:
    net = cluster.attach("web")

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.Event().wait()

    listener = net.listen(80, application)
    connection = await cluster.attach("client").connect(net.ip, 80)
    streamed = await connection.request_stream("GET", "/")
    listener.close()
    with pytest.raises(ConnectionReset):
        await anext(aiter(streamed))


async def test_http_in_bytes(cluster: FakeCluster) -> None:
    net, server = cluster.serve("web", port=80)
    connection = await cluster.attach("client").connect(net.ip, 80)
    stream = connection.open_stream()
    stream.write(
        b"GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection:"
        b" close\r\n\r\nhi"
    )
    received = b""
    while chunk := await stream.read():
        received += chunk
    assert received.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert received.endswith(b"\r\n\r\nweb")
    assert [(scope["method"], scope["path"]) for scope in server.scopes] == [("GET", "/a"), ("POST", "/b")]


async def test_what_is_not_http_is_answered_400(cluster: FakeCluster) -> None:
    net, _ = cluster.serve("web", port=80)
    stream = (await cluster.attach("client").connect(net.ip, 80)).open_stream()
    stream.write(b"hello\r\n\r\n")
    assert (await stream.read()).startswith(b"HTTP/1.1 400 Bad Request\r\n")


async def test_a_response_that_is_not_valid_ends_the_stream(cluster: FakeCluster) -> None:
    net = cluster.attach("web")
    errors: list[Exception] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
        await send({"type": "http.response.body", "body": b"too much"})

    net.listen(80, application).on_error = errors.append
    stream = (await cluster.attach("client").connect(net.ip, 80)).open_stream()
    stream.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    while await stream.read():
        pass
    assert "Too much data" in str(errors[0])


class Echo:
    async def serve(self, stream: Stream) -> None:
        while data := await stream.read():
            stream.write(data.upper())
        stream.end()


async def test_servers_of_bytes(cluster: FakeCluster) -> None:
    net = cluster.attach("echo")
    net.listen(7, Echo())
    client = cluster.attach("client")
    stream = (await client.connect(net.ip, 7)).open_stream()
    stream.write(b"hello")
    assert await stream.read() == b"HELLO"
    stream.end()
    assert await stream.read() == b""
    connection = await client.connect(net.ip, 7)
    with pytest.raises(ConnectionReset):
        await connection.request("GET", "/")


class Canned:
    async def serve(self, stream: Stream) -> None:
        await stream.read()
        stream.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")


async def test_http_requests_to_servers_of_bytes(cluster: FakeCluster) -> None:
    net = cluster.attach("nc")
    net.listen(8080, Canned())
    client = cluster.attach("client")
    response = await (await client.connect(net.ip, 8080)).request("GET", "/")
    assert (response.status, response.body) == (200, b"hi")
    streamed = await (await client.connect(net.ip, 8080)).request_stream("GET", "/")
    assert [chunk async for chunk in streamed] == [b"hi"]


class Udp:
    def datagram(self, data: Any, client: tuple[str, int]) -> Any:
        return f"{client[0]} said {data}" if data else None


async def test_datagrams(cluster: FakeCluster) -> None:
    net, client = cluster.attach("udp"), cluster.attach("client")
    net.listen(8081, Udp(), "UDP")
    assert await client.exchange(net.ip, 8081, "hi") == f"{client.ip} said hi"
    with pytest.raises(ConnectionTimedOut):
        await client.exchange(net.ip, 8081, "", timeout=0.001)
    with pytest.raises(ConnectionRefused):
        await client.exchange(net.ip, 9999, "hi")
    with pytest.raises(ConnectionRefused):
        await client.connect(net.ip, 8081)


async def test_ping(cluster: FakeCluster) -> None:
    [(net, _)] = hello(cluster, 1)
    client = cluster.attach("client")
    assert [await client.ping(host) for host in (net.ip, "172.18.0.4", "localhost", "hello", "10.244.1.99")] == [
        True,
        True,
        True,
        False,
        False,
    ]
