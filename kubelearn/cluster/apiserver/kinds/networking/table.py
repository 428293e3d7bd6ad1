"""NetworkPolicies, Ingresses and IngressClasses."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver.printers import (
    AGE,
    NAME,
    NONE,
    Column,
    Printer,
    created,
    load_balancer,
    name_of,
    part,
)
from kubelearn.cluster.apiserver.selectors import format_label_selector
from kubelearn.cluster.meta import Object


def _policy(obj: Object) -> list[Any]:
    return [name_of(obj), format_label_selector(part(obj, "spec").get("podSelector") or {}), created(obj)]


def _hosts(rules: list[Object]) -> str:
    """Return the first three hosts; the count of the rest is one of rules, as in formatHosts."""
    hosts: list[str] = []
    more = False
    for rule in rules:
        more = more or len(hosts) == 3
        if not more and rule.get("host"):
            hosts.append(rule["host"])
    text = ",".join(hosts) or "*"
    return f"{text} + {len(rules) - 3} more..." if more else text


def _ingress(obj: Object) -> list[Any]:
    spec = part(obj, "spec")
    addresses = ",".join(load_balancer(part(obj, "status")))
    return [
        name_of(obj),
        spec.get("ingressClassName") or NONE,
        _hosts(spec.get("rules") or []),
        addresses,
        "80, 443" if spec.get("tls") else "80",
        created(obj),
    ]


def _ingress_class(obj: Object) -> list[Any]:
    spec = part(obj, "spec")
    parameters = spec.get("parameters")
    shown = NONE
    if parameters is not None:
        kind = ".".join(filter(None, (parameters.get("kind"), parameters.get("apiGroup"))))
        shown = f"{kind}/{parameters.get('name', '')}"
    return [name_of(obj), spec.get("controller", ""), shown, created(obj)]


PRINTERS = {
    "networkpolicies.networking.k8s.io": Printer(
        (NAME, Column("Pod-Selector", "Pods to which the policy applies"), AGE), _policy
    ),
    "ingresses.networking.k8s.io": Printer(
        (
            NAME,
            Column("Class", "The name of the IngressClass resource that should be used for additional configuration"),
            Column("Hosts", "Hosts that incoming requests are matched against before the ingress rule"),
            Column("Address", "Address is a list containing ingress points for the load-balancer"),
            Column("Ports", "Ports of TLS configurations that open"),
            AGE,
        ),
        _ingress,
    ),
    "ingressclasses.networking.k8s.io": Printer(
        (
            NAME,
            Column("Controller", "Controller that is responsible for handling this class"),
            Column("Parameters", "A reference to a resource with additional parameters"),
            AGE,
        ),
        _ingress_class,
    ),
}
