"""NetworkPolicies, Ingresses and IngressClasses: defaults, validation, changes."""

from __future__ import annotations

from typing import Any

from tests.objects import Object
from tests.real_control_plane.compare.session import MERGE, TABLE, Session

_API = "networking.k8s.io/v1"
_BACKEND: Object = {"service": {"name": "web", "port": {"number": 80}}}
_POLICIES: tuple[Any, ...] = (
    None,
    {},
    {"podSelector": {"matchExpressions": [{"key": "a", "operator": "Is"}]}},
    {"ingress": [], "egress": []},
    {"egress": [{}]},
    {"policyTypes": ["Egress"]},
    {"policyTypes": ["In", "Out"]},
    {"policyTypes": ["Ingress", "Egress", "Ingress"]},
    {"ingress": [{"from": [{}]}]},
    {"ingress": [{"from": [{"podSelector": {}, "namespaceSelector": {}}], "ports": [{"port": 80}, {"port": "web"}]}]},
    {"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}}]}]},
    {"ingress": [{"from": [{"ipBlock": {}}, {"ipBlock": {"cidr": "10.0.0.1/8"}}, {"ipBlock": {"cidr": "x"}}]}]},
    {"egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8", "::/64", "10.1.0.0/16"]}}]}]},
    {"egress": [{"to": [{"ipBlock": {"cidr": "2001:DB8::/32"}}]}]},
    {"ingress": [{"ports": [{"endPort": 1}, {"port": "a", "endPort": 1}, {"port": 9, "endPort": 8}, {"port": 0}]}]},
    {"ingress": [{"ports": [{"protocol": "ICMP"}, {"protocol": "SCTP"}, {"port": "Web!"}]}]},
    {"selector": {}, "ingress": [{"from": [{"podSelector": {"app": "a"}}]}]},
)


def _path(text: Any = "/", kind: Any = "Prefix", backend: Object = _BACKEND) -> Object:
    return {"rules": [{"host": "a.example", "http": {"paths": [{"path": text, "pathType": kind, "backend": backend}]}}]}


_INGRESSES: tuple[Any, ...] = (
    None,
    {"rules": []},
    {"defaultBackend": _BACKEND},
    _path(),
    _path(kind=None),
    _path(kind="Regex"),
    _path("a//b/..", "Exact"),
    _path("*", "ImplementationSpecific"),
    _path("", "ImplementationSpecific"),
    _path(backend={}),
    _path(backend={**_BACKEND, "resource": {"kind": "A", "name": "b"}}),
    _path(backend={"resource": {"apiGroup": "A", "kind": "", "name": "a/b"}}),
    _path(backend={"service": {"name": "Web", "port": {"name": "HTTP"}}}),
    _path(backend={"service": {"name": "w", "port": {"name": "a", "number": 1}}}),
    _path(backend={"service": {"name": "w"}}),
    {"rules": [{"host": "10.0.0.1"}, {"host": "*.a.example"}, {"host": "*"}, {"http": {"paths": []}}]},
    {**_path(), "tls": [{}, {"hosts": ["B", "*.b"], "secretName": "S"}], "ingressClassName": "C"},
)
_CLASSES: tuple[Any, ...] = (
    {},
    {"controller": "a"},
    {"controller": "A/ü"},
    {"controller": "a/" + "b" * 249},
    {"controller": "a/b", "parameters": {"scope": "Here"}},
    {"controller": "a/b", "parameters": {"kind": "K", "name": "..", "scope": "Namespace"}},
    {"controller": "a/b", "parameters": {"kind": "K", "name": "n", "namespace": "x"}},
    {"controller": "a/b", "parameters": {"apiGroup": "c", "kind": "K", "name": "n"}},
)


def _body(kind: str, name: str, spec: Any) -> Object:
    found: Object = {"apiVersion": _API, "kind": kind, "metadata": {"name": name}}
    return found if spec is None else {**found, "spec": spec}


def policies(session: Session) -> None:
    where = f"/apis/{_API}/namespaces/{session.namespace}/networkpolicies"
    for number, spec in enumerate(_POLICIES):
        session.create(where, _body("NetworkPolicy", f"p{number}", spec), note=f"{number} {str(spec)[:60]}")
    for change in (
        {"spec": {"egress": [{}]}},
        {"spec": {"policyTypes": None}},
        {"spec": {"podSelector": {"matchLabels": {"a b": "c"}}}},
        {"metadata": {"labels": {"a": "b"}}},
        {"status": {"conditions": []}},
    ):
        session.patch(f"{where}/p1", change, MERGE)
    session.get(where, accept=TABLE)


def ingresses(session: Session) -> None:
    where = f"/apis/{_API}/namespaces/{session.namespace}/ingresses"
    for number, spec in enumerate(_INGRESSES):
        session.create(where, _body("Ingress", f"i{number}", spec), note=f"{number} {str(spec)[:60]}")
    annotated = _body("Ingress", "annotated", _path())
    annotated["metadata"]["annotations"] = {"kubernetes.io/ingress.class": "a"}
    session.create(where, annotated)
    session.create(where, {**annotated, "spec": {**_path(), "ingressClassName": "b"}})
    status = {"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}}
    session.patch(f"{where}/i2", status, MERGE)
    session.patch(f"{where}/i2/status", status, MERGE)
    session.patch(f"{where}/i2", {"spec": {"defaultBackend": None}}, MERGE)
    session.get(where, accept=TABLE)


def ingress_classes(session: Session) -> None:
    where, prefix = f"/apis/{_API}/ingressclasses", session.namespace
    for number, spec in enumerate(_CLASSES):
        session.create(where, _body("IngressClass", f"{prefix}-{number}", spec), note=f"{number} {str(spec)[:60]}")
    last = f"{where}/{prefix}-{len(_CLASSES) - 1}"
    session.patch(last, {"spec": {"controller": "a/c"}}, MERGE)
    session.patch(last, {"spec": {"parameters": None}}, MERGE)
    session.delete(last)
