"""Services, and Ingresses and NetworkPolicies, which are about the same traffic."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver.printers import (
    AGE,
    NAME,
    NONE,
    UNKNOWN,
    Column,
    Printer,
    created,
    labels,
    load_balancer,
    name_of,
    part,
    wide,
)
from kubelearn.cluster.apiserver.selectors import format_label_selector
from kubelearn.cluster.meta import Object


def _external(service: Object) -> str:
    """Return what the column EXTERNAL-IP says (getServiceExternalIP)."""
    spec = part(service, "spec")
    kind, addresses = spec.get("type"), list(spec.get("externalIPs") or ())
    if kind == "ExternalName":
        name: str = spec.get("externalName", "")
        return name
    if kind == "LoadBalancer":
        return ",".join(load_balancer(part(service, "status")) + addresses) or "<pending>"
    return ",".join(addresses) or NONE if kind in ("ClusterIP", "NodePort") else UNKNOWN


def _port(port: Object) -> str:
    shown = f"{port['port']}:{port['nodePort']}" if port.get("nodePort") else port["port"]
    return f"{shown}/{port.get('protocol', '')}"


def _service(obj: Object) -> list[Any]:
    spec = part(obj, "spec")
    address = (spec.get("clusterIPs") or [NONE])[0]
    ports = ",".join(map(_port, spec.get("ports") or ())) or NONE
    return [
        name_of(obj),
        spec.get("type", ""),
        address,
        _external(obj),
        ports,
        created(obj),
        labels(spec.get("selector")),
    ]


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


def _ip_address(obj: Object) -> list[Any]:
    parent = part(obj, "spec").get("parentRef") or {}
    resource = ".".join(filter(None, (parent.get("resource"), parent.get("group"))))
    shown = "/".join(filter(None, (resource, parent.get("namespace"), parent.get("name"))))
    return [name_of(obj), shown, created(obj)]


def _service_cidr(obj: Object) -> list[Any]:
    return [name_of(obj), ",".join(part(obj, "spec").get("cidrs") or ()), created(obj)]


def _policy(obj: Object) -> list[Any]:
    return [name_of(obj), format_label_selector(part(obj, "spec").get("podSelector") or {}), created(obj)]


PRINTERS = {
    "services": Printer(
        (
            NAME,
            Column("Type", "How the Service is exposed"),
            Column("Cluster-IP", "Address of the Service inside the cluster"),
            Column("External-IP", "Addresses or name outside the cluster"),
            Column("Port(s)", "Ports, with node ports and protocols"),
            AGE,
            wide("Selector", "Labels of the pods that get the traffic"),
        ),
        _service,
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
    "ipaddresses.networking.k8s.io": Printer((NAME, Column("ParentRef", "What has the address"), AGE), _ip_address),
    "servicecidrs.networking.k8s.io": Printer(
        (NAME, Column("CIDRs", "Ranges from which cluster IPs are allocated"), AGE), _service_cidr
    ),
    "networkpolicies.networking.k8s.io": Printer(
        (NAME, Column("Pod-Selector", "Pods to which the policy applies"), AGE), _policy
    ),
}
