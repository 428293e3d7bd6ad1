"""Where on a packet's way policies are asked, and with which addresses."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kubelearn.cluster.meta import Object
from kubelearn.cluster.network import ConnectionRefused, ConnectionTimedOut, NameNotFound, NoRoute, PodNetwork
from kubelearn.cluster.network import namespace as namespace_module
from kubelearn.cluster.network.addresses import GATEWAY
from kubelearn.cluster.network_policy.agent import RESOURCE
from tests.unit.network_fakes import FakeCluster, Who, endpoint, endpoint_slice, namespace, service

IP, NODE_PORT = "10.96.5.5", 30080
CONTROL_PLANE, WORKER, WORKER2 = "172.18.0.2", "172.18.0.3", "172.18.0.4"
DNS: Object = {"ports": [{"protocol": "UDP", "port": 53}]}


@pytest.fixture
def cluster() -> FakeCluster:
    """Three nodes and cluster DNS."""
    cluster = FakeCluster()
    cluster.start_dns()
    return cluster


@pytest.fixture(autouse=True)
def hello(cluster: FakeCluster) -> PodNetwork:
    """The only pod of a Service, on ``worker``."""
    net = cluster.attach("hello", labels={"app": "hello"})
    net.listen(8080, Who("hello"))
    ports = [{"port": 80, "targetPort": 8080, "nodePort": NODE_PORT}]
    service(cluster.registry, "hello", IP, type="NodePort", ports=ports)
    endpoint_slice(cluster.registry, "hello", [endpoint(net.ip)])
    cluster.sync()
    return net


def isolate(cluster: FakeCluster, app: str = "hello", kind: str = "Ingress", *rules: Object, name: str = "p") -> None:
    """Isolate pods by a label, but for what rules allow."""
    spec = {"podSelector": {"matchLabels": {"app": app}}, "policyTypes": [kind], kind.lower(): list(rules)}
    cluster.registry.store.put(RESOURCE, {"metadata": {"name": name, "namespace": "course"}, "spec": spec})
    cluster.network.policies.sync()


def free(cluster: FakeCluster, name: str = "p") -> None:
    cluster.registry.store.delete(RESOURCE, "course", name)
    cluster.network.policies.sync()


def block(*cidrs: str) -> Object:
    return {"from": [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]}


async def reaches(source: PodNetwork, host: str, port: int) -> bool:
    try:
        (await source.connect(host, port, timeout=0)).close()
    except ConnectionTimedOut:
        return False
    return True


async def test_a_service_is_judged_by_the_pods_address_and_port(cluster: FakeCluster) -> None:
    client = cluster.attach("client", labels={"app": "client"})
    pods = {"podSelector": {"matchLabels": {"app": "hello"}}}
    for rule, passes in (
        ({"to": [pods]}, True),
        ({"to": [pods], "ports": [{"port": 8080}]}, True),
        ({"ports": [{"port": 80}]}, False),
        ({"to": [{"ipBlock": {"cidr": f"{IP}/32"}}]}, False),
    ):
        isolate(cluster, "client", "Egress", rule)
        assert await reaches(client, IP, 80) is passes, rule


async def test_what_is_dropped_says_which_policy_it_was(cluster: FakeCluster) -> None:
    isolate(cluster, name="nobody")
    with pytest.raises(ConnectionTimedOut) as caught:
        await cluster.attach("client").connect("hello", 80, timeout=0)
    assert caught.value.trace[0].startswith("KUBE-SERVICES: 10.96.5.5:80/tcp is the cluster IP of course/hello")
    assert caught.value.trace[-1] == (
        "ingress to course/hello is dropped: NetworkPolicy nobody isolates the pod, and does not allow this"
    )


async def test_connections_that_are_open_live_on(cluster: FakeCluster) -> None:
    client = cluster.attach("client")
    connection = await client.connect(IP, 80)
    isolate(cluster)
    assert (await connection.request("GET", "/")).body == b"hello"
    assert not await reaches(client, IP, 80)


async def test_a_packet_that_is_sent_again_is_judged_again(
    cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(namespace_module, "_FIRST_RETRANSMISSION", 0.01)
    isolate(cluster)
    waiting = asyncio.create_task(cluster.attach("client").connect(IP, 80, timeout=10))
    await asyncio.sleep(0)
    free(cluster)
    assert (await (await waiting).request("GET", "/")).body == b"hello"


async def test_the_pods_own_node_passes_and_others_do_not(cluster: FakeCluster, hello: PodNetwork) -> None:
    isolate(cluster)
    network = cluster.network
    assert await reaches(network.host("worker"), hello.ip, 8080)
    assert not await reaches(network.host("worker2"), hello.ip, 8080)
    isolate(cluster, "hello", "Ingress", block(f"{WORKER2}/32"))
    assert await reaches(network.host("worker2"), hello.ip, 8080)


async def test_pods_on_the_nodes_network_have_its_address(cluster: FakeCluster) -> None:
    isolate(cluster, "hello", "Ingress", {"from": [{"podSelector": {}}]})
    other, same = (
        cluster.attach(f"on-{node}", node, labels={"app": "hello"}, hostNetwork=True) for node in ("worker2", "worker")
    )
    assert [await reaches(net, IP, 80) for net in (other, same)] == [False, True]
    other.listen(8080, Who("host"))
    assert await reaches(cluster.attach("client"), other.ip, 8080), "no policy selects such a pod"


async def test_from_outside_through_a_node_port(cluster: FakeCluster) -> None:
    outside = cluster.network.outside
    assert await reaches(outside, CONTROL_PLANE, NODE_PORT)
    for rules, own, other in (
        ((), False, False),
        ((block(f"{GATEWAY}/32"),), True, False),  # the other node's packet comes masqueraded
        ((block(f"{GATEWAY}/32", f"{CONTROL_PLANE}/32"),), True, True),
    ):
        isolate(cluster, "hello", "Ingress", *rules)
        assert [await reaches(outside, node, NODE_PORT) for node in (WORKER, CONTROL_PLANE)] == [own, other], rules


async def test_from_a_pod_through_a_node_port(cluster: FakeCluster) -> None:
    client = cluster.attach("client", labels={"app": "client"})
    isolate(cluster, "hello", "Ingress", {"from": [{"podSelector": {"matchLabels": {"app": "client"}}}]})
    assert await reaches(client, WORKER, NODE_PORT), "judged before the node masquerades"
    assert not await reaches(client, WORKER2, NODE_PORT), "there it comes from a node"
    free(cluster)
    isolate(cluster, "client", "Egress", {"to": [{"podSelector": {}}]})
    assert not await reaches(client, WORKER2, NODE_PORT), "it leaves its node for another one"
    isolate(cluster, "client", "Egress", {"to": [{"ipBlock": {"cidr": f"{WORKER2}/32"}}]})
    assert await reaches(client, WORKER2, NODE_PORT)


async def test_a_pod_reaches_itself_by_its_service(cluster: FakeCluster, hello: PodNetwork) -> None:
    isolate(cluster)
    isolate(cluster, kind="Egress", name="q")
    assert await reaches(hello, IP, 80)
    assert await reaches(hello, "127.0.0.1", 8080), "port-forward comes this way"


async def test_a_host_port_leads_to_a_pod(cluster: FakeCluster) -> None:
    containers = [{"name": "c", "ports": [{"containerPort": 80, "hostPort": 8888}]}]
    net = cluster.attach("web", labels={"app": "web"}, containers=containers)
    net.listen(80, Who())
    client = cluster.attach("client", "worker2")
    assert await reaches(client, WORKER, 8888)
    isolate(cluster, "web")
    assert not await reaches(client, WORKER, 8888)


async def test_names_are_egress_like_any_other(cluster: FakeCluster) -> None:
    client = cluster.attach("client", labels={"app": "client"})
    isolate(cluster, "client", "Egress")
    with pytest.raises(NameNotFound) as caught:
        await client.connect("hello", 80)
    assert caught.value.temporary, "no name server answers"
    isolate(cluster, "client", "Egress", DNS)
    assert await client.resolve("hello") == [IP]
    assert not await reaches(client, "hello", 80)


async def test_what_is_refused_elsewhere_is_refused_still(cluster: FakeCluster, hello: PodNetwork) -> None:
    service(cluster.registry, "empty", "10.96.6.6")
    cluster.sync()
    isolate(cluster, "client", "Egress", DNS)
    client = cluster.attach("client", labels={"app": "client"})
    with pytest.raises(ConnectionRefused):  # by kube-proxy, before a packet leaves the node
        await client.connect("10.96.6.6", 80)
    assert not await reaches(client, hello.ip, 9999), "nobody says that nobody listens"
    free(cluster)
    with pytest.raises(ConnectionRefused):
        await client.connect(hello.ip, 9999)


async def test_addresses_that_nobody_has(cluster: FakeCluster) -> None:
    client = cluster.attach("client", labels={"app": "client"})
    isolate(cluster, "client", "Egress", DNS)
    assert not await reaches(client, "93.184.216.34", 80)
    isolate(cluster, "client", "Egress", {"to": [{"ipBlock": {"cidr": "93.184.216.0/24"}}]})
    with pytest.raises(NoRoute):
        await client.connect("93.184.216.34", 80)


async def test_icmp_passes(cluster: FakeCluster, hello: PodNetwork) -> None:
    isolate(cluster)
    assert await cluster.attach("client").ping(hello.ip)


@pytest.mark.parametrize("changed", ["pod", "namespace"])
async def test_labels_count_as_they_are_now(cluster: FakeCluster, changed: str) -> None:
    peer: dict[str, Any] = {"namespaceSelector": {"matchLabels": {"team": "a"}}}
    if changed == "pod":
        peer = {"podSelector": {"matchLabels": {"team": "a"}}}
    isolate(cluster, "hello", "Ingress", {"from": [peer]})
    client = cluster.attach("client")
    assert not await reaches(client, IP, 80)
    if changed == "pod":
        pod = cluster.registry.find("pods", "course", "client")
        assert pod is not None
        cluster.registry.store.put("pods", {**pod, "metadata": {**pod["metadata"], "labels": {"team": "a"}}})
    else:
        namespace(cluster.registry, "course", {"team": "a"})
    assert await reaches(client, IP, 80)


async def test_a_pod_that_the_api_has_forgotten_is_an_address(cluster: FakeCluster) -> None:
    client = cluster.attach("client")
    cluster.registry.store.delete("pods", "course", "client")
    isolate(cluster, "hello", "Ingress", {"from": [{"podSelector": {}}]})
    assert not await reaches(client, IP, 80)
    isolate(cluster, "hello", "Ingress", block(f"{client.ip}/32"))
    assert await reaches(client, IP, 80)
