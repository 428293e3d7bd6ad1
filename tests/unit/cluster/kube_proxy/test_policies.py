"""Node ports, traffic policies, masquerading, zones."""

from __future__ import annotations

from kubelearn.cluster.kube_proxy.kube_proxy import Dropped, Forward, Refused
from kubelearn.cluster.meta import Object
from tests.unit.cluster.kube_proxy.proxies import CLIENT, IP, OUTSIDE, chosen, make_proxy, node_port_service
from tests.unit.network_fakes import FakeRegistry, endpoint, endpoint_slice, service


def test_internal_traffic_policy_local(registry: FakeRegistry) -> None:
    service(registry, "hello", IP, internalTrafficPolicy="Local")
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2", "worker"), endpoint("10.244.2.2", "worker2")])
    assert set(chosen(make_proxy(registry, "worker"), 30)) == {"10.244.1.2"}
    dropped = make_proxy(registry, "control-plane").route(IP, 80, "TCP", CLIENT)
    assert isinstance(dropped, Dropped)
    assert dropped.trace[-1].endswith("course/hello has no local endpoints -> DROP")
    endpoint_slice(registry, "hello", [])
    assert isinstance(make_proxy(registry, "control-plane").route(IP, 80, "TCP", CLIENT), Refused)


def test_node_port_cluster_policy(registry: FakeRegistry) -> None:
    node_port_service(registry, externalTrafficPolicy="Cluster")
    endpoint_slice(registry, "hello", [endpoint("10.244.2.2", "worker2")])
    proxy = make_proxy(registry)
    decision = proxy.route("172.18.0.3", 30080, "TCP", OUTSIDE, to_node=True)
    assert isinstance(decision, Forward)
    assert decision.masquerade
    assert decision.trace[0].startswith(
        "KUBE-SERVICES -> KUBE-NODEPORTS: 172.18.0.3:30080/tcp is the nodePort of course/hello -> KUBE-EXT-"
    )
    assert proxy.route("172.18.0.3", 30080, "TCP", OUTSIDE) is None
    assert proxy.route("172.18.0.3", 30081, "TCP", OUTSIDE, to_node=True) is None


def test_node_port_local_policy(registry: FakeRegistry) -> None:
    node_port_service(registry, externalTrafficPolicy="Local")
    endpoint_slice(registry, "hello", [endpoint("10.244.2.2", "worker2")])
    proxy = make_proxy(registry)
    assert isinstance(proxy.route("172.18.0.3", 30080, "TCP", OUTSIDE, to_node=True), Dropped)
    inside = proxy.route("172.18.0.3", 30080, "TCP", "10.244.1.7", to_node=True)
    assert isinstance(inside, Forward)
    assert not inside.masquerade
    from_node = proxy.route("127.0.0.1", 30080, "TCP", "172.18.0.3", to_node=True)
    assert isinstance(from_node, Forward)
    assert from_node.masquerade
    external = make_proxy(registry, "worker2").route("172.18.0.4", 30080, "TCP", OUTSIDE, to_node=True)
    assert isinstance(external, Forward)
    assert not external.masquerade


def test_hairpin_masquerades(registry: FakeRegistry) -> None:
    service(registry, "hello", IP)
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2")])
    proxy = make_proxy(registry)
    own, other = proxy.route(IP, 80, "TCP", "10.244.1.2"), proxy.route(IP, 80, "TCP", "10.244.1.3")
    assert isinstance(own, Forward)
    assert isinstance(other, Forward)
    assert own.masquerade
    assert not other.masquerade


def test_node_hints_come_before_zone_hints(registry: FakeRegistry) -> None:
    for node in ("worker", "worker2", "worker3"):
        labels = {"topology.kubernetes.io/zone": "b" if node == "worker3" else "a"}
        registry.store.put("nodes", {"metadata": {"name": node, "labels": labels}})
    hints: list[Object] = [
        {"hints": {"forNodes": [{"name": node}], "forZones": [{"name": zone}]}}
        for node, zone in (("worker", "a"), ("worker3", "b"))
    ]
    service(registry, "hello", IP)
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2", **hints[0]), endpoint("10.244.1.3", **hints[1])])
    assert set(chosen(make_proxy(registry, "worker"), 30)) == {"10.244.1.2"}
    assert set(chosen(make_proxy(registry, "worker3"), 30)) == {"10.244.1.3"}
    assert set(chosen(make_proxy(registry, "worker2"), 30)) == {"10.244.1.2"}
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2", **hints[0]), endpoint("10.244.1.3")])
    assert len(set(chosen(make_proxy(registry, "worker"), 30))) == 2


def test_zone_hints(registry: FakeRegistry) -> None:
    registry.store.put("nodes", {"metadata": {"name": "worker", "labels": {"topology.kubernetes.io/zone": "a"}}})
    hints: list[Object] = [{"hints": {"forZones": [{"name": zone}]}} for zone in ("a", "b")]
    service(registry, "hello", IP)
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2", **hints[0]), endpoint("10.244.1.3", **hints[1])])
    assert set(chosen(make_proxy(registry), 30)) == {"10.244.1.2"}
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2", **hints[0]), endpoint("10.244.1.3")])
    assert len(set(chosen(make_proxy(registry), 30))) == 2
