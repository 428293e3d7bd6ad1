"""kube-proxy: which endpoint a connection gets, and when rules change."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from kubelearn.cluster.containers.images.kube_proxy import IMAGE, kube_proxy
from kubelearn.cluster.containers.process import SIGTERM, Process
from kubelearn.cluster.kube_proxy.bounded_frequency import BoundedFrequencyRunner
from kubelearn.cluster.kube_proxy.chains import chain_name, probability
from kubelearn.cluster.kube_proxy.kube_proxy import Dropped, Forward, KubeProxy, Refused
from kubelearn.cluster.meta import Object
from kubelearn.cluster.network import Network
from kubelearn.cluster.streams import Buffer
from kubelearn.cluster.timing import Timing
from tests.unit.network_fakes import SLICES, FakeRegistry, endpoint, endpoint_slice, service

IP = "10.96.5.5"
CLIENT = "10.244.2.9"
OUTSIDE = "172.18.0.1"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def make_proxy(registry: FakeRegistry, node: str = "worker", seed: int = 7, clock: Clock | None = None) -> KubeProxy:
    proxy = KubeProxy(registry, node, Timing(), random.Random(seed), clock or Clock())  # type: ignore[arg-type]
    proxy.load()
    return proxy


def addresses(count: int) -> list[str]:
    return [f"10.244.1.{number + 2}" for number in range(count)]


def chosen(proxy: KubeProxy, count: int, source: str = CLIENT, port: int = 80) -> list[str]:
    picks = []
    for _ in range(count):
        decision = proxy.route(IP, port, "TCP", source)
        assert isinstance(decision, Forward)
        picks.append(decision.endpoint.ip)
    return picks


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


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
    endpoint_slice(registry, "hello", [endpoint(ip, **wanted) for ip, wanted in zip(ips, conditions, strict=False)])  # type: ignore[arg-type]
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


def test_internal_traffic_policy_local(registry: FakeRegistry) -> None:
    service(registry, "hello", IP, internalTrafficPolicy="Local")
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2", "worker"), endpoint("10.244.2.2", "worker2")])
    assert set(chosen(make_proxy(registry, "worker"), 30)) == {"10.244.1.2"}
    dropped = make_proxy(registry, "control-plane").route(IP, 80, "TCP", CLIENT)
    assert isinstance(dropped, Dropped)
    assert dropped.trace[-1].endswith("course/hello has no local endpoints -> DROP")
    endpoint_slice(registry, "hello", [])
    assert isinstance(make_proxy(registry, "control-plane").route(IP, 80, "TCP", CLIENT), Refused)


def node_port_service(registry: FakeRegistry, **spec: Any) -> None:
    registry.store.put(
        "nodes",
        {"metadata": {"name": "worker"}, "status": {"addresses": [{"type": "InternalIP", "address": "172.18.0.3"}]}},
    )
    service(registry, "hello", IP, type="NodePort", ports=[{"port": 80, "nodePort": 30080}], **spec)


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


def test_zone_hints(registry: FakeRegistry) -> None:
    registry.store.put("nodes", {"metadata": {"name": "worker", "labels": {"topology.kubernetes.io/zone": "a"}}})
    hints: list[Object] = [{"hints": {"forZones": [{"name": zone}]}} for zone in ("a", "b")]
    service(registry, "hello", IP)
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2", **hints[0]), endpoint("10.244.1.3", **hints[1])])
    assert set(chosen(make_proxy(registry), 30)) == {"10.244.1.2"}
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2", **hints[0]), endpoint("10.244.1.3")])
    assert len(set(chosen(make_proxy(registry), 30))) == 2


def test_only_changes_that_matter_are_noticed(registry: FakeRegistry) -> None:
    service(registry, "hello", IP)
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2")])
    proxy = make_proxy(registry)
    services, slices = registry.watch("services"), registry.watch(SLICES)
    labelled = service(registry, "hello", IP)
    labelled["metadata"]["labels"] = {"a": "b"}
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2")])
    assert [proxy.observe(event) for event in (*services.pending(), *slices.pending())] == [False, False]
    service(registry, "hello", IP, sessionAffinity="ClientIP")
    assert [proxy.observe(event) for event in services.pending()] == [True]


def test_deleted_service_leaves_nothing(registry: FakeRegistry) -> None:
    node_port_service(registry)
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2")])
    proxy = make_proxy(registry)
    watches = registry.watch("services"), registry.watch(SLICES)
    registry.store.delete("services", "course", "hello")
    registry.store.delete(SLICES, "course", "hello-abcde")
    for watch in watches:
        for event in watch.pending():
            proxy.observe(event)
    assert proxy.route(IP, 80, "TCP", CLIENT) is not None  # the rules are not rewritten yet
    proxy.sync()
    assert proxy.route(IP, 80, "TCP", CLIENT) is None
    assert proxy.route("172.18.0.3", 30080, "TCP", CLIENT, to_node=True) is None
    assert proxy.service_ports() == []


def test_address_taken_over_by_another_service(registry: FakeRegistry) -> None:
    service(registry, "zold", IP)
    endpoint_slice(registry, "zold", [endpoint("10.244.1.2")])
    proxy = make_proxy(registry)
    watch = registry.watch("services")
    slices = registry.watch(SLICES)
    registry.store.delete("services", "course", "zold")
    service(registry, "anew", IP)
    endpoint_slice(registry, "anew", [endpoint("10.244.1.3")])
    for event in (*reversed(watch.pending()), *slices.pending()):
        proxy.observe(event)
    proxy.sync()
    assert chosen(proxy, 3) == ["10.244.1.3"] * 3


# How a decision explains itself


def test_trace_names_the_rules(registry: FakeRegistry) -> None:
    service(registry, "hello", IP)
    endpoint_slice(registry, "hello", [endpoint(ip) for ip in addresses(3)])
    proxy = make_proxy(registry)
    svc = chain_name("KUBE-SVC-", "course/hello", "TCP")
    seen = set()
    for _ in range(50):
        decision = proxy.route(IP, 80, "TCP", CLIENT)
        assert isinstance(decision, Forward)
        trace = decision.trace
        seen.add(decision.position)
        assert trace[0] == f"KUBE-SERVICES: {IP}:80/tcp is the cluster IP of course/hello -> {svc}"
        assert len(trace) == decision.position + 3
        if decision.position == 1:
            assert "rule 1 of 3, course/hello -> 10.244.1.2:8080, with probability 0.33333333349: no" in trace[1]
            assert (
                "rule 2 of 3, course/hello -> 10.244.1.3:8080, with probability 0.50000000000: yes ->"
                f" {decision.endpoint.chain}" in trace[2]
            )
        assert trace[-1] == f"{decision.endpoint.chain}: DNAT to {decision.endpoint}"
    assert seen == {0, 1, 2}
    assert proxy.explain(2) == list(proxy.decisions)[-2:]
    assert proxy.explain(1, service="course/other") == []
    assert len(proxy.explain(10, source=CLIENT)) == 10


def test_chain_names_and_probabilities_are_the_real_ones() -> None:
    assert chain_name("KUBE-SVC-", "default/kubernetes:https", "TCP") == "KUBE-SVC-NPX46M4PTMTKRN6Y"
    assert chain_name("KUBE-SVC-", "kube-system/kube-dns:dns", "UDP") == "KUBE-SVC-TCOU7JCQXEZGVUNU"
    assert chain_name("KUBE-SVC-", "kube-system/kube-dns:dns-tcp", "TCP") == "KUBE-SVC-ERIFXISQEP7F7OF4"
    assert [probability(count) for count in (3, 2)] == ["0.33333333349", "0.50000000000"]


def test_rules_as_iptables_save(registry: FakeRegistry) -> None:
    node_port_service(registry, sessionAffinity="ClientIP")
    endpoint_slice(registry, "hello", [endpoint(ip) for ip in addresses(2)])
    service(registry, "empty", "10.96.7.7")
    text = make_proxy(registry).rules()
    svc, ext = (chain_name(prefix, "course/hello", "TCP") for prefix in ("KUBE-SVC-", "KUBE-EXT-"))
    sep = chain_name("KUBE-SEP-", "course/hello", "TCP", "10.244.1.2:8080")
    for line in (
        "*filter",
        "*nat",
        "COMMIT",
        f":{svc} - [0:0]",
        f'-A KUBE-SERVICES -d {IP}/32 -p tcp -m comment --comment "course/hello cluster IP" -m tcp --dport 80 -j {svc}',
        (
            f'-A {svc} -m comment --comment "course/hello -> 10.244.1.2:8080" -m statistic --mode random --probability'
            f" 0.50000000000 -j {sep}"
        ),
        f'-A {sep} -s 10.244.1.2/32 -m comment --comment "course/hello" -j KUBE-MARK-MASQ',
        f'-A KUBE-NODEPORTS -p tcp -m comment --comment "course/hello" -m tcp --dport 30080 -j {ext}',
        (
            '-A KUBE-SERVICES -d 10.96.7.7/32 -p tcp -m comment --comment "course/empty has no endpoints" -m tcp'
            " --dport 80 -j REJECT --reject-with icmp-port-unreachable"
        ),
    ):
        assert line in text.splitlines()
    assert f"-m recent --rcheck --seconds 10800 --reap --name {sep} --mask 255.255.255.255 --rsource -j {sep}" in text
    assert "*nat" not in make_proxy(registry).rules("filter")


# When rules change


def test_bounded_frequency_burst_then_interval() -> None:
    clock, runs = Clock(), []
    runner = BoundedFrequencyRunner(lambda: runs.append(clock.now), 1.0, clock=clock)
    assert [runner.try_run(), runner.try_run()] == [0.0, 0.0]
    clock.now += 0.25
    assert runner.try_run() == pytest.approx(0.75)
    clock.now += 0.75
    assert runner.try_run() == 0.0
    clock.now += 5
    assert [runner.try_run(), runner.try_run()] == [0.0, 0.0]
    assert runner.try_run() == pytest.approx(1.0)
    assert len(runs) == 5


async def test_run_follows_the_api(registry: FakeRegistry) -> None:
    proxy = KubeProxy(registry, "worker", Timing(pace=0), random.Random(1))  # type: ignore[arg-type]
    task = asyncio.create_task(proxy.run())
    await asyncio.sleep(0)
    service(registry, "hello", IP)
    await turns()
    assert isinstance(proxy.route(IP, 80, "TCP", CLIENT), Refused)
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2")])
    await turns()
    assert chosen(proxy, 1) == ["10.244.1.2"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert registry.store.watchers() == 0


async def test_rules_lag_after_a_burst(registry: FakeRegistry) -> None:
    proxy = KubeProxy(registry, "worker", Timing(pace=0.02), random.Random(1))  # type: ignore[arg-type]
    task = asyncio.create_task(proxy.run())
    await turns()
    for number in range(4):
        service(registry, f"hello-{number}", f"10.96.5.{number + 1}")
        await turns()
    assert [proxy.route(f"10.96.5.{number + 1}", 80, "TCP", CLIENT) is not None for number in range(4)] == [
        True,
        True,
        False,
        False,
    ]
    async with asyncio.timeout(5):
        while proxy.route("10.96.5.4", 80, "TCP", CLIENT) is None:
            await asyncio.sleep(0)
    assert proxy.syncs == 4  # load, two of the burst, and one for the other two
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def turns() -> None:
    for _ in range(6):
        await asyncio.sleep(0)


# The tools in the kube-proxy pods


async def run_tool(registry: FakeRegistry, proxy: KubeProxy, *argv: str) -> tuple[int, str, str]:
    network = Network(registry, Timing())  # type: ignore[arg-type]
    network.use_proxy(proxy)
    out, err = Buffer(), Buffer()
    pod = {"metadata": {"name": "kube-proxy-abcde", "namespace": "kube-system"}, "spec": {"hostNetwork": True}}
    files: Any = None
    process = Process(
        list(argv), {}, files, network.attach(pod, proxy.node), "worker", IMAGE.programs, stdout=out, stderr=err
    )
    code = await IMAGE.programs[argv[0]](process)
    return code, out.data.decode(), err.data.decode()


async def test_tools(registry: FakeRegistry) -> None:
    service(registry, "hello", IP)
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2")])
    proxy = make_proxy(registry)
    assert (await run_tool(registry, proxy, "explain"))[0] == 1
    proxy.route(IP, 80, "TCP", CLIENT)
    code, out, _ = await run_tool(registry, proxy, "explain", "-n", "5", "--service", "course/hello")
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == f"{CLIENT} -> {IP}:80/tcp"
    assert lines[1].startswith("  KUBE-SERVICES: ")
    assert lines[-1].endswith("DNAT to 10.244.1.2:8080")
    assert (await run_tool(registry, proxy, "explain", "-n", "x"))[0] == 2
    assert (await run_tool(registry, proxy, "iptables-save", "-t", "nat"))[1] == proxy.rules("nat")
    assert (await run_tool(registry, proxy, "iptables-save", "-x"))[0] == 2


async def test_the_program_ends_on_sigterm(registry: FakeRegistry) -> None:
    proxy = make_proxy(registry)
    network = Network(registry, Timing())  # type: ignore[arg-type]
    network.use_proxy(proxy)
    files: Any = None
    pod = {"metadata": {"name": "kube-proxy-abcde", "namespace": "kube-system"}, "spec": {"hostNetwork": True}}
    process = Process(
        ["kube-proxy"], {}, files, network.attach(pod, "worker"), "worker", IMAGE.programs, stdout=Buffer()
    )
    task = asyncio.create_task(kube_proxy(process))
    await turns()
    health = await (await network.host("worker").connect("127.0.0.1", 10256)).request("GET", "/healthz")
    assert health.status == 200
    process.handlers[SIGTERM]()
    assert await task == 0
