"""Connections through a Service, and how they fail."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from kubelearn.cluster.network import (
    Connection,
    ConnectionRefused,
    ConnectionTimedOut,
    NoRoute,
)
from kubelearn.cluster.network import namespace as namespace_module
from tests.unit.cluster.network.hello import IP, get, hello
from tests.unit.network_fakes import FakeCluster, endpoint, endpoint_slice, service


async def test_each_connection_is_balanced_and_keeps_its_pod(cluster: FakeCluster) -> None:
    hello(cluster)
    client = cluster.attach("client", "control-plane")
    spread = Counter([await get(client, "hello") for _ in range(300)])
    assert len(spread) == 3
    assert all(60 < count < 140 for count in spread.values())
    connection = await client.connect("hello", 80)
    assert len({(await connection.request("GET", "/")).body for _ in range(20)}) == 1


async def test_server_sees_the_clients_address(cluster: FakeCluster) -> None:
    [(net, server)] = hello(cluster, 1)
    client = cluster.attach("client", "worker2")
    connection = await client.connect("hello", 80)
    await connection.request("POST", "/a%20b?x=1&y=%20", [(b"User-Agent", b"curl")], b"body")
    scope = server.scopes[0]
    assert scope["client"] == (client.ip, connection.local[1])
    assert scope["server"] == (net.ip, 8080)
    assert (scope["method"], scope["path"], scope["raw_path"], scope["query_string"]) == (
        "POST",
        "/a b",
        b"/a%20b",
        b"x=1&y=%20",
    )
    assert scope["headers"] == [(b"host", b"10.96.5.5:80"), (b"user-agent", b"curl"), (b"content-length", b"4")]
    assert connection.peer == (IP, 80)
    assert connection.trace[0].startswith("KUBE-SERVICES: 10.96.5.5:80/tcp is the cluster IP of course/hello")
    assert connection.trace[-1] == f"connected to {net.ip}:8080, which sees {client.ip}:{connection.local[1]}"


async def test_a_pod_reaches_itself_through_its_service(cluster: FakeCluster) -> None:
    [(net, server)] = hello(cluster, 1)
    assert await get(net, "hello") == "hello-0"
    assert server.scopes[0]["client"][0] == "172.18.0.3"


async def test_no_endpoints_and_wrong_target_port_are_refused(cluster: FakeCluster) -> None:
    client = cluster.attach("client")
    service(cluster.registry, "empty", "10.96.6.6")
    net, _ = cluster.serve("hello-0")
    service(cluster.registry, "wrong", "10.96.6.7")
    endpoint_slice(cluster.registry, "wrong", [endpoint(net.ip)], ports=[{"name": "", "port": 9999}])
    cluster.sync()
    for name, reason in (("empty", "no endpoints"), ("wrong", f"nothing listens on {net.ip}:9999/TCP")):
        with pytest.raises(ConnectionRefused) as caught:
            await client.connect(name, 80)
        assert reason in caught.value.trace[-1]
        assert str(caught.value) == "Connection refused"


async def test_what_nobody_answers_times_out(cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    hello(cluster)
    client = cluster.attach("client")
    for address, port in ((IP, 9999), ("10.96.9.9", 80), ("10.244.1.99", 80)):
        with pytest.raises(ConnectionTimedOut):
            await client.connect(address, port, timeout=0.001)
    monkeypatch.setattr(namespace_module, "CONNECT_TIMEOUT", 0.001)
    with pytest.raises(ConnectionTimedOut):
        await client.connect(IP, 9999)


def test_linux_waits_long() -> None:
    assert namespace_module.CONNECT_TIMEOUT == 135


async def test_internal_policy_local_without_pod_times_out(cluster: FakeCluster) -> None:
    hello(cluster, 1, internalTrafficPolicy="Local")
    with pytest.raises(ConnectionTimedOut) as caught:
        await cluster.attach("client", "worker2").connect("hello", 80, timeout=0.001)
    assert "no local endpoints" in caught.value.trace[-1]
    assert await get(cluster.attach("client2", "worker"), "hello") == "hello-0"


async def test_no_way_to_the_internet(cluster: FakeCluster) -> None:
    with pytest.raises(NoRoute) as caught:
        await cluster.attach("client").connect("93.184.216.34", 80)
    assert "no way to other networks" in caught.value.trace[-1]


async def test_existing_connections_outlive_the_rules(cluster: FakeCluster) -> None:
    hello(cluster, 1)
    client = cluster.attach("client")
    connection = await client.connect("hello", 80)
    endpoint_slice(cluster.registry, "hello", [])
    cluster.sync()
    assert (await connection.request("GET", "/")).body == b"hello-0"
    with pytest.raises(ConnectionRefused):
        await client.connect("hello", 80)


async def test_headless_uses_the_containers_port(cluster: FakeCluster) -> None:
    hello(cluster, 2)
    service(cluster.registry, "direct", "None")
    endpoint_slice(
        cluster.registry, "direct", [endpoint("10.244.1.250"), endpoint(cluster.attach("idle").ip)], name="direct-1"
    )
    cluster.sync()
    client = cluster.attach("client")
    with pytest.raises((ConnectionRefused, ConnectionTimedOut)):
        await client.connect("direct", 80, timeout=0.001)


async def test_next_address_after_a_refusal(cluster: FakeCluster) -> None:
    idle = cluster.attach("idle")
    net, _ = cluster.serve("hello-0")
    service(cluster.registry, "direct", "None")
    endpoint_slice(cluster.registry, "direct", [endpoint(idle.ip), endpoint(net.ip)])
    cluster.sync()
    client = cluster.attach("client")
    assert {await get(client, "direct", 8080) for _ in range(20)} == {"hello-0"}


async def test_a_client_in_a_tight_loop_lets_others_run(cluster: FakeCluster) -> None:
    hello(cluster)
    client = cluster.attach("client")
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    task = asyncio.create_task(other())
    for _ in range(640):
        await get(client, "hello")
    task.cancel()
    assert turns >= 10


async def test_ten_thousand_connections(cluster: FakeCluster) -> None:
    [(net, _)] = hello(cluster, 1)
    client = cluster.attach("client")
    connections: list[Connection] = [await client.connect("hello", 80) for _ in range(10_000)]
    listener = net.listeners["TCP", 8080]
    assert len(listener.connections) == 10_000
    cluster.network.detach(net)
    assert not listener.connections
    assert all(connection.closed for connection in connections)


async def test_a_lost_first_packet_is_sent_again_and_finds_the_rule_that_came_meanwhile(
    cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(namespace_module, "_FIRST_RETRANSMISSION", 0.001)
    client = cluster.attach("client")
    waiting = asyncio.ensure_future(client.connect(IP, 80))
    await asyncio.sleep(0)
    hello(cluster)
    connection = await waiting
    assert (await connection.request("GET", "/")).status == 200
