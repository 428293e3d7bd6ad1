"""Services, Endpoints, EndpointSlices and what else is about the network."""

from __future__ import annotations

from typing import Any

from ...meta import Object
from .base import AGE, NAME, NONE, UNSET, Column, Printer, created, first, labels


def _external(service: Object) -> str:
    spec = service["spec"]
    kind, addresses = spec["type"], list(spec.get("externalIPs") or ())
    if kind == "ExternalName":
        name: str = spec.get("externalName", "")
        return name
    if kind == "LoadBalancer":
        ingress = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
        addresses += [entry.get("ip") or entry.get("hostname", "") for entry in ingress]
        return ",".join(addresses) or "<pending>"
    return ",".join(addresses) or NONE


def _ports(ports: list[Object]) -> str:
    return ",".join(f"{p['port']}:{p['nodePort']}/{p['protocol']}" if p.get("nodePort") else f"{p['port']}/{p['protocol']}" for p in ports) or NONE


def service(obj: Object) -> list[Any]:
    spec = obj["spec"]
    address = (spec.get("clusterIPs") or [NONE])[0]
    return [obj["metadata"]["name"], spec["type"], address, _external(obj), _ports(spec.get("ports") or []), created(obj), labels(spec.get("selector"))]


def endpoints(obj: Object) -> list[Any]:
    subsets = obj.get("subsets")
    if not subsets:
        return [obj["metadata"]["name"], NONE, created(obj)]
    listed = []
    for subset in subsets:
        for address in subset.get("addresses") or ():
            ports = subset.get("ports") or ()
            listed += [f"{address['ip']}:{port['port']}" for port in ports] or [address["ip"]]
    # formatEndpoints counts past three and says how many are left
    return [obj["metadata"]["name"], first(listed, 3), created(obj)]


def endpointslice(obj: Object) -> list[Any]:
    ports = [str(port["port"]) if port.get("port") is not None else "*" for port in obj.get("ports") or ()]
    addresses = [address for endpoint in obj.get("endpoints") or () for address in endpoint["addresses"]]
    return [obj["metadata"]["name"], obj["addressType"], first(ports, 3) or UNSET, first(addresses, 3) or UNSET, created(obj)]


SERVICES = Printer((NAME, Column("Type"), Column("Cluster-IP"), Column("External-IP"), Column("Port(s)"), AGE, Column("Selector", 1)), service)
ENDPOINTS = Printer((NAME, Column("Endpoints"), AGE), endpoints)
ENDPOINTSLICES = Printer((NAME, Column("AddressType"), Column("Ports"), Column("Endpoints"), AGE), endpointslice)
