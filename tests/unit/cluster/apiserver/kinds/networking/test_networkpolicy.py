"""NetworkPolicies as objects: defaults, what is refused, warnings."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver.kinds.by_resource import for_resource
from kubelearn.cluster.meta import Object
from tests.objects import bare
from tests.unit.strategy_fakes import FakeApi, causes_of

KEY = "networkpolicies.networking.k8s.io"
SELECTOR: Object = {"podSelector": {}}


def policy(**spec: Any) -> Object:
    return bare("NetworkPolicy", "p", spec)


def ingress(*peers: Object, ports: list[Object] | None = None) -> Object:
    return policy(ingress=[{"from": list(peers), "ports": ports or []}])


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (None, {**SELECTOR, "policyTypes": ["Ingress"]}),
        ({"podSelector": None, "ingress": [], "egress": []}, {**SELECTOR, "policyTypes": ["Ingress"]}),
        ({"egress": [{}]}, {**SELECTOR, "egress": [{}], "policyTypes": ["Ingress", "Egress"]}),
        ({"policyTypes": ["Egress"]}, {**SELECTOR, "policyTypes": ["Egress"]}),
        (
            {"ingress": [{"from": [], "ports": [{"port": 80}, {"port": 53, "protocol": "UDP"}]}]},
            {
                **SELECTOR,
                "ingress": [{"ports": [{"port": 80, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]}],
                "policyTypes": ["Ingress"],
            },
        ),
    ],
)
def test_defaults(api: FakeApi, spec: Object | None, expected: Object) -> None:
    made = api.create(KEY, bare("NetworkPolicy", "p", spec))
    assert made["spec"] == expected
    assert made["metadata"]["generation"] == 1
    assert "status" not in made


def test_the_generation_counts_changes_of_the_spec(api: FakeApi) -> None:
    api.create(KEY, policy())
    assert api.update(KEY, "p", lambda obj: obj["metadata"].update(labels={"a": "b"}))["metadata"]["generation"] == 1
    assert api.update(KEY, "p", lambda obj: obj["spec"].update(egress=[{}]))["metadata"]["generation"] == 2


NOT_A_CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (ingress({"podSelector": {}, "namespaceSelector": {}}, ports=[{"port": 1, "endPort": 65535}]), []),
        (ingress({}), ["spec.ingress[0].from[0]: Required value: must specify a peer"]),
        (ingress({"ipBlock": {}}), ["spec.ingress[0].from[0].ipBlock.cidr: Required value"]),
        (
            ingress({"ipBlock": {"cidr": "10.0.0.0"}}),
            [f'spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.0.0.0": {NOT_A_CIDR}'],
        ),
        (
            ingress({"ipBlock": {"cidr": "10.0.0.1/8"}}),
            [
                'spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.0.0.1/8": '
                "must not have bits set beyond the prefix length"
            ],
        ),
        (
            ingress({"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8", "10.1.0.0/16", "x", "::/64"]}}),
            [
                'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "10.0.0.0/8": must be a strict subset of '
                "`cidr`",
                f'spec.ingress[0].from[0].ipBlock.except[2]: Invalid value: "x": {NOT_A_CIDR}',
                'spec.ingress[0].from[0].ipBlock.except[3]: Invalid value: "::/64": must be a strict subset of `cidr`',
            ],
        ),
        (
            ingress({"ipBlock": {"cidr": "10.0.0.0/8"}, "namespaceSelector": {}}),
            ["spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer"],
        ),
        (
            ingress(ports=[{"endPort": 1}, {"port": "web", "endPort": 1}, {"port": 2, "endPort": 70000}, {"port": 0}]),
            [
                "spec.ingress[0].ports[0].endPort: Invalid value: 1: may not be specified when `port` is not specified",
                "spec.ingress[0].ports[1].endPort: Invalid value: 1: may not be specified when `port` is non-numeric",
                "spec.ingress[0].ports[2].endPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
                "spec.ingress[0].ports[3].port: Invalid value: 0: must be between 1 and 65535, inclusive",
            ],
        ),
        (
            policy(podSelector={"matchExpressions": [{"key": "a", "operator": "Is"}]}, egress=[{"to": [{}]}]),
            [
                'spec.podSelector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
                "spec.egress[0].to[0]: Required value: must specify a peer",
            ],
        ),
        (
            policy(policyTypes=["Ingress", "Egress", "Ingress"]),
            [
                'spec.policyTypes: Invalid value: ["Ingress","Egress","Ingress"]: '
                "may not specify more than two policyTypes"
            ],
        ),
    ],
)
def test_what_is_refused(api: FakeApi, obj: Object, expected: list[str]) -> None:
    assert causes_of(lambda: api.create(KEY, obj)) == expected


def test_ranges_that_were_there_may_stay(api: FakeApi) -> None:
    made = api.create(KEY, ingress({"ipBlock": {"cidr": "10.0.0.0/8"}}))
    made["spec"]["ingress"][0]["from"][0]["ipBlock"]["cidr"] = "010.0.0.0/8"  # from before the rules were strict
    api.store.put(KEY, made)
    api.update(KEY, "p", lambda obj: obj["spec"].update(podSelector={"matchLabels": {"a": "b"}}))
    assert causes_of(
        lambda: api.update(
            KEY, "p", lambda obj: obj["spec"].update(egress=[{"to": [{"ipBlock": {"cidr": "1.2.3.4"}}]}])
        )
    ) == [f'spec.egress[0].to[0].ipBlock.cidr: Invalid value: "1.2.3.4": {NOT_A_CIDR}']


def test_an_unusual_range_of_ipv6_is_warned_of() -> None:
    obj = ingress({"ipBlock": {"cidr": "2001:DB8::/32", "except": ["2001:db8:0::/64", "2001:db8:1::/64"]}})
    path = "spec.ingress[0].from[0].ipBlock"
    assert for_resource(KEY).warnings(obj, None) == [
        f'{path}.cidr: IPv6 CIDR value "2001:DB8::/32" should be in RFC 5952 canonical format ("2001:db8::/32")',
        f'{path}.except[0]: IPv6 CIDR value "2001:db8:0::/64" should be in RFC 5952 canonical format ("2001:db8::/64")',
    ]
