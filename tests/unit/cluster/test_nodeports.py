"""NodePorts on 127.0.0.1 of the machine: real sockets that lead into the cluster."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from kubelearn.cluster.meta import Object
from kubelearn.cluster.nodeports import NodePorts, is_in_use, node_ports
from tests.unit.network_fakes import FakeCluster, Who, endpoint, endpoint_slice, service

IP = "10.96.5.5"


class Events:
    """Remembers events."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str, str]] = []
        self.changed = asyncio.Event()

    def event(self, obj: Object, kind: str, reason: str, message: str) -> None:
        self.seen.append((obj["metadata"]["name"], kind, reason, message))
        self.changed.set()


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
async def ports(cluster: FakeCluster) -> AsyncIterator[NodePorts]:
    ports = NodePorts(cluster.registry, cluster.network, Events())  # type: ignore[arg-type]
    task = asyncio.create_task(ports.run())
    yield ports
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not ports.open_ports


def hello(cluster: FakeCluster, port: int, pods: int = 1, **spec: Any) -> list[Who]:
    served = [cluster.serve(f"hello-{number}") for number in range(pods)]
    service(
        cluster.registry,
        "hello",
        IP,
        type="NodePort",
        ports=[{"port": 80, "nodePort": port}],
        externalTrafficPolicy="Cluster",
        **spec,
    )
    endpoint_slice(cluster.registry, "hello", [endpoint(net.ip, net.node) for net, _ in served])
    cluster.sync()
    return [server for _, server in served]


async def until_open(ports: NodePorts, port: int, *, opened: bool = True) -> None:
    async with asyncio.timeout(5):
        while (port in ports.open_ports) != opened:
            await asyncio.sleep(0)


async def test_a_browser_reaches_the_service(cluster: FakeCluster, ports: NodePorts, port: int) -> None:
    [server] = hello(cluster, port)
    await until_open(ports, port)
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{port}/a?x=1", data=b"body") as response,
    ):
        assert (response.status, await response.text()) == (200, "hello-0")
    assert server.scopes[0]["client"][0] == "172.18.0.2"  # masqueraded to the node that it came in at
    assert server.scopes[0]["query_string"] == b"x=1"
    assert ports.open_ports == {port: ("course", "hello")}


async def test_requests_of_one_connection_stay_with_one_pod(cluster: FakeCluster, ports: NodePorts, port: int) -> None:
    hello(cluster, port, pods=5)
    await until_open(ports, port)
    one, many = set(), set()
    async with aiohttp.ClientSession() as session:
        for _ in range(10):
            async with session.get(f"http://127.0.0.1:{port}/") as response:
                one.add(await response.text())
    for _ in range(20):
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/") as response:
            many.add(await response.text())
    assert len(one) == 1
    assert len(many) > 1


async def test_chunks_come_through_as_they_are_made(cluster: FakeCluster, ports: NodePorts, port: int) -> None:
    gate = asyncio.Event()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await gate.wait()
        await send({"type": "http.response.body", "body": b"two"})

    net = cluster.attach("web")
    net.listen(8080, application)
    service(cluster.registry, "web", IP, type="NodePort", ports=[{"port": 80, "nodePort": port}])
    endpoint_slice(cluster.registry, "web", [endpoint(net.ip)])
    cluster.sync()
    await until_open(ports, port)
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/") as response:
        assert await response.content.readany() == b"one"
        gate.set()
        assert await response.content.read() == b"two"


async def test_without_endpoints_the_client_is_cut_off(cluster: FakeCluster, ports: NodePorts, port: int) -> None:
    hello(cluster, port, pods=0)
    await until_open(ports, port)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(f"http://127.0.0.1:{port}/")


async def test_closed_when_the_service_is_gone(cluster: FakeCluster, ports: NodePorts, port: int) -> None:
    hello(cluster, port)
    await until_open(ports, port)
    cluster.registry.store.delete("services", "course", "hello")
    await until_open(ports, port, opened=False)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_follows_changes_of_the_service(cluster: FakeCluster, ports: NodePorts, port: int) -> None:
    hello(cluster, port)
    await until_open(ports, port)
    service(cluster.registry, "hello", IP)
    await until_open(ports, port, opened=False)
    hello(cluster, port)
    await until_open(ports, port)


async def test_a_port_that_is_taken_is_told_once(cluster: FakeCluster, ports: NodePorts, taken: int) -> None:
    hello(cluster, taken)
    events = ports._recorder
    assert isinstance(events, Events)
    async with asyncio.timeout(5):
        await events.changed.wait()
    await ports.update(cluster.registry.find("services", "course", "hello") or {})
    [(name, kind, reason, message)] = events.seen
    assert (name, kind, reason) == ("hello", "Warning", "NodePortNotOpened")
    assert message.startswith(
        f"nodePort {taken} can't be opened on 127.0.0.1:{taken} of this machine: address already in use."
    )
    connection = await cluster.attach("client").connect("172.18.0.3", taken)
    assert (await connection.request("GET", "/")).body == b"hello-0"


async def test_a_port_is_opened_when_whoever_had_it_is_gone(cluster: FakeCluster, ports: NodePorts) -> None:
    events = ports._recorder
    assert isinstance(events, Events)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = int(other.getsockname()[1])
        hello(cluster, port)
        async with asyncio.timeout(5):
            await events.changed.wait()
        assert is_in_use(port)
    await until_open(ports, port)
    assert len(events.seen) == 1
    cluster.registry.store.delete("services", "course", "hello")
    await until_open(ports, port, opened=False)
    assert not is_in_use(port)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"type": "NodePort", "ports": [{"nodePort": 30080}, {"nodePort": 30053, "protocol": "UDP"}]}, [30080]),
        ({"type": "LoadBalancer", "ports": [{"nodePort": 30080}]}, [30080]),
        ({"type": "ClusterIP", "ports": [{"port": 80}]}, []),
        ({"type": "ExternalName"}, []),
    ],
)
def test_which_ports(spec: Object, expected: list[int]) -> None:
    assert node_ports({"spec": spec}) == expected


@pytest.mark.parametrize("turns", range(8))
async def test_whoever_is_let_in_while_the_listeners_close_is_cut_off(
    cluster: FakeCluster, ports: NodePorts, port: int, turns: int
) -> None:
    hello(cluster, port)
    await until_open(ports, port)
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.setblocking(False)
        for _ in range(turns):
            await asyncio.sleep(0)
        await ports.close()
        heard = asyncio.get_running_loop().sock_recv(client, 100)
        with contextlib.suppress(ConnectionResetError):
            assert await asyncio.wait_for(heard, 5) == b""


async def test_a_client_between_two_requests_sees_the_end_of_its_pod(
    cluster: FakeCluster, ports: NodePorts, port: int
) -> None:
    """So that it knows, as on a real node, that its next request needs another connection."""
    net, _ = cluster.serve("hello-0")
    service(cluster.registry, "hello", IP, type="NodePort", ports=[{"port": 80, "nodePort": port}])
    endpoint_slice(cluster.registry, "hello", [endpoint(net.ip, net.node)])
    cluster.sync()
    await until_open(ports, port)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: hello\r\n\r\n")
    async with asyncio.timeout(5):
        assert (await reader.readuntil(b"hello-0")).startswith(b"HTTP/1.1 200")
        net.close()
        assert await reader.read() == b""
    writer.close()
