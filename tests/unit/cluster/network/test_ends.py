"""The end of servers and clients."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kubelearn.cluster.network import (
    ConnectionRefused,
    ConnectionReset,
    ConnectionTimedOut,
    NoRoute,
    Stream,
)
from tests.unit.network_fakes import FakeCluster, Who


class Slow:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.go = asyncio.Event()
        self.cancelled = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        await Who("slow")(scope, receive, send)


async def test_a_request_under_way_is_reset_when_the_server_ends(cluster: FakeCluster) -> None:
    net, server = cluster.attach("web"), Slow()
    listener = net.listen(80, server)
    connection = await cluster.attach("client").connect(net.ip, 80)
    assert listener.connections == {connection}
    request = asyncio.create_task(connection.request("GET", "/"))
    await server.asked.wait()
    listener.close()
    with pytest.raises(ConnectionReset):
        await request
    assert server.cancelled
    assert request.cancelling() == 0
    with pytest.raises(ConnectionReset):
        await connection.request("GET", "/")
    assert not listener.connections


async def test_a_server_that_drains_finishes_what_it_has(cluster: FakeCluster) -> None:
    net, server = cluster.attach("web"), Slow()
    listener = net.listen(80, server)
    client = cluster.attach("client")
    busy, idle = await client.connect(net.ip, 80), await client.connect(net.ip, 80)
    request = asyncio.create_task(busy.request("GET", "/"))
    await server.asked.wait()
    drain = asyncio.create_task(listener.drain())
    await asyncio.sleep(0)
    with pytest.raises(ConnectionRefused):
        await client.connect(net.ip, 80)
    with pytest.raises(ConnectionReset):
        await idle.request("GET", "/")
    server.go.set()
    assert (await request).body == b"slow"
    await drain
    assert busy.closed


async def test_draining_does_not_wait_for_ever(cluster: FakeCluster) -> None:
    net, server = cluster.attach("web"), Slow()
    listener = net.listen(80, server)
    connection = await cluster.attach("client").connect(net.ip, 80)
    request = asyncio.create_task(connection.request("GET", "/"))
    await server.asked.wait()
    await listener.drain(0.001)
    with pytest.raises(ConnectionReset):
        await request


async def test_a_server_may_end_itself_while_it_answers(cluster: FakeCluster) -> None:
    net = cluster.attach("web")

    async def application(scope: Any, receive: Any, send: Any) -> None:
        listener.close()
        await Who()(scope, receive, send)

    listener = net.listen(80, application)
    connection = await cluster.attach("client").connect(net.ip, 80)
    with pytest.raises(ConnectionReset):
        await connection.request("GET", "/")
    await asyncio.sleep(0)  # nothing of it hits the client later
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_the_client_can_give_up(cluster: FakeCluster) -> None:
    net, server = cluster.attach("web"), Slow()
    net.listen(80, server)
    connection = await cluster.attach("client").connect(net.ip, 80)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await connection.request("GET", "/")
    assert server.cancelled


async def test_a_detached_pod_is_gone(cluster: FakeCluster) -> None:
    net, _ = cluster.serve("web", port=80)
    client = cluster.attach("client")
    connection = await client.connect(net.ip, 80)
    cluster.network.detach(net)
    cluster.network.detach(net)
    with pytest.raises(ConnectionReset):
        await connection.request("GET", "/")
    with pytest.raises(ConnectionTimedOut):
        await client.connect(net.ip, 80, timeout=0.001)
    with pytest.raises(NoRoute):
        await net.connect(client.ip, 80)


async def test_a_failing_application_answers_500(cluster: FakeCluster) -> None:
    net = cluster.attach("web")
    errors: list[Exception] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError("oops")

    listener = net.listen(80, application)
    listener.on_error = errors.append
    connection = await cluster.attach("client").connect(net.ip, 80)
    response = await connection.request("GET", "/")
    assert (response.status, response.reason, response.body) == (500, "Internal Server Error", b"Internal Server Error")
    assert str(errors[0]) == "oops"
    streamed = await connection.request_stream("GET", "/")
    assert streamed.status == 500
    assert [chunk async for chunk in streamed] == [b"Internal Server Error"]


async def test_a_response_that_stops_early_is_a_reset(cluster: FakeCluster) -> None:
    net = cluster.attach("web")

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})

    net.listen(80, application)
    client = cluster.attach("client")
    with pytest.raises(ConnectionReset):
        await (await client.connect(net.ip, 80)).request("GET", "/")
    streamed = await (await client.connect(net.ip, 80)).request_stream("GET", "/")
    with pytest.raises(ConnectionReset):
        assert [chunk async for chunk in streamed] == []


async def test_head_has_no_body(cluster: FakeCluster) -> None:
    net, _ = cluster.serve("web", port=80)
    connection = await cluster.attach("client").connect(net.ip, 80)
    response = await connection.request("HEAD", "/")
    assert (response.body, response.header(b"content-length")) == (b"", b"3")
    assert [chunk async for chunk in await connection.request_stream("HEAD", "/")] == []


class Silent:
    """Reads what a client says, and does not answer."""

    async def serve(self, stream: Stream) -> None:
        await stream.read()


async def test_a_stream_ends_with_a_server_that_has_not_heard_of_it_yet(cluster: FakeCluster) -> None:
    net = cluster.attach("web")
    listener = net.listen(80, Silent())
    stream = (await cluster.attach("client").connect(net.ip, 80)).open_stream()
    listener.close()
    async with asyncio.timeout(5):
        assert await stream.read() == b""


async def test_a_streamed_request_is_reset_with_a_server_that_has_not_heard_of_it_yet(cluster: FakeCluster) -> None:
    net = cluster.attach("web")
    listener = net.listen(80, Who("web"))
    connection = await cluster.attach("client").connect(net.ip, 80)
    request = asyncio.create_task(connection.request_stream("GET", "/"))
    asyncio.get_running_loop().call_soon(listener.close)  # after the request is made, before it is served
    async with asyncio.timeout(5):
        with pytest.raises(ConnectionReset):
            await request
