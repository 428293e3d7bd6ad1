"""NetworkPolicies.

Source: K/pkg/apis/networking/validation/validation.go, ValidateNetworkPolicySpec, release 1.36; the order of the causes
is the order there.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterator

from kubelearn.cluster.apiserver.errors import Cause, forbidden_field, invalid_value, required
from kubelearn.cluster.apiserver.validation import addresses, names, ports, selectors
from kubelearn.cluster.apiserver.validation.causes import invalid_each, unsupported
from kubelearn.cluster.meta import Object

_PROTOCOLS = ("TCP", "UDP", "SCTP")
_TYPES = ("Ingress", "Egress")
#: Where a direction's rules stand in the spec, and its peers in a rule.
_DIRECTIONS = (("ingress", "from"), ("egress", "to"))


def policy(spec: Object, before: Object | None = None) -> list[Cause]:
    """Check a policy's spec.

    Args:
        before: what it replaces: the ranges there are fine, whatever they are.
    """
    known = {cidr for _, cidr in ranges(before or {})}
    causes = selectors.validate(spec["podSelector"], "spec.podSelector")
    for direction, peers in _DIRECTIONS:
        for index, rule in enumerate(spec.get(direction) or ()):
            path = f"spec.{direction}[{index}]"
            for number, port in enumerate(rule.get("ports") or ()):
                causes += _port(port, f"{path}.ports[{number}]")
            for number, peer in enumerate(rule.get(peers) or ()):
                causes += _peer(peer, known, f"{path}.{peers}[{number}]")
    types = spec["policyTypes"]
    if len(types) > len(_TYPES):
        return [*causes, invalid_value("spec.policyTypes", types, "may not specify more than two policyTypes")]
    return causes + [
        unsupported(f"spec.policyTypes[{index}]", kind, _TYPES)
        for index, kind in enumerate(types)
        if kind not in _TYPES
    ]


def ranges(spec: Object) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each range of addresses."""
    for direction, peers in _DIRECTIONS:
        for index, rule in enumerate(spec.get(direction) or ()):
            for number, peer in enumerate(rule.get(peers) or ()):
                block, path = peer.get("ipBlock"), f"spec.{direction}[{index}].{peers}[{number}].ipBlock"
                if block is not None:
                    yield f"{path}.cidr", block.get("cidr") or ""
                    yield from ((f"{path}.except[{at}]", cidr) for at, cidr in enumerate(block.get("except") or ()))


def _port(item: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    if item.get("protocol") not in _PROTOCOLS:
        causes.append(unsupported(f"{path}.protocol", item.get("protocol"), _PROTOCOLS))
    port, end = item.get("port"), item.get("endPort")
    if port is None:
        return causes if end is None else [*causes, _needless_end(path, end, "not specified")]
    if isinstance(port, str):
        if end is not None:
            causes.append(_needless_end(path, end, "non-numeric"))
        return causes + invalid_each(f"{path}.port", port, names.port_name(port))
    causes += ports.number(port, f"{path}.port")
    if end is not None:
        if end < port:
            # The real server shows the port here, not the endPort.
            causes.append(invalid_value(f"{path}.endPort", port, "must be greater than or equal to `port`"))
        causes += ports.number(end, f"{path}.endPort")
    return causes


def _needless_end(path: str, end: int, what: str) -> Cause:
    return invalid_value(f"{path}.endPort", end, f"may not be specified when `port` is {what}")


def _peer(item: Object, known: Collection[str], path: str) -> list[Cause]:
    causes: list[Cause] = []
    given = [key for key in ("podSelector", "namespaceSelector", "ipBlock") if item.get(key) is not None]
    for key in given:
        if key == "ipBlock":
            causes += _block(item[key], known, f"{path}.{key}")
        else:
            causes += selectors.validate(item[key], f"{path}.{key}")
    if not given:
        causes.append(required(path, "must specify a peer"))
    elif len(given) > 1 and "ipBlock" in given:
        causes.append(forbidden_field(path, "may not specify both ipBlock and another peer"))
    return causes


def _block(block: Object, known: Collection[str], path: str) -> list[Cause]:
    cidr = block.get("cidr") or ""
    if not cidr:
        return [required(f"{path}.cidr")]
    causes = _range(cidr, known, f"{path}.cidr")
    whole = _parsed(cidr)
    if whole is None:
        return causes
    for index, text in enumerate(block.get("except") or ()):
        place = f"{path}.except[{index}]"
        causes += _range(text, known, place)
        part = _parsed(text)
        if part is not None and not _is_strict_subset(part, whole):
            causes.append(invalid_value(place, text, "must be a strict subset of `cidr`"))
    return causes


def _range(cidr: str, known: Collection[str], path: str) -> list[Cause]:
    return [] if cidr in known else addresses.valid_cidr(cidr, path)


def _parsed(cidr: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    address, _, bits = cidr.partition("/")
    found = addresses.parse(address)
    if found is None or not bits.isdecimal() or int(bits) > found.max_prefixlen:
        return None
    return ipaddress.ip_network((found, int(bits)), strict=False)


def _is_strict_subset(
    part: ipaddress.IPv4Network | ipaddress.IPv6Network, whole: ipaddress.IPv4Network | ipaddress.IPv6Network
) -> bool:
    return part.network_address in whole and part.prefixlen > whole.prefixlen
