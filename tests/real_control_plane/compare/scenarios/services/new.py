"""New Services: names, specs and metadata."""

from __future__ import annotations

from typing import Any

from tests.objects import merged, service
from tests.real_control_plane.compare.session import Session

#: Name → what is put into the spec of a new Service.
_NEW: dict[str, dict[str, Any]] = {
    "plain": {},
    "no-spec-ports": {"ports": None},
    "empty-ports": {"ports": []},
    "no-selector": {"selector": None},
    "empty-selector": {"selector": {}},
    "port-0": {"ports": [{"port": 0}]},
    "port-big": {"ports": [{"port": 70000}]},
    "port-negative": {"ports": [{"port": -1}]},
    "no-port": {"ports": [{"name": "a"}]},
    "port-text": {"ports": [{"port": "80"}]},
    "port-float": {"ports": [{"port": 80.5}]},
    "port-big-int": {"ports": [{"port": 2**40}]},
    "port-null": {"ports": [{"port": None}]},
    "ports-object": {"ports": {"port": 80}},
    "port-number": {"ports": [80]},
    "port-null-item": {"ports": [None]},
    "selector-list": {"selector": ["a"]},
    "selector-number": {"selector": {"a": 1}},
    "two-unnamed": {"ports": [{"port": 80}, {"port": 81}]},
    "two-same-name": {"ports": [{"name": "a", "port": 80}, {"name": "a", "port": 81}]},
    "two-same-port": {"ports": [{"name": "a", "port": 80}, {"name": "b", "port": 80}]},
    "two-protocols": {"ports": [{"name": "a", "port": 80}, {"name": "b", "port": 80, "protocol": "UDP"}]},
    "bad-port-name": {"ports": [{"name": "A_b", "port": 80}]},
    "long-port-name": {"ports": [{"name": "a" * 64, "port": 80}]},
    "port-name-16": {"ports": [{"name": "a" * 16, "port": 80}]},
    "bad-protocol": {"ports": [{"port": 80, "protocol": "HTTP"}]},
    "lower-protocol": {"ports": [{"port": 80, "protocol": "tcp"}]},
    "sctp": {"ports": [{"port": 80, "protocol": "SCTP"}]},
    "target-name": {"ports": [{"port": 80, "targetPort": "http"}]},
    "target-bad-name": {"ports": [{"port": 80, "targetPort": "HTTP_"}]},
    "target-long": {"ports": [{"port": 80, "targetPort": "a" * 16}]},
    "target-number-text": {"ports": [{"port": 80, "targetPort": "8080"}]},
    "target-0": {"ports": [{"port": 80, "targetPort": 0}]},
    "target-big": {"ports": [{"port": 80, "targetPort": 70000}]},
    "target-empty": {"ports": [{"port": 80, "targetPort": ""}]},
    "target-true": {"ports": [{"port": 80, "targetPort": True}]},
    "app-protocol": {"ports": [{"port": 80, "appProtocol": "kubernetes.io/h2c"}]},
    "app-protocol-bad": {"ports": [{"port": 80, "appProtocol": "a b"}]},
    "type-bad": {"type": "Cluster"},
    "type-lower": {"type": "nodePort"},
    "type-empty": {"type": ""},
    "type-number": {"type": 1},
    "node-port": {"type": "NodePort"},
    "node-port-fixed": {"type": "NodePort", "ports": [{"port": 80, "nodePort": 31001}]},
    "node-port-taken": {"type": "NodePort", "ports": [{"port": 80, "nodePort": 31001}]},
    "node-port-low": {"type": "NodePort", "ports": [{"port": 80, "nodePort": 80}]},
    "node-port-high": {"type": "NodePort", "ports": [{"port": 80, "nodePort": 40000}]},
    "node-port-negative": {"type": "NodePort", "ports": [{"port": 80, "nodePort": -5}]},
    "node-port-huge": {"type": "NodePort", "ports": [{"port": 80, "nodePort": 70000}]},
    "node-port-on-cluster-ip": {"ports": [{"port": 80, "nodePort": 31002}]},
    "node-port-twice": {
        "type": "NodePort",
        "ports": [{"name": "a", "port": 80, "nodePort": 31003}, {"name": "b", "port": 81, "nodePort": 31003}],
    },
    "node-port-both-protocols": {
        "type": "NodePort",
        "ports": [
            {"name": "a", "port": 80, "nodePort": 31004},
            {"name": "b", "port": 80, "protocol": "UDP", "nodePort": 31004},
        ],
    },
    "two-bad-at-once": {
        "type": "NodePort",
        "ports": [{"name": "A", "port": 0, "nodePort": 5}, {"port": 99999, "protocol": "X"}],
    },
    "headless": {"clusterIP": "None"},
    "headless-node-port": {"clusterIP": "None", "type": "NodePort"},
    "headless-load-balancer": {"clusterIP": "None", "type": "LoadBalancer"},
    "headless-no-ports": {"clusterIP": "None", "ports": None},
    "headless-no-selector": {"clusterIP": "None", "selector": None},
    "ip-fixed": {"clusterIP": "10.96.200.200"},
    "ip-taken": {"clusterIP": "10.96.200.200"},
    "ip-out": {"clusterIP": "10.97.0.1"},
    "ip-bad": {"clusterIP": "abc"},
    "ip-bad-2": {"clusterIP": "10.96.0.300"},
    "ip-kubernetes": {"clusterIP": "10.96.0.1"},
    "ip-network": {"clusterIP": "10.96.0.0"},
    "ip-broadcast": {"clusterIP": "10.96.255.255"},
    "ip-6": {"clusterIP": "fd00::1"},
    "ip-zeros": {"clusterIP": "010.096.000.010"},
    "ip-none-lower": {"clusterIP": "none"},
    "ip-empty": {"clusterIP": ""},
    "ips": {"clusterIPs": ["10.96.200.201"]},
    "ips-differ": {"clusterIP": "10.96.200.202", "clusterIPs": ["10.96.200.203"]},
    "ips-two": {"clusterIP": "10.96.200.204", "clusterIPs": ["10.96.200.204", "10.96.200.205"]},
    "ips-none": {"clusterIPs": ["None"]},
    "ips-none-and": {"clusterIPs": ["None", "10.96.200.206"]},
    "ips-three": {"clusterIP": "10.96.3.1", "clusterIPs": ["10.96.3.1", "10.96.3.2", "10.96.3.3"]},
    "external-name": {"type": "ExternalName", "externalName": "example.com", "ports": None},
    "external-name-no-name": {"type": "ExternalName", "ports": None},
    "external-name-bad": {"type": "ExternalName", "externalName": "a_b"},
    "external-name-ip": {"type": "ExternalName", "externalName": "1.2.3.4"},
    "external-name-upper": {"type": "ExternalName", "externalName": "Example.com"},
    "external-name-dot": {"type": "ExternalName", "externalName": "example.com."},
    "external-name-cluster-ip": {"type": "ExternalName", "externalName": "a.b", "clusterIP": "10.96.200.207"},
    "external-name-none": {"type": "ExternalName", "externalName": "a.b", "clusterIP": "None"},
    "external-name-ports": {"type": "ExternalName", "externalName": "a.b"},
    "external-name-node-port": {
        "type": "ExternalName",
        "externalName": "a.b",
        "ports": [{"port": 80, "nodePort": 31005}],
    },
    "external-name-families": {
        "type": "ExternalName",
        "externalName": "a.b",
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
    },
    "external-name-on-cluster-ip": {"externalName": "a.b"},
    "families-4": {"ipFamilies": ["IPv4"]},
    "families-6": {"ipFamilies": ["IPv6"]},
    "families-both": {"ipFamilies": ["IPv4", "IPv6"]},
    "families-both-prefer": {"ipFamilies": ["IPv4", "IPv6"], "ipFamilyPolicy": "PreferDualStack"},
    "families-bad": {"ipFamilies": ["IPv5"]},
    "families-twice": {"ipFamilies": ["IPv4", "IPv4"]},
    "families-headless-6": {"ipFamilies": ["IPv6"], "clusterIP": "None"},
    "families-ip-mismatch": {"ipFamilies": ["IPv6"], "clusterIP": "10.96.200.208"},
    "policy-prefer": {"ipFamilyPolicy": "PreferDualStack"},
    "policy-require": {"ipFamilyPolicy": "RequireDualStack"},
    "policy-bad": {"ipFamilyPolicy": "Dual"},
    "policy-headless-no-selector": {"clusterIP": "None", "selector": None, "ipFamilyPolicy": "RequireDualStack"},
    "affinity": {"sessionAffinity": "ClientIP"},
    "affinity-bad": {"sessionAffinity": "Cookie"},
    "affinity-time": {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 60}}},
    "affinity-0": {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 0}}},
    "affinity-long": {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 86401}}},
    "affinity-none-config": {"sessionAffinity": "None", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 60}}},
    "affinity-empty-config": {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {}},
    "external-policy": {"type": "NodePort", "externalTrafficPolicy": "Local"},
    "external-policy-cluster-ip": {"externalTrafficPolicy": "Local"},
    "external-policy-cluster": {"externalTrafficPolicy": "Cluster"},
    "external-policy-bad": {"type": "NodePort", "externalTrafficPolicy": "Near"},
    "internal-policy": {"internalTrafficPolicy": "Local"},
    "internal-policy-bad": {"internalTrafficPolicy": "Near"},
    "internal-policy-external-name": {"type": "ExternalName", "externalName": "a.b", "internalTrafficPolicy": "Local"},
    "health-port": {"type": "LoadBalancer", "externalTrafficPolicy": "Local"},
    "health-port-wrong": {"type": "NodePort", "healthCheckNodePort": 31006},
    "health-port-fixed": {"type": "LoadBalancer", "externalTrafficPolicy": "Local", "healthCheckNodePort": 31007},
    "load-balancer": {"type": "LoadBalancer"},
    "load-balancer-ip": {"type": "LoadBalancer", "loadBalancerIP": "1.2.3.4"},
    "load-balancer-class": {"type": "LoadBalancer", "loadBalancerClass": "example.com/x"},
    "load-balancer-class-bad": {"type": "LoadBalancer", "loadBalancerClass": "X_"},
    "load-balancer-class-cluster-ip": {"loadBalancerClass": "example.com/x"},
    "load-balancer-ranges": {"type": "LoadBalancer", "loadBalancerSourceRanges": ["10.0.0.0/8"]},
    "load-balancer-ranges-bad": {"type": "LoadBalancer", "loadBalancerSourceRanges": ["10.0.0.0"]},
    "ranges-cluster-ip": {"loadBalancerSourceRanges": ["10.0.0.0/8"]},
    "no-node-ports": {"type": "LoadBalancer", "allocateLoadBalancerNodePorts": False},
    "no-node-ports-cluster-ip": {"allocateLoadBalancerNodePorts": False},
    "external-ips": {"externalIPs": ["1.2.3.4"]},
    "external-ips-bad": {"externalIPs": ["a"]},
    "external-ips-local": {"externalIPs": ["127.0.0.1", "0.0.0.0", "224.0.0.1", "169.254.1.1"]},
    "publish": {"publishNotReadyAddresses": True},
    "distribution": {"trafficDistribution": "PreferClose"},
    "distribution-bad": {"trafficDistribution": "Near"},
    "distribution-empty": {"trafficDistribution": ""},
    "selector-bad-key": {"selector": {"a b": "c"}},
    "selector-bad-value": {"selector": {"a": "b c"}},
    "selector-empty-value": {"selector": {"a": ""}},
    "selector-two-bad": {"selector": {"b b": "c c", "a a": "d"}},
    "unknown": {"port": 80, "targetPort": 8080},
    "spec-text": {"ports": "80"},
}
#: Names that are not names of Services, and some that are.
_NAMES = [
    "",
    "A",
    "a_b",
    "1a",
    "a.b",
    "-a",
    "a-",
    "a" * 63,
    "a" * 64,
    "a b",
    "kubernetes",
    "é",
    ".",
    "..",
    "a/b",
    "a%b",
]


def new_services(session: Session) -> None:
    for name, spec in _NEW.items():
        session.create("services", service(name[:63], **spec), note=name)


def _names(session: Session) -> None:
    """Send names, and bodies that are none."""
    for name in _NAMES:
        session.create("services", service(name), note=repr(name))
    session.create("services", {"kind": "Service", "apiVersion": "v1"}, note="no metadata")
    session.create("services", {"metadata": {"name": "x"}}, note="no kind, no spec")
    session.create("services", {"metadata": {"name": "y"}, "spec": None}, note="null spec")
    session.create("services", {"metadata": {"name": "z"}, "spec": []}, note="spec is a list")
    session.create("services", {"metadata": [], "spec": {}}, note="metadata is a list")
    session.create("services", {"metadata": {"name": 5}}, note="name is a number")
    session.create(
        "services", {"metadata": {"generateName": "gen-"}, "spec": {"ports": [{"port": 1}]}}, note="generateName"
    )
    session.create(
        "services", {"metadata": {"generateName": "Gen_"}, "spec": {"ports": [{"port": 1}]}}, note="bad generateName"
    )


def _kinds_and_paths(session: Session) -> None:
    """Send a Service that exists, is another kind, or comes to another path."""
    session.create("services", service("web"))
    session.create("services", service("web"), note="exists")
    session.create("services", {**service("w2"), "kind": "Services"}, note="wrong kind")
    session.create("services", {**service("w2"), "apiVersion": "v2"}, note="wrong version")
    session.create("services", {**service("w2"), "apiVersion": "apps/v1"}, note="wrong group")
    session.create("services", {**service("w2"), "kind": "Pod"}, note="another kind")
    session.create("services", merged(service("w2"), {"metadata": {"namespace": "default"}}), note="another namespace")
    session.send("POST", "/api/v1/services", service("w2"), note="no namespace")
    session.send("POST", "/api/v1/namespaces/missing/services", service("w2"), note="missing namespace")


#: Right and wrong.
_METADATA: tuple[Any, ...] = (
    {"labels": {"a b": "c"}},
    {"labels": {"a": "b c"}},
    {"labels": {"a" * 64: "b"}},
    {"labels": {"a": "b" * 64}},
    {"labels": {"-/x": "b"}},
    {"labels": {"": "b"}},
    {"labels": {"a/b/c": "d"}},
    {"labels": {"a": 1}},
    {"labels": []},
    {"annotations": {"a b": "c"}},
    {"annotations": {"a": True}},
    {"annotations": {"a": "x" * 270000}},
    {"finalizers": ["a"]},
    {"finalizers": ["a b/c"]},
    {"finalizers": ["example.com/f"]},
    {"ownerReferences": [{}]},
    {
        "ownerReferences": [
            {"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "b"},
            {"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "b"},
        ]
    },
    {
        "ownerReferences": [
            {"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "b", "controller": True},
            {"apiVersion": "v1", "kind": "Pod", "name": "c", "uid": "d", "controller": True},
        ]
    },
    {"generation": -1},
    {"resourceVersion": "5"},
    {"resourceVersion": "x"},
    {"uid": "my-uid"},
    {"creationTimestamp": "2020-01-01T00:00:00Z"},
    {"creationTimestamp": "yesterday"},
    {"deletionTimestamp": "2020-01-01T00:00:00Z"},
    {"selfLink": "/x"},
    {"clusterName": "x"},
)


def _metadata(session: Session) -> None:
    """Send metadata, right and wrong."""
    for what in _METADATA:
        session.create("services", merged(service("meta"), {"metadata": what}), note=str(what)[:200])
        session.delete(session.path("services", "meta"), record=False)


def service_names(session: Session) -> None:
    """Names, kinds, paths and metadata of new Services."""
    _names(session)
    _kinds_and_paths(session)
    _metadata(session)
