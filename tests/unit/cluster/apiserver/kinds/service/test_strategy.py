"""Services: defaults, allocation, validation, changes (facts 1.1 to 1.6, 1.10)."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.kinds.by_resource import for_resource
from kubelearn.cluster.meta import Object
from tests.unit.strategy_fakes import FakeApi, causes_of

_LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with"
    " an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is"
    " '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_DNS1035 = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character,"
    " and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is"
    " '[a-z]([-a-z0-9]*[a-z0-9])?')"
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
_TWICE = (
    'core.ServicePort{Name:"", Protocol:"TCP", AppProtocol:(*string)(nil), Port:80,'
    ' TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}'
)


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


def _service(name: str = "web", **spec: Any) -> Object:
    return {
        "kind": "Service",
        "apiVersion": "v1",
        "metadata": {"name": name} if name else {},
        "spec": {"ports": [{"port": 80}], **spec},
    }


def _create(api: FakeApi, name: str = "web", **spec: Any) -> Object:
    spec_ = api.create("services", _service(name, **spec))["spec"]
    assert isinstance(spec_, dict)
    return spec_


def test_canonical_object(api: FakeApi) -> None:
    service = api.create("services", _service(selector={"app": "web"}))
    ip = service["spec"]["clusterIP"]
    assert service["spec"] == {
        "clusterIP": ip,
        "clusterIPs": [ip],
        "internalTrafficPolicy": "Cluster",
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}],
        "selector": {"app": "web"},
        "sessionAffinity": "None",
        "type": "ClusterIP",
    }
    assert service["status"] == {"loadBalancer": {}}
    assert "generation" not in service["metadata"]


def test_external_name(api: FakeApi) -> None:
    assert _create(api, type="ExternalName", externalName="example.com", ports=None) == {
        "externalName": "example.com",
        "sessionAffinity": "None",
        "type": "ExternalName",
    }


@pytest.mark.parametrize(
    ("selector", "families", "policy"),
    [({"a": "b"}, ["IPv4"], "SingleStack"), ({}, ["IPv4", "IPv6"], "RequireDualStack")],
)
def test_headless(api: FakeApi, selector: dict[str, str], families: list[str], policy: str) -> None:
    spec = _create(api, clusterIP="None", selector=selector, ports=[])
    assert (spec["clusterIP"], spec["clusterIPs"], spec["ipFamilies"], spec["ipFamilyPolicy"]) == (
        "None",
        ["None"],
        families,
        policy,
    )
    assert ("selector" in spec) == bool(selector)


def test_load_balancer(api: FakeApi) -> None:
    spec = _create(api, type="LoadBalancer")
    assert (spec["allocateLoadBalancerNodePorts"], spec["externalTrafficPolicy"]) == (True, "Cluster")
    assert 30086 <= spec["ports"][0]["nodePort"] <= 32767
    local = _create(api, "local", type="LoadBalancer", externalTrafficPolicy="Local")
    assert 30086 <= local["healthCheckNodePort"] <= 32767
    assert "nodePort" not in _create(api, "none", type="LoadBalancer", allocateLoadBalancerNodePorts=False)["ports"][0]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"sessionAffinity": "ClientIP"}, {"clientIP": {"timeoutSeconds": 10800}}),
        (
            {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 86400}}},
            {"clientIP": {"timeoutSeconds": 86400}},
        ),
        ({"sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 5}}}, None),
    ],
)
def test_session_affinity_config(api: FakeApi, given: Object, stored: Object | None) -> None:
    assert _create(api, **given).get("sessionAffinityConfig") == stored


@pytest.mark.parametrize(
    ("port", "target"),
    [
        ({"port": 80}, 80),
        ({"port": 80, "targetPort": 0}, 80),
        ({"port": 80, "targetPort": ""}, 80),
        ({"port": 80, "targetPort": "http"}, "http"),
    ],
)
def test_target_port(api: FakeApi, port: Object, target: int | str) -> None:
    assert _create(api, ports=[port])["ports"][0]["targetPort"] == target


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
        ['spec.trafficDistribution: Unsupported value: "Random": supported values: "PreferClose"'],
    ),
    (
        {"externalTrafficPolicy": "Local"},
        ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
    ),
    (
        {"clusterIP": "10.0.0.5"},
        [
            'spec.clusterIPs: Invalid value: []string{"10.0.0.5"}: failed to allocate IP 10.0.0.5: the provided IP'
            " (10.0.0.5) is not in the valid range. The range of valid IPs is 10.96.0.0/16"
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
    (
        {"type": "LoadBalancer", "ports": [{"port": 10250}]},
        ["spec.ports[0]: Invalid value: 10250: may not expose port 10250 externally since it is used by kubelet"],
    ),
]


@pytest.mark.parametrize(("spec", "expected"), _MISTAKES)
def test_mistakes(api: FakeApi, spec: Object, expected: list[str]) -> None:
    assert causes_of(lambda: api.create("services", _service(**spec))) == expected
    assert len(api.list("services")) == (0 if expected else 1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *[
            (name, [f'metadata.name: Invalid value: "{name}": {_DNS1035}'])
            for name in ("Web", "1web", "my_web", "my.web", "Hello_Service", "1st-service")
        ],
        ("a" * 64, [f'metadata.name: Invalid value: "{"a" * 64}": must be no more than 63 characters']),
        ("", ["metadata.name: Required value: name or generateName is required"]),
    ],
)
def test_names(api: FakeApi, name: str, expected: list[str]) -> None:
    assert causes_of(lambda: api.create("services", _service(name))) == expected


def test_causes_come_in_the_order_of_the_source(api: FakeApi) -> None:
    wrong = _service(
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
    found = causes_of(lambda: api.create("services", _service("Web", clusterIP="10.0.0.5", ports=[{"port": 0}])))
    assert len(found) == 1
    assert found[0].startswith("spec.clusterIPs: ")


def test_taken(api: FakeApi) -> None:
    _create(api, "one", type="NodePort", clusterIP="10.96.0.50", ports=[{"port": 80, "nodePort": 30080}])
    # The same name again would be a conflict, but allocation comes first.
    assert causes_of(lambda: _create(api, "one", clusterIP="10.96.0.50")) == [
        (
            'spec.clusterIPs: Invalid value: []string{"10.96.0.50"}: failed to allocate IP 10.96.0.50: provided IP is'
            " already allocated"
        ),
    ]
    assert causes_of(lambda: _create(api, "two", type="NodePort", ports=[{"port": 80, "nodePort": 30080}])) == [
        "spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated",
    ]
    api.store.delete("services", "course", "one")
    assert (
        _create(api, "two", type="NodePort", clusterIP="10.96.0.50", ports=[{"port": 80, "nodePort": 30080}])[
            "clusterIP"
        ]
        == "10.96.0.50"
    )


def test_a_refused_service_holds_nothing(api: FakeApi) -> None:
    assert causes_of(
        lambda: _create(api, "Bad", type="NodePort", clusterIP="10.96.0.50", ports=[{"port": 80, "nodePort": 30080}])
    )
    _create(api, "good", type="NodePort", clusterIP="10.96.0.50", ports=[{"port": 80, "nodePort": 30080}])


def test_one_number_shares_a_node_port(api: FakeApi) -> None:
    ports = [{"name": "tcp", "port": 53}, {"name": "udp", "port": 53, "protocol": "UDP"}, {"name": "other", "port": 54}]
    found = [port["nodePort"] for port in _create(api, type="NodePort", ports=ports)["ports"]]
    assert found[0] == found[1] != found[2]


def test_dry_run(api: FakeApi) -> None:
    shown = api.create("services", _service(), dry_run=True)["spec"]
    assert (shown["clusterIP"], shown["clusterIPs"]) == ("10.96.0.0", ["10.96.0.0"])
    assert api.list("services") == []


def _set(**values: Any) -> Any:
    return lambda obj: obj["spec"].update(values)


@pytest.mark.parametrize(
    ("before", "change", "expected"),
    [
        (
            {},
            _set(clusterIP="10.96.7.7"),
            ['spec.clusterIPs[0]: Invalid value: []string{"10.96.7.7"}: may not change once set'],
        ),
        ({}, _set(clusterIP="None"), ['spec.clusterIPs[0]: Invalid value: []string{"None"}: may not change once set']),
        (
            {"clusterIP": "None"},
            _set(clusterIP="10.96.0.77"),
            ['spec.clusterIPs[0]: Invalid value: []string{"10.96.0.77"}: may not change once set'],
        ),
        (
            {"type": "LoadBalancer"},
            _set(loadBalancerClass="a.b/c"),
            ['spec.loadBalancerClass: Invalid value: "a.b/c": may not change once set'],
        ),
        (
            {"type": "LoadBalancer", "externalTrafficPolicy": "Local"},
            _set(healthCheckNodePort=31234),
            ["spec.healthCheckNodePort: Forbidden: field is immutable"],
        ),
    ],
)
def test_immutable(api: FakeApi, before: Object, change: Any, expected: list[str]) -> None:
    _create(api, selector={"a": "b"}, **before)
    assert causes_of(lambda: api.update("services", "web", change)) == expected


def test_second_family_goes_only_with_the_policy(api: FakeApi) -> None:
    _create(api, clusterIP="None")
    assert causes_of(lambda: api.update("services", "web", _set(ipFamilies=["IPv4"]))) == [
        (
            "spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": must be 'SingleStack' to release the secondary"
            " IP family"
        ),
    ]
    assert api.update("services", "web", _set(ipFamilyPolicy="SingleStack"))["spec"]["ipFamilies"] == ["IPv4"]


def test_an_update_without_allocated_values_keeps_them(api: FakeApi) -> None:
    old = _create(api, type="NodePort", selector={"a": "b"})

    def replace(obj: Object) -> None:
        obj["spec"] = {"type": "NodePort", "selector": {"a": "b"}, "ports": [{"port": 80}]}

    assert api.update("services", "web", replace)["spec"] == old


def test_to_node_port_and_back(api: FakeApi) -> None:
    old = _create(api)
    opened = api.update("services", "web", _set(type="NodePort"))["spec"]
    assert opened["clusterIP"] == old["clusterIP"]
    assert opened["externalTrafficPolicy"] == "Cluster"
    assert opened["ports"][0]["nodePort"] in range(30086, 32768)
    assert api.update("services", "web", _set(type="ClusterIP"))["spec"] == old


def test_to_external_name_and_back(api: FakeApi) -> None:
    old = _create(api, selector={"a": "b"})
    named = api.update("services", "web", _set(type="ExternalName", externalName="example.com"))["spec"]
    assert named == {
        "type": "ExternalName",
        "externalName": "example.com",
        "selector": {"a": "b"},
        "sessionAffinity": "None",
        "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}],
    }
    back = api.update("services", "web", _set(type="ClusterIP"))
    assert back["spec"]["clusterIP"] != old["clusterIP"]
    assert (back["spec"]["ipFamilies"], back["spec"]["ipFamilyPolicy"]) == (["IPv4"], "SingleStack")
    assert for_resource("services").warnings(back, None) == [
        'spec.externalName is ignored when spec.type is not "ExternalName"'
    ]


def test_ports_may_change(api: FakeApi) -> None:
    _create(api, type="NodePort", ports=[{"port": 80, "name": "http"}])

    def add(obj: Object) -> None:
        obj["spec"]["ports"] = [{"port": 443, "name": "https"}, {"port": 81, "name": "http"}]

    had = api.list("services")[0]["spec"]["ports"][0]["nodePort"]
    ports = api.update("services", "web", add)["spec"]["ports"]
    assert ports[1]["nodePort"] == had != ports[0]["nodePort"]


def test_status_is_not_the_clients(api: FakeApi) -> None:
    service = _service()
    service["status"] = {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}}
    assert api.create("services", service)["status"] == {"loadBalancer": {}}
    assert api.update("services", "web", lambda obj: obj.update(status={}))["status"] == {"loadBalancer": {}}


def test_warnings(api: FakeApi) -> None:
    warn = for_resource("services").warnings
    assert warn(
        api.create("services", _service("a", clusterIP="None", sessionAffinity="ClientIP", selector={"a": "b"})), None
    ) == [
        "spec.SessionAffinity is ignored for headless services",
    ]
    assert warn(api.create("services", _service("b")), None) == []


def test_range_full(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    from kubelearn.cluster.apiserver.kinds.service import allocators

    monkeypatch.setattr(allocators.ClusterIPAllocator.__init__, "__defaults__", ("10.96.0.0/30", False))
    _create(api, "a")
    _create(api, "b")
    with pytest.raises(errors.ApiError) as caught:
        _create(api, "c")
    assert (caught.value.code, caught.value.message) == (
        500,
        'Internal error occurred: failed to allocate a serviceIP for Service "c": range is full',
    )
