"""Which endpoint kube-proxy chooses: by chance, by state, by affinity."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from kubelearn.cluster.kube_proxy.kube_proxy import Forward, KubeProxy, Refused
from kubelearn.cluster.meta import Object
from tests.unit.cluster.kube_proxy.proxies import CLIENT, IP, Clock, addresses, chosen, make_proxy
from tests.unit.network_fakes import SLICES, FakeRegistry, endpoint, endpoint_slice, service


def critical(degrees: int) -> float:
    """Chi-square at p = 0.001 (Wilson and Hilferty)."""
    part = 2 / (9 * degrees)
    return float(degrees * (1 - part + 3.0902 * part**0.5) ** 3)


@pytest.mark.parametrize("pods", range(2, 21))
def test_uniform_not_in_turn_and_repeatable(registry: FakeRegistry, pods: int) -> None:
    service(registry, "hello", IP)
    endpoint_slice(registry, "hello", [endpoint(ip) for ip in addresses(pods)])
    picks = chosen(make_proxy(registry), 30_000)
    expected = 30_000 / pods
    statistic = sum((count - expected) ** 2 / expected for count in Counter(picks).values())
    assert len(set(picks)) == pods
    assert statistic < critical(pods - 1)
    same = sum(first == second for first, second in pairwise(picks)) / 30_000
    order = sorted(set(picks))
    in_turn = sum(order[(order.index(first) + 1) % pods] == second for first, second in pairwise(picks[:5000])) / 5000
    assert same == pytest.approx(1 / pods, abs=0.02)
    assert in_turn == pytest.approx(1 / pods, abs=0.03)
    assert chosen(make_proxy(registry), 200) == picks[:200]
    assert chosen(make_proxy(registry, seed=8), 200) != picks[:200]


def test_nodes_choose_independently(registry: FakeRegistry) -> None:
    service(registry, "hello", IP)
    endpoint_slice(registry, "hello", [endpoint(ip) for ip in addresses(3)])
    assert chosen(make_proxy(registry, seed=1), 50) != chosen(make_proxy(registry, seed=2), 50)


def test_what_is_asked_of_another_service_does_not_matter(registry: FakeRegistry) -> None:
    for name, ip in (("hello", IP), ("dns", "10.96.0.10")):
        service(registry, name, ip)
        endpoint_slice(registry, name, [endpoint(address) for address in addresses(3)])
    alone = chosen(make_proxy(registry), 50)
    proxy, picks = make_proxy(registry), []
    for number in range(50):
        for _ in range(number % 3):
            proxy.route("10.96.0.10", 80, "TCP", CLIENT)
        picks += chosen(proxy, 1)
    assert picks == alone


def test_no_endpoints_refused_other_port_unhandled(registry: FakeRegistry) -> None:
    service(registry, "empty", IP)
    endpoint_slice(registry, "empty", [], ports=[])
    proxy = make_proxy(registry)
    decision = proxy.route(IP, 80, "TCP", CLIENT)
    assert isinstance(decision, Refused)
    assert decision.trace == [
        f"KUBE-SERVICES: {IP}:80/tcp: course/empty has no endpoints -> REJECT with icmp-port-unreachable"
    ]
    assert proxy.route(IP, 81, "TCP", CLIENT) is None
    assert proxy.route(IP, 80, "UDP", CLIENT) is None
    assert proxy.route("10.96.9.9", 80, "TCP", CLIENT) is None


def test_headless_and_external_name_have_no_rules(registry: FakeRegistry) -> None:
    service(registry, "headless", "None")
    registry.store.put(
        "services",
        {"metadata": {"name": "x", "namespace": "course"}, "spec": {"type": "ExternalName", "externalName": "a.b"}},
    )
    assert make_proxy(registry).service_ports() == []


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([{}, {"ready": False}], {0}),
        ([{"ready": False}, {"ready": False}], set()),
        ([{}, {"ready": False, "serving": True, "terminating": True}], {0}),
        ([{"ready": False}, {"ready": False, "serving": True, "terminating": True}], {1}),
        ([{"ready": False, "serving": False, "terminating": True}], set()),
    ],
)
def test_ready_then_terminating_that_serve(
    registry: FakeRegistry, conditions: list[dict[str, bool]], expected: set[int]
) -> None:
    ips = addresses(2)
    service(registry, "hello", IP)
    endpoints = [endpoint(ip, **wanted) for ip, wanted in zip(ips, conditions, strict=False)]  # type: ignore[arg-type]
    endpoint_slice(registry, "hello", endpoints)
    proxy = make_proxy(registry)
    if expected:
        assert set(chosen(proxy, 40)) == {ips[number] for number in expected}
    else:
        assert isinstance(proxy.route(IP, 80, "TCP", CLIENT), Refused)


def test_conditions_that_are_not_set_count_as_ready(registry: FakeRegistry) -> None:
    service(registry, "byhand", IP)
    endpoint_slice(registry, "byhand", [{"addresses": ["10.244.1.2"]}])
    assert chosen(make_proxy(registry), 1) == ["10.244.1.2"]


def test_ports_by_name_and_protocol(registry: FakeRegistry) -> None:
    service(registry, "two", IP, ports=[{"name": "http", "port": 80}, {"name": "admin", "port": 81}])
    endpoint_slice(registry, "two", [endpoint("10.244.1.2")], ports=[{"name": "http", "port": 8080}])
    proxy = make_proxy(registry)
    decision = proxy.route(IP, 80, "TCP", CLIENT)
    assert isinstance(decision, Forward)
    assert str(decision.endpoint) == "10.244.1.2:8080"
    assert isinstance(proxy.route(IP, 81, "TCP", CLIENT), Refused)  # a named target port that no pod has


def test_endpoints_of_several_slices_count_once(registry: FakeRegistry) -> None:
    service(registry, "hello", IP)
    endpoint_slice(registry, "hello", [endpoint(ip) for ip in addresses(3)], name="hello-1")
    endpoint_slice(registry, "hello", [endpoint(ip) for ip in addresses(4)], name="hello-2")
    assert len(make_proxy(registry).service_ports()[0].cluster.endpoints) == 4


def test_affinity_sticks_per_source_and_ends(registry: FakeRegistry) -> None:
    affinity: Object = {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10}}}
    service(registry, "hello", IP, **affinity)
    endpoint_slice(registry, "hello", [endpoint(ip) for ip in addresses(5)])
    clock = Clock()
    proxy = make_proxy(registry, clock=clock)
    first = chosen(proxy, 1)[0]
    for _ in range(20):
        clock.now += 9  # each connection starts the time anew
        assert chosen(proxy, 1) == [first]
    assert len({chosen(proxy, 1, source=f"10.244.2.{number}")[0] for number in range(50, 90)}) > 1
    after = set()
    for _ in range(20):
        clock.now += 10
        after.update(chosen(proxy, 1))
    assert len(after) > 1


def test_affinity_survives_new_rules_but_not_its_endpoint(registry: FakeRegistry) -> None:
    service(registry, "hello", IP, sessionAffinity="ClientIP")
    endpoint_slice(registry, "hello", [endpoint(ip) for ip in addresses(5)])
    proxy = make_proxy(registry)
    first = chosen(proxy, 1)[0]
    observe(proxy, registry, "hello", [endpoint(ip) for ip in addresses(8)])
    assert set(chosen(proxy, 30)) == {first}
    rest = [ip for ip in addresses(8) if ip != first]
    observe(proxy, registry, "hello", [endpoint(ip) for ip in rest])
    second = set(chosen(proxy, 30))
    assert len(second) == 1
    assert second <= set(rest)
    watch = registry.watch("services")
    service(registry, "hello", IP, sessionAffinity="None")
    assert proxy.observe(watch.pending()[0])
    proxy.sync()
    assert len(set(chosen(proxy, 60))) > 1


def observe(proxy: KubeProxy, registry: FakeRegistry, of: str, endpoints: list[dict[str, object]]) -> None:
    watch = registry.watch(SLICES)
    endpoint_slice(registry, of, endpoints)
    for event in watch.pending():
        proxy.observe(event)
    proxy.sync()
