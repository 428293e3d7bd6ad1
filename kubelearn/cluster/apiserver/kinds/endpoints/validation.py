"""Endpoints and EndpointSlices.

Source: K/pkg/apis/core/validation (ValidateEndpoints) and K/pkg/apis/discovery/validation, release 1.36.
"""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause, duplicate, invalid_value, not_supported, required
from kubelearn.cluster.apiserver.validation import addresses, metadata, names, ports
from kubelearn.cluster.apiserver.validation.causes import IMMUTABLE, invalid_each, too_many
from kubelearn.cluster.meta import Object

_TYPES = ("FQDN", "IPv4", "IPv6")
#: How many zones, and how many nodes, an endpoint may be hinted for.
_HINTS_LIMIT = 8


def endpoints(obj: Object) -> list[Cause]:
    """Check new Endpoints."""
    return metadata.validate(obj, names.dns1123_subdomain) + _subsets(obj)


def endpoints_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced Endpoints."""
    return metadata.validate_update(new, old) + _subsets(new)


def _subsets(obj: Object) -> list[Cause]:
    causes: list[Cause] = []
    for index, subset in enumerate(obj.get("subsets") or ()):
        path = f"subsets[{index}]"
        if not subset.get("addresses") and not subset.get("notReadyAddresses"):
            causes.append(required(path, "must specify `addresses` or `notReadyAddresses`"))
        for kind in ("addresses", "notReadyAddresses"):
            for position, address in enumerate(subset.get(kind) or ()):
                causes += _address(address, f"{path}.{kind}[{position}]")
        listed = subset.get("ports") or []
        for position, port in enumerate(listed):
            causes += _port(port, len(listed) > 1, f"{path}.ports[{position}]")
    return causes


def _address(address: Object, path: str) -> list[Cause]:
    ip = address.get("ip") or ""
    causes = addresses.valid_ip(ip, f"{path}.ip")
    if address.get("hostname"):
        causes += invalid_each(f"{path}.hostname", address["hostname"], names.dns1123_label(address["hostname"]))
    if address.get("nodeName"):
        causes += invalid_each(f"{path}.nodeName", address["nodeName"], names.dns1123_subdomain(address["nodeName"]))
    return causes + addresses.not_special(ip, f"{path}.ip")


def _port(port: Object, named: bool, path: str) -> list[Cause]:
    causes: list[Cause] = []
    if port.get("name"):
        causes += invalid_each(f"{path}.name", port["name"], names.dns1123_label(port["name"]))
    elif named:
        causes.append(required(f"{path}.name"))
    causes += ports.number(port.get("port") or 0, f"{path}.port")
    causes += ports.protocol(port.get("protocol"), f"{path}.protocol")
    if port.get("appProtocol") is not None:
        causes += invalid_each(f"{path}.appProtocol", port["appProtocol"], names.qualified_name(port["appProtocol"]))
    return causes


def endpointslice(obj: Object) -> list[Cause]:
    """Check a new EndpointSlice."""
    return metadata.validate(obj, names.dns1123_subdomain) + _slice(obj, frozenset())


def endpointslice_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced EndpointSlice: its addressType stays."""
    known = frozenset(address for endpoint in old.get("endpoints") or () for address in endpoint["addresses"])
    causes = metadata.validate_update(new, old) + _slice(new, known)
    if new.get("addressType") != old.get("addressType"):
        causes.append(invalid_value("addressType", new.get("addressType") or "", IMMUTABLE))
    return causes


def _slice(obj: Object, known: frozenset[str]) -> list[Cause]:
    """Check what a slice has beside its metadata; addresses that it had before are not looked at again."""
    kind = obj.get("addressType") or ""
    causes: list[Cause] = []
    if kind not in _TYPES:
        causes.append(not_supported("addressType", kind, _TYPES) if kind else required("addressType"))
    causes += _slice_ports(obj.get("ports") or [])
    listed = obj.get("endpoints") or []
    if len(listed) > 1000:
        causes.append(too_many("endpoints", len(listed), 1000))
    else:
        for index, endpoint in enumerate(listed):
            causes += _endpoint(endpoint, kind, known, f"endpoints[{index}]")
    return causes


def _endpoint(endpoint: Object, kind: str, known: frozenset[str], path: str) -> list[Cause]:
    listed = endpoint.get("addresses") or []
    causes: list[Cause] = []
    if not listed:
        causes.append(required(f"{path}.addresses", "must contain at least 1 address"))
    elif len(listed) > 100:
        causes.append(too_many(f"{path}.addresses", len(listed), 100))
    for index, address in enumerate(listed):
        if address not in known:
            causes += _slice_address(address, kind, f"{path}.addresses", index)
    if endpoint.get("nodeName"):
        causes += invalid_each(f"{path}.nodeName", endpoint["nodeName"], names.dns1123_subdomain(endpoint["nodeName"]))
    causes += metadata.labels(endpoint.get("deprecatedTopology") or {}, f"{path}.deprecatedTopology")
    if endpoint.get("hostname"):
        causes += invalid_each(f"{path}.hostname", endpoint["hostname"], names.dns1123_label(endpoint["hostname"]))
    return causes + _hints(endpoint.get("hints") or {}, f"{path}.hints")


def _hints(hints: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for key, rule in (("forZones", names.label_value), ("forNodes", names.dns1123_subdomain)):
        listed = hints.get(key) or []
        if len(listed) > _HINTS_LIMIT:
            return [*causes, too_many(f"{path}.{key}", len(listed), _HINTS_LIMIT)]
        seen: set[str] = set()
        for index, hint in enumerate(listed):
            here, name = f"{path}.{key}[{index}].name", hint.get("name") or ""
            if name in seen:
                causes.append(duplicate(here, name))
            seen.add(name)
            causes += invalid_each(here, name, rule(name))
    return causes


def _slice_address(address: str, kind: str, path: str, index: int) -> list[Cause]:
    here = f"{path}[{index}]"
    if kind == "FQDN":
        return invalid_each(here, address, names.fully_qualified(address)) if address else [required(here)]
    if kind not in _TYPES:
        return []
    if causes := addresses.valid_ip(address, here):
        return causes
    if (":" in address) != (kind == "IPv6"):
        return [invalid_value(path, address, f"must be an {kind} address")]
    return addresses.not_special(address, here)


def _slice_ports(listed: list[Object]) -> list[Cause]:
    # The limit is for slices that controllers make: what a Service may have.
    if len(listed) > 20_000:
        return [too_many("ports", len(listed), 20_000)]
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, port in enumerate(listed):
        path, name = f"ports[{index}]", port.get("name") or ""
        if name:
            causes += invalid_each(f"{path}.name", name, names.dns1123_label(name))
        if name in seen:
            causes.append(duplicate(f"{path}.name", name))
        seen.add(name)
        causes += ports.protocol(port.get("protocol"), f"{path}.protocol")
        if port.get("appProtocol") is not None:
            causes += invalid_each(
                f"{path}.appProtocol", port["appProtocol"], names.qualified_name(port["appProtocol"])
            )
    return causes
