"""How a decision explains itself, and the rules as iptables shows them."""

from __future__ import annotations

from kubelearn.cluster.kube_proxy.chains import chain_name, probability
from kubelearn.cluster.kube_proxy.kube_proxy import Forward
from tests.unit.cluster.kube_proxy.proxies import CLIENT, IP, addresses, make_proxy, node_port_service
from tests.unit.network_fakes import FakeRegistry, endpoint, endpoint_slice, service


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
