"""Endpoints and EndpointSlices."""

from __future__ import annotations

import ipaddress
from typing import Any

from ...meta import Object
from ..errors import Cause, duplicate, invalid_value, not_supported, required
from ..validation import metadata, names
from .base import Context, Strategy

_MOST_ENDPOINTS = 1000


def _address(value: str, path: str) -> list[Cause]:
    """Refuse addresses that no pod can have (ValidateNonSpecialIP)."""
    problems = names.ip_address(value)
    if problems:
        return [invalid_value(path, value, text) for text in problems]
    address = ipaddress.ip_address(value)
    rules = (
        (address.is_unspecified, f"may not be unspecified ({'0.0.0.0' if address.version == 4 else '::'})"),
        (address.is_loopback, "may not be in the loopback range (127.0.0.0/8, ::1/128)"),
        (address.is_link_local, "may not be in the link-local range (169.254.0.0/16, fe80::/10)"),
        (str(address).startswith("224.0.0."), "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"),
    )
    return [invalid_value(path, value, text) for applies, text in rules if applies]


def _ports(ports: list[Object], path: str, named: bool) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, port in enumerate(ports):
        where, name = f"{path}[{index}]", port.get("name", "")
        if not name and named and len(ports) > 1:
            causes.append(required(f"{where}.name"))
        elif name:
            causes += [invalid_value(f"{where}.name", name, text) for text in names.label(name)]
        if name in seen:
            causes.append(duplicate(f"{where}.name", name))
        seen.add(name)
        if "port" in port:
            causes += [invalid_value(f"{where}.port", port["port"], text) for text in names.port_number(port["port"])]
        if port.get("protocol") not in ("TCP", "UDP", "SCTP"):
            causes.append(not_supported(f"{where}.protocol", port.get("protocol", ""), ["TCP", "UDP", "SCTP"]))
    return causes


class EndpointsStrategy(Strategy):
    """K/pkg/registry/core/endpoint."""

    def default(self, obj: Object) -> None:
        for subset in obj.get("subsets") or ():
            for port in subset.get("ports") or ():
                port.setdefault("protocol", "TCP")

    def validate(self, obj: Object) -> list[Cause]:
        causes = metadata.validate(obj, self.name_rule)
        for index, subset in enumerate(obj.get("subsets") or ()):
            path = f"subsets[{index}]"
            if not subset.get("addresses") and not subset.get("notReadyAddresses"):
                causes.append(required(path, "must specify `addresses` or `notReadyAddresses`"))
            for part in ("addresses", "notReadyAddresses"):
                for number, address in enumerate(subset.get(part) or ()):
                    causes += _address(address.get("ip", ""), f"{path}.{part}[{number}].ip")
            causes += _ports(subset.get("ports") or [], f"{path}.ports", named=True)
        return causes


class EndpointSliceStrategy(Strategy):
    """K/pkg/registry/discovery/endpointslice."""

    has_generation = True

    def default(self, obj: Object) -> None:
        obj.setdefault("endpoints", None)
        obj.setdefault("ports", None)
        for port in obj["ports"] or ():
            port.setdefault("name", "")
            port.setdefault("protocol", "TCP")

    def prepare_update(self, new: Object, old: Object, context: Context) -> None:
        same_labels = new["metadata"].get("labels") == old["metadata"].get("labels")
        self.count_generation(new, old)
        if not same_labels and new["metadata"].get("generation") == old["metadata"].get("generation"):
            new["metadata"]["generation"] = old["metadata"].get("generation", 1) + 1

    def validate(self, obj: Object) -> list[Cause]:
        causes = metadata.validate(obj, self.name_rule)
        kind = obj.get("addressType", "")
        if not kind:
            causes.append(required("addressType"))
        elif kind not in ("IPv4", "IPv6", "FQDN"):
            causes.append(not_supported("addressType", kind, ["FQDN", "IPv4", "IPv6"]))
        endpoints: list[Any] = obj["endpoints"] or []
        if len(endpoints) > _MOST_ENDPOINTS:
            causes.append(Cause("endpoints", "FieldValueTooMany", f"Too many: {len(endpoints)}: must have at most {_MOST_ENDPOINTS} items"))
        for index, endpoint in enumerate(endpoints):
            path = f"endpoints[{index}].addresses"
            addresses = endpoint.get("addresses") or []
            if not addresses:
                causes.append(required(path, "must contain at least 1 address"))
            if kind in ("IPv4", "IPv6"):
                for number, address in enumerate(addresses):
                    causes += _address(address, f"{path}[{number}]")
        return [*causes, *_ports(obj["ports"] or [], "ports", named=False)]

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        changed = [invalid_value("addressType", new.get("addressType", ""), "field is immutable")] if new.get("addressType") != old.get("addressType") else []
        return [*super().validate_update(new, old), *changed]
