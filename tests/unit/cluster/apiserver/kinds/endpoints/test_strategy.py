"""Endpoints and EndpointSlices that somebody writes by hand."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver.kinds.by_resource import for_resource
from kubelearn.cluster.meta import Object
from tests.objects import bare
from tests.unit.strategy_fakes import FakeApi, causes_of


def _slice(*addresses: str, **more: Any) -> Object:
    endpoints = [{"addresses": list(addresses)}] if addresses else None
    return {**bare("EndpointSlice", "s"), "addressType": "IPv4", "endpoints": endpoints, **more}


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (_slice("203.0.113.9"), []),
        (_slice(), []),
        (
            _slice("127.0.0.1"),
            [
                'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8,'
                " ::1/128)"
            ],
        ),
        (
            _slice("169.254.1.1"),
            [
                'endpoints[0].addresses[0]: Invalid value: "169.254.1.1": may not be in the link-local range'
                " (169.254.0.0/16, fe80::/10)"
            ],
        ),
        (_slice(addressType=""), ["addressType: Required value"]),
        (_slice(addressType="IP"), ['addressType: Unsupported value: "IP": supported values: "FQDN", "IPv4", "IPv6"']),
        (_slice(endpoints=[{}]), ["endpoints[0].addresses: Required value: must contain at least 1 address"]),
        (_slice(ports=[{"port": 1}, {"port": 2}]), ['ports[1].name: Duplicate value: ""']),
        (
            _slice("300.0.0.1", "fd00::1", "010.0.0.1", ports=[{"port": 1, "protocol": "X"}]),
            [
                'ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
                'endpoints[0].addresses[0]: Invalid value: "300.0.0.1": must be a valid IP address,'
                " (e.g. 10.9.8.7 or 2001:db8::ffff)",
                'endpoints[0].addresses: Invalid value: "fd00::1": must be an IPv4 address',
                'endpoints[0].addresses[2]: Invalid value: "010.0.0.1": must not have leading 0s',
            ],
        ),
        (
            _slice("203.0.113.9", addressType="IPv6"),
            ['endpoints[0].addresses: Invalid value: "203.0.113.9": must be an IPv6 address'],
        ),
    ],
)
def test_endpointslice(api: FakeApi, obj: Object, expected: list[str]) -> None:
    assert causes_of(lambda: api.create("endpointslices.discovery.k8s.io", obj)) == expected


def test_endpointslice_hints(api: FakeApi) -> None:
    def problems(**hints: list[str]) -> list[str]:
        named = {key: [{"name": name} for name in found] for key, found in hints.items()}
        endpoint = {"addresses": ["203.0.113.9"], "hints": named}
        return causes_of(lambda: api.create("endpointslices.discovery.k8s.io", _slice(endpoints=[endpoint])))

    assert problems(forZones=["a", "a"], forNodes=["n", "n"]) == [
        'endpoints[0].hints.forZones[1].name: Duplicate value: "a"',
        'endpoints[0].hints.forNodes[1].name: Duplicate value: "n"',
    ]
    assert [text.split(" (")[0] for text in problems(forZones=["-"], forNodes=["A"])] == [
        (
            'endpoints[0].hints.forZones[0].name: Invalid value: "-": a valid label must be an empty string or consist'
            " of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
        ),
        (
            'endpoints[0].hints.forNodes[0].name: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of'
            " lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
        ),
    ]
    assert problems(forZones=list("abcdefghi"), forNodes=["A"]) == [
        "endpoints[0].hints.forZones: Too many: 9: must have at most 8 items"
    ]
    assert problems(forZones=list("abcdefgh"), forNodes=["node-1"]) == []


def test_endpointslice_changes(api: FakeApi) -> None:
    created = api.create("endpointslices.discovery.k8s.io", _slice("203.0.113.9", ports=[{"port": 5432}]))
    assert created["ports"] == [{"port": 5432, "name": "", "protocol": "TCP"}]
    assert causes_of(
        lambda: api.update("endpointslices.discovery.k8s.io", "s", lambda obj: obj.update(addressType="IPv6"))
    ) == ['addressType: Invalid value: "IPv6": field is immutable']
    changed = api.update(
        "endpointslices.discovery.k8s.io", "s", lambda obj: obj["endpoints"].append({"addresses": ["203.0.113.10"]})
    )
    assert changed["metadata"]["generation"] == 2


def test_endpoints(api: FakeApi) -> None:
    obj: Object = {
        "kind": "Endpoints",
        "apiVersion": "v1",
        "metadata": {"name": "e"},
        "subsets": [{"addresses": [{"ip": "127.0.0.1"}], "ports": [{"port": 80}]}, {"ports": [{"port": 1}]}],
    }
    assert causes_of(lambda: api.create("endpoints", obj)) == [
        (
            'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8,'
            " ::1/128)"
        ),
        "subsets[1]: Required value: must specify `addresses` or `notReadyAddresses`",
    ]
    subsets = [{"addresses": [{"ip": "10.1.1.1"}], "ports": [{"port": 80}]}]
    good: Object = {"kind": "Endpoints", "apiVersion": "v1", "metadata": {"name": "e"}, "subsets": subsets}
    assert api.create("endpoints", good)["subsets"][0]["ports"] == [{"port": 80, "protocol": "TCP"}]


def test_host_names_as_addresses_are_warned_of(api: FakeApi) -> None:
    warn = for_resource("endpointslices.discovery.k8s.io").warnings
    named = api.create("endpointslices.discovery.k8s.io", _slice("a.example.com", addressType="FQDN"))
    assert warn(named, None) == ["spec.addressType: FQDN endpoints are deprecated"]
    assert warn({**named, "addressType": "IPv4"}, None) == []
