"""The pod network: addresses, connections, and how they fail."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from kubelearn.cluster.network import (
    AddressInUse,
    AddressNotAvailable,
    Connection,
    ConnectionRefused,
    ConnectionReset,
    ConnectionTimedOut,
    NoRoute,
    PodNetwork,
    Stream,
)
from kubelearn.cluster.network import namespace as namespace_module
from kubelearn.cluster.network.resolv import ResolvConf, of_pod
from tests.unit.network_fakes import FakeCluster, Who, endpoint, endpoint_slice, pod, service

IP = "10.96.5.5"


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster()
    cluster.start_dns()
    cluster.sync()
    return cluster


def hello(cluster: FakeCluster, pods: int = 3, **spec: Any) -> list[tuple[PodNetwork, Who]]:
    """A Service hello with some pods."""
    served = [cluster.serve(f"hello-{number}", ("worker", "worker2")[number % 2]) for number in range(pods)]
    service(cluster.registry, "hello", IP, **spec)
    endpoint_slice(cluster.registry, "hello", [endpoint(net.ip, net.node) for net, _ in served])
    cluster.sync()
    return served


async def get(client: PodNetwork, host: str, port: int = 80, target: str = "/") -> str:
    connection = await client.connect(host, port, timeout=0.01)
    response = await connection.request("GET", target)
    connection.close()
    return response.body.decode()


# Connections through a Service


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


# Inside a pod


async def test_who_listens_on_loopback_is_reached_in_the_pod_only(cluster: FakeCluster) -> None:
    net = cluster.attach("shy")
    net.listen(9000, Who("shy"), loopback=True)
    assert await get(net, "localhost", 9000) == "shy"
    for source, host in ((cluster.attach("client2"), net.ip), (net, net.ip)):
        with pytest.raises(ConnectionRefused):
            await source.connect(host, 9000)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "own", "web"])
async def test_containers_share_the_pods_addresses(cluster: FakeCluster, host: str) -> None:
    net, server = cluster.serve("web", port=80)
    name = net.ip if host == "own" else host
    assert await get(net, name) == "web"
    assert server.scopes[0]["client"][0] in ("127.0.0.1", net.ip)
    with pytest.raises(ConnectionRefused):
        await net.connect(name, 81)


async def test_a_port_can_be_had_once_per_pod(cluster: FakeCluster) -> None:
    net, other = cluster.attach("a"), cluster.attach("b")
    first = net.listen(80, Who())
    with pytest.raises(AddressInUse):
        net.listen(80, Who())
    net.listen(80, Who(), "UDP")
    other.listen(80, Who())
    first.close()
    net.listen(80, Who("again"))
    assert await get(other, net.ip) == "again"
    assert net.listen(0, Who()).port != 0


async def test_host_network_pods_share_the_nodes_ports(cluster: FakeCluster) -> None:
    net = cluster.attach("proxy", "worker", hostNetwork=True)
    assert net.ip == "172.18.0.3"
    assert net.hostname == "worker"
    net.listen(10256, Who("healthz"))
    with pytest.raises(AddressInUse):
        cluster.network.host("worker").listen(10256, Who())
    assert await get(cluster.attach("client", "worker2"), "172.18.0.3", 10256) == "healthz"
    cluster.network.detach(net)
    with pytest.raises(ConnectionRefused):
        await cluster.network.host("worker").connect("127.0.0.1", 10256)


async def test_host_ports(cluster: FakeCluster) -> None:
    net = cluster.attach("web", containers=[{"ports": [{"containerPort": 80, "hostPort": 8088}]}])
    net.listen(80, Who("web"))
    assert await get(cluster.attach("client", "worker2"), "172.18.0.3", 8088) == "web"
    cluster.network.detach(net)
    with pytest.raises(ConnectionRefused):
        await get(cluster.attach("client2"), "172.18.0.3", 8088)


# Nodes


async def test_nodes_reach_services_and_pods(cluster: FakeCluster) -> None:
    [(net, server)] = hello(cluster, 1)
    host = cluster.network.host("worker2")
    assert await get(host, IP) == "hello-0"
    assert await get(host, net.ip, 8080) == "hello-0"
    assert {scope["client"][0] for scope in server.scopes} == {"172.18.0.4"}


@pytest.mark.parametrize("node", ["172.18.0.2", "172.18.0.3", "172.18.0.4"])
async def test_node_ports_answer_on_every_node(cluster: FakeCluster, node: str) -> None:
    [(_, server)] = hello(
        cluster, 1, type="NodePort", ports=[{"port": 80, "nodePort": 30080}], externalTrafficPolicy="Cluster"
    )
    assert await get(cluster.attach("client"), node, 30080) == "hello-0"
    assert await get(cluster.network.outside, node, 30080) == "hello-0"
    assert await get(cluster.network.host("worker2"), "127.0.0.1", 30080) == "hello-0"
    assert [scope["client"][0] for scope in server.scopes] == [node, node, "172.18.0.4"]
    with pytest.raises(ConnectionRefused):
        await cluster.attach("client2").connect(node, 30081)
    with pytest.raises(ConnectionRefused):
        await cluster.attach("client3").connect("127.0.0.1", 30080)  # a pod's own loopback is not the node's


async def test_external_policy_local_keeps_the_source(cluster: FakeCluster) -> None:
    [(net, server)] = hello(
        cluster, 1, type="NodePort", ports=[{"port": 80, "nodePort": 30080}], externalTrafficPolicy="Local"
    )
    assert net.node == "worker"
    assert await get(cluster.network.outside, "172.18.0.3", 30080) == "hello-0"
    assert server.scopes[0]["client"][0] == "172.18.0.1"
    with pytest.raises(ConnectionTimedOut):
        await cluster.network.outside.connect("172.18.0.4", 30080, timeout=0.001)


async def test_cluster_addresses_mean_nothing_outside(cluster: FakeCluster) -> None:
    [(net, _)] = hello(cluster, 1)
    for address, port in ((net.ip, 8080), (IP, 80)):
        with pytest.raises(NoRoute):
            await cluster.network.outside.connect(address, port, timeout=0.001)


# The end of servers and clients


class Slow:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.asked, self.go, self.cancelled = asyncio.Event(), asyncio.Event(), False

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


# Streaming and bytes


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


# Addresses and files


def test_addresses_come_in_turn(cluster: FakeCluster) -> None:
    nets = [cluster.attach(f"a{number}") for number in range(3)]
    assert [net.ip for net in nets] == ["10.244.1.2", "10.244.1.3", "10.244.1.4"]
    cluster.network.detach(nets[1])
    assert cluster.attach("b").ip == "10.244.1.5"
    assert cluster.attach("c", "worker2").ip == "10.244.2.2"


def test_a_node_has_253_addresses(cluster: FakeCluster) -> None:
    nets = [cluster.attach(f"a{number}") for number in range(253)]
    assert nets[-1].ip == "10.244.1.254"
    with pytest.raises(
        AddressNotAvailable, match=r"no IP addresses available in range set: 10\.244\.1\.1-10\.244\.1\.254"
    ):
        cluster.attach("one-more")
    cluster.network.detach(nets[100])
    assert cluster.attach("after").ip == nets[100].ip


def test_addresses_of_node_objects_win(cluster: FakeCluster) -> None:
    status = {"addresses": [{"type": "InternalIP", "address": "172.18.0.77"}]}
    cluster.registry.store.put(
        "nodes", {"metadata": {"name": "new"}, "spec": {"podCIDR": "10.244.77.0/24"}, "status": status}
    )
    assert cluster.network.host("new").ip == "172.18.0.77"
    assert cluster.attach("a", "new").ip == "10.244.77.2"


def test_hosts_file(cluster: FakeCluster) -> None:
    net = cluster.attach(
        "db-0", hostname="db", subdomain="mysql", hostAliases=[{"ip": "1.2.3.4", "hostnames": ["one", "eins"]}]
    )
    assert net.hosts.text() == (
        "# Kubernetes-managed hosts file.\n"
        "127.0.0.1\tlocalhost\n"
        "::1\tlocalhost ip6-localhost ip6-loopback\n"
        "fe00::0\tip6-localnet\n"
        "fe00::0\tip6-mcastprefix\n"
        "fe00::1\tip6-allnodes\n"
        "fe00::2\tip6-allrouters\n"
        "10.244.1.2\tdb.mysql.course.svc.cluster.local\tdb\n"
        "\n"
        "# Entries added by HostAliases.\n"
        "1.2.3.4\tone\teins\n"
    )
    assert net.hostname == "db"


async def test_names_of_the_hosts_file(cluster: FakeCluster) -> None:
    net = cluster.attach("web", hostAliases=[{"ip": "1.2.3.4", "hostnames": ["one", "eins"]}])
    assert await net.resolve("web") == [net.ip]
    assert await net.resolve("EINS") == ["1.2.3.4"]
    assert (await net.lookup("eins")).name == "one"
    assert await net.resolve("10.1.1.1") == ["10.1.1.1"]


def test_resolv_conf(cluster: FakeCluster) -> None:
    assert (
        cluster.attach("a").resolv.text()
        == "search course.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"
    )
    node = cluster.network.host("worker").resolv
    assert node.nameservers == ["172.18.0.1"]
    assert of_pod(pod("a", dnsPolicy="Default")) == node
    assert of_pod(pod("a", hostNetwork=True)) == node
    assert of_pod(pod("a", hostNetwork=True, dnsPolicy="ClusterFirstWithHostNet")).nameservers == ["10.96.0.10"]


def test_dns_config() -> None:
    config = {
        "nameservers": ["1.1.1.1", "10.96.0.10"],
        "searches": ["example.com"],
        "options": [{"name": "ndots", "value": "2"}, {"name": "edns0"}],
    }
    merged = of_pod(pod("a", dnsConfig=config))
    assert merged.search[-1] == "example.com"
    assert merged.nameservers == ["10.96.0.10", "1.1.1.1"]
    assert merged.options == ["ndots:2", "edns0"]
    alone = of_pod(pod("a", dnsPolicy="None", dnsConfig=config))
    assert alone == ResolvConf(["example.com"], ["1.1.1.1", "10.96.0.10"], ["ndots:2", "edns0"])
    assert len(of_pod(pod("a", dnsConfig={"searches": [f"d{number}" for number in range(50)]})).search) == 32


def test_search_order() -> None:
    conf = ResolvConf(["a", "b"], [], ["ndots:5"])
    assert conf.candidates("x") == ["x.a", "x.b", "x"]
    assert conf.candidates("x.") == ["x."]
    assert conf.candidates("1.2.3.4.5.6") == ["1.2.3.4.5.6", "1.2.3.4.5.6.a", "1.2.3.4.5.6.b"]
    assert ResolvConf(["a"]).candidates("x.y") == ["x.y", "x.y.a"]


# Fairness


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
