"""Services, and the addresses that they have."""

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


def _ip_address(obj: Object) -> list[Any]:
    parent = part(obj, "spec").get("parentRef") or {}
    resource = ".".join(filter(None, (parent.get("resource"), parent.get("group"))))
    shown = "/".join(filter(None, (resource, parent.get("namespace"), parent.get("name"))))
    return [name_of(obj), shown, created(obj)]


def _service_cidr(obj: Object) -> list[Any]:
    return [name_of(obj), ",".join(part(obj, "spec").get("cidrs") or ()), created(obj)]


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
    "ipaddresses.networking.k8s.io": Printer((NAME, Column("ParentRef", "What has the address"), AGE), _ip_address),
    "servicecidrs.networking.k8s.io": Printer(
        (NAME, Column("CIDRs", "Ranges from which cluster IPs are allocated"), AGE), _service_cidr
    ),
}
