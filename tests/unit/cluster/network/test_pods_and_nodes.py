"""Connections in a pod, to nodes, and from nodes."""

from __future__ import annotations

import pytest

from kubelearn.cluster.network import (
    AddressInUse,
    ConnectionRefused,
    ConnectionTimedOut,
    NoRoute,
)
from tests.unit.cluster.network.hello import IP, get, hello
from tests.unit.network_fakes import FakeCluster, Who


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
