"""Endpoints and EndpointSlices."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver.printers import AGE, NAME, NONE, UNSET, Column, Printer, created, first, name_of
from kubelearn.cluster.meta import Object


def _joined(ip: str, port: int) -> str:
    """Join an address and a port as Go's net.JoinHostPort does."""
    return f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"


def _endpoints(obj: Object) -> list[Any]:
    """Show ready addresses only; a subset that has none still is a subset, so nothing is shown rather than <none>."""
    subsets = obj.get("subsets")
    if not subsets:
        return [name_of(obj), NONE, created(obj)]
    listed: list[str] = []
    for subset in subsets:
        addresses = [address["ip"] for address in subset.get("addresses") or ()]
        ports = subset.get("ports")
        listed += [_joined(ip, port["port"]) for port in ports for ip in addresses] if ports else addresses
    return [name_of(obj), first(listed), created(obj)]


def _port(port: Object) -> str:
    if port.get("port") is not None:
        return str(port["port"])
    name: str = port.get("name", "*")
    return name


def _slice(obj: Object) -> list[Any]:
    addresses = [address for endpoint in obj.get("endpoints") or () for address in endpoint.get("addresses") or ()]
    return [
        name_of(obj),
        obj.get("addressType", ""),
        first(map(_port, obj.get("ports") or ())) or UNSET,
        first(addresses) or UNSET,
        created(obj),
    ]


PRINTERS = {
    "endpoints": Printer((NAME, Column("Endpoints", "Ready addresses with their ports"), AGE), _endpoints),
    "endpointslices.discovery.k8s.io": Printer(
        (
            NAME,
            Column("AddressType", "Type of the addresses"),
            Column("Ports", "Ports of each endpoint"),
            Column("Endpoints", "Addresses of all endpoints"),
            AGE,
        ),
        _slice,
    ),
}
