"""Services that are refused, or warned of."""

from __future__ import annotations

import pytest

from kubelearn.cluster.apiserver.kinds.by_resource import for_resource
from kubelearn.cluster.meta import Object
from tests.unit.cluster.apiserver.kinds.service.services import service_with
from tests.unit.strategy_fakes import FakeApi, causes_of

_LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with"
    " an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is"
    " '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and"
    " end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is"
    " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_KEY = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric"
    " character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
    " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_RANGE = "must be between 1 and 65535, inclusive"
_TWICE = '{"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}'
_MISTAKES: list[tuple[Object, list[str]]] = [
    ({"ports": []}, ["spec.ports: Required value"]),
    ({"ports": None}, ["spec.ports: Required value"]),
    (
        {"ports": [{"port": 0}]},
        [f"spec.ports[0].port: Invalid value: 0: {_RANGE}", f"spec.ports[0].targetPort: Invalid value: 0: {_RANGE}"],
    ),
    ({"ports": [{"targetPort": 80}]}, [f"spec.ports[0].port: Invalid value: 0: {_RANGE}"]),
    (
        {"ports": [{"port": 70000}]},
        [f"spec.ports[0].{key}: Invalid value: 70000: {_RANGE}" for key in ("port", "targetPort")],
    ),
    ({"ports": [{"port": 70000, "targetPort": 80}]}, [f"spec.ports[0].port: Invalid value: 70000: {_RANGE}"]),
    (
        {"ports": [{"port": -1}]},
        [f"spec.ports[0].{key}: Invalid value: -1: {_RANGE}" for key in ("port", "targetPort")],
    ),
    (
        {"ports": [{"port": 80, "targetPort": "8080"}]},
        ['spec.ports[0].targetPort: Invalid value: "8080": must contain at least one letter (a-z)'],
    ),
    (
        {"ports": [{"port": 80, "targetPort": "Http_Port"}]},
        [
            'spec.ports[0].targetPort: Invalid value: "Http_Port": must contain only alpha-numeric characters (a-z,'
            " 0-9), and hyphens (-)"
        ],
    ),
    (
        {"ports": [{"port": 80, "targetPort": "a-very-long-name"}]},
        ['spec.ports[0].targetPort: Invalid value: "a-very-long-name": must be no more than 15 characters'],
    ),
    ({"ports": [{"port": 80, "name": "HTTP"}]}, [f'spec.ports[0].name: Invalid value: "HTTP": {_LABEL}']),
    (
        {"ports": [{"port": 80}, {"port": 443}]},
        ["spec.ports[0].name: Required value", "spec.ports[1].name: Required value"],
    ),
    (
        {"ports": [{"port": 80, "name": "http"}, {"port": 443, "name": "http"}]},
        ['spec.ports[1].name: Duplicate value: "http"'],
    ),
    ({"ports": [{"port": 80, "name": "a"}, {"port": 80, "name": "b"}]}, [f"spec.ports[1]: Duplicate value: {_TWICE}"]),
    ({"ports": [{"port": 80, "name": "a"}, {"port": 80, "name": "b", "protocol": "UDP"}]}, []),
    (
        {"ports": [{"port": 80, "protocol": "tcp"}]},
        ['spec.ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"'],
    ),
    (
        {"type": "clusterip"},
        [
            'spec.type: Unsupported value: "clusterip": supported values: "ClusterIP", "ExternalName", "LoadBalancer",'
            ' "NodePort"'
        ],
    ),
    (
        {"sessionAffinity": "Sticky"},
        ['spec.sessionAffinity: Unsupported value: "Sticky": supported values: "ClientIP", "None"'],
    ),
    (
        {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 86401}}},
        [
            "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less"
            " than 86400"
        ],
    ),
    (
        {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 0}}},
        [
            "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than"
            " 86400"
        ],
    ),
    (
        {"internalTrafficPolicy": "local"},
        ['spec.internalTrafficPolicy: Unsupported value: "local": supported values: "Cluster", "Local"'],
    ),
    (
        {"trafficDistribution": "Random"},
        [
            'spec.trafficDistribution: Unsupported value: "Random": supported values: "PreferClose", "PreferSameZone",'
            ' "PreferSameNode"'
        ],
    ),
    ({"trafficDistribution": "PreferSameNode"}, []),
    (
        {"externalTrafficPolicy": "Local"},
        ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
    ),
    (
        {"clusterIP": "10.0.0.5"},
        [
            'spec.clusterIPs: Invalid value: ["10.0.0.5"]: failed to allocate IP 10.0.0.5: the provided network does'
            " not match the current range"
        ],
    ),
    ({"clusterIP": "10.096.0.7"}, ['spec.clusterIPs[0]: Invalid value: "10.096.0.7": must not have leading 0s']),
    (
        {"externalIPs": ["::ffff:1.2.3.4", "nowhere"]},
        [
            'spec.externalIPs[0]: Invalid value: "::ffff:1.2.3.4": must not be an IPv4-mapped IPv6 address',
            'spec.externalIPs[1]: Invalid value: "nowhere": must be a valid IP address,'
            " (e.g. 10.9.8.7 or 2001:db8::ffff)",
        ],
    ),
    (
        {"clusterIP": "none"},
        ['spec.clusterIPs[0]: Invalid value: "none": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ),
    (
        {"type": "NodePort", "clusterIP": "None"},
        ["spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"],
    ),
    (
        {"type": "LoadBalancer", "clusterIP": "None"},
        ["spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for LoadBalancer services"],
    ),
    (
        {"type": "NodePort", "ports": [{"port": 80, "nodePort": 8080}]},
        [
            "spec.ports[0].nodePort: Invalid value: 8080: provided port is not in the valid range. The range of valid"
            " ports is 30000-32767"
        ],
    ),
    (
        {"ports": [{"port": 80, "nodePort": 30080}]},
        ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ),
    (
        {
            "type": "NodePort",
            "ports": [{"port": 80, "name": "a", "nodePort": 30090}, {"port": 81, "name": "b", "nodePort": 30090}],
        },
        ["spec.ports[1].nodePort: Invalid value: 30090: provided port is already allocated"],
    ),
    ({"type": "ExternalName"}, ["spec.externalName: Required value"]),
    ({"type": "ExternalName", "externalName": "10.1.2.3"}, []),
    (
        {"type": "ExternalName", "externalName": "a.b", "clusterIP": "10.96.0.9"},
        ["spec.clusterIPs: Forbidden: may not be set for ExternalName services"],
    ),
    (
        {"ipFamilyPolicy": "RequireDualStack"},
        [
            'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack'
            " services"
        ],
    ),
    ({"ipFamilies": ["IPv6"]}, ['spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster']),
    ({"selector": {"app": "my web"}}, [f'spec.selector: Invalid value: "my web": {_VALUE}']),
    ({"selector": {"-app": "web"}}, [f'spec.selector: Invalid value: "-app": {_KEY}']),
    ({"type": "LoadBalancer", "ports": [{"port": 10250}]}, []),
    *[
        (
            {"type": "LoadBalancer", "loadBalancerSourceRanges": [text]},
            [f'spec.LoadBalancerSourceRanges[0]: Invalid value: "{text}": {why}'] if why else [],
        )
        for text, why in (
            ("203.0.113.0/24", ""),
            ("2001:db8::/64", ""),
            ("203.0.113.0", "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"),
            ("203.0.113.0/33", "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"),
            ("203.0.113.0/024", "must not have leading 0s in IP or prefix length"),
            ("203.00.113.0/24", "must not have leading 0s in IP or prefix length"),
            ("::ffff:1.2.3.0/120", "must not have an IPv4-mapped IPv6 address"),
            ("203.0.113.7/24", "must not have bits set beyond the prefix length"),
        )
    ],
]


@pytest.mark.parametrize(("spec", "expected"), _MISTAKES)
def test_mistakes(api: FakeApi, spec: Object, expected: list[str]) -> None:
    assert causes_of(lambda: api.create("services", service_with(**spec))) == expected
    assert len(api.list("services")) == (0 if expected else 1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *[
            (name, [f'metadata.name: Invalid value: "{name}": {_LABEL}'])
            for name in ("Web", "my_web", "-web", "web-", "Hello_Service")
        ],
        ("1st-service", []),
        ("my.web", ['metadata.name: Invalid value: "my.web": must not contain dots']),
        ("a" * 64, [f'metadata.name: Invalid value: "{"a" * 64}": must be no more than 63 characters']),
        ("", ["metadata.name: Required value: name or generateName is required"]),
    ],
)
def test_names(api: FakeApi, name: str, expected: list[str]) -> None:
    assert causes_of(lambda: api.create("services", service_with(name))) == expected


def test_causes_come_in_the_order_of_the_source(api: FakeApi) -> None:
    wrong = service_with(
        "Web",
        ports=[{"port": 0, "targetPort": 1, "protocol": "X"}],
        selector={"a": "b c"},
        sessionAffinity="S",
        type="T",
        internalTrafficPolicy="I",
    )
    fields = [cause.partition(": ")[0] for cause in causes_of(lambda: api.create("services", wrong))]
    assert fields == [
        "metadata.name",
        "spec.ports[0].port",
        "spec.ports[0].protocol",
        "spec.selector",
        "spec.sessionAffinity",
        "spec.type",
        "spec.internalTrafficPolicy",
    ]


def test_a_bad_address_hides_everything_else(api: FakeApi) -> None:
    found = causes_of(lambda: api.create("services", service_with("Web", clusterIP="10.0.0.5", ports=[{"port": 0}])))
    assert len(found) == 1
    assert found[0].startswith("spec.clusterIPs: ")


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, []),
        ({"trafficDistribution": "PreferSameZone"}, []),
        (
            {"trafficDistribution": "PreferClose"},
            ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'],
        ),
        (
            {"externalIPs": ["203.0.113.7"], "externalName": "a.b"},
            [
                "spec.externalIPs is deprecated and may no longer be implemented in some clusters",
                'spec.externalName is ignored when spec.type is not "ExternalName"',
            ],
        ),
        (
            {"externalIPs": ["203.0.113.7"], "externalName": "a.b", "type": "ExternalName"},
            ['spec.externalIPs is ignored when spec.type is "ExternalName"'],
        ),
        (
            {
                "clusterIP": "None",
                "sessionAffinity": "ClientIP",
                "externalIPs": ["2001:DB8::1"],
                "selector": {"a": "b"},
            },
            [
                'spec.externalIPs[0]: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format'
                ' ("2001:db8::1")',
                "spec.externalIPs is ignored for headless services",
                "spec.SessionAffinity is ignored for headless services",
            ],
        ),
    ],
)
def test_warnings(api: FakeApi, spec: Object, expected: list[str]) -> None:
    created = api.create("services", service_with("a", **spec))
    assert for_resource("services").warnings(created, None) == expected
