"""Rules for Services (K/pkg/apis/core/validation ValidateService), causes in the real order."""

from __future__ import annotations

import json
from typing import Any

from ...meta import Object
from ..errors import Cause, GoText, duplicate, forbidden_field, invalid_value, not_supported, required
from . import metadata, names

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")


def validate(obj: Object) -> list[Cause]:
    """Return everything that is wrong with a Service, defaults and addresses already filled in."""
    spec = obj["spec"]
    kind, ports = spec["type"], spec.get("ports") or []
    causes = metadata.validate(obj, names.dns1035)
    headless = spec.get("clusterIP") == "None"
    if not ports and not headless and kind != "ExternalName":
        causes.append(required("spec.ports"))
    causes += _by_type(spec, kind, headless)
    for index, port in enumerate(ports):
        causes += _port(port, f"spec.ports[{index}]", len(ports) > 1, headless, {p.get("name") for p in ports[:index]})
    causes += metadata.labels(spec.get("selector"), "spec.selector")
    causes += _affinity(spec)
    causes += _families(spec)
    if kind not in TYPES:
        causes.append(not_supported("spec.type", kind, TYPES))
    if kind == "ClusterIP":
        causes += [forbidden_field(f"spec.ports[{i}].nodePort", "may not be used when `type` is 'ClusterIP'") for i, p in enumerate(ports) if p.get("nodePort")]
    return [*causes, *_duplicates(ports), *_policies(spec, kind)]


def _by_type(spec: Object, kind: str, headless: bool) -> list[Cause]:
    if kind in ("NodePort", "LoadBalancer") and headless:
        return [invalid_value("spec.clusterIPs[0]", "None", f"may not be set to 'None' for {kind} services")]
    if kind != "ExternalName":
        return []
    if spec.get("clusterIP") or spec.get("clusterIPs"):
        return [forbidden_field("spec.clusterIPs", "may not be set for ExternalName services")]
    name = spec.get("externalName", "").removesuffix(".")
    if not name:
        return [required("spec.externalName")]
    return [invalid_value("spec.externalName", name, text) for text in names.subdomain(name)]


def _port(port: Object, path: str, named: bool, headless: bool, before: set[Any]) -> list[Cause]:
    causes: list[Cause] = []
    name = port.get("name", "")
    if named and not name:
        causes.append(required(f"{path}.name"))
    elif name:
        causes += [invalid_value(f"{path}.name", name, text) for text in names.label(name)]
        if name in before:
            causes.append(duplicate(f"{path}.name", name))
    number, target = port.get("port", 0), port.get("targetPort")
    causes += [invalid_value(f"{path}.port", number, text) for text in names.port_number(number)]
    if port["protocol"] not in ("TCP", "UDP", "SCTP"):
        causes.append(not_supported(f"{path}.protocol", port["protocol"], ["TCP", "UDP", "SCTP"]))
    problems = names.port_number(target) if isinstance(target, int) else names.port_name(target or "")
    causes += [invalid_value(f"{path}.targetPort", target, text) for text in problems]
    if port.get("appProtocol"):
        causes += [invalid_value(f"{path}.appProtocol", port["appProtocol"], text) for text in names.qualified_name(port["appProtocol"])]
    return causes


def _affinity(spec: Object) -> list[Cause]:
    if spec["sessionAffinity"] not in ("ClientIP", "None"):
        return [not_supported("spec.sessionAffinity", spec["sessionAffinity"], ["ClientIP", "None"])]
    seconds = ((spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}).get("timeoutSeconds")
    if seconds is not None and not 0 < seconds <= 86400:
        return [invalid_value("spec.sessionAffinityConfig.clientIP.timeoutSeconds", seconds, "must be greater than 0 and less than 86400")]
    return []


def _families(spec: Object) -> list[Cause]:
    causes: list[Cause] = []
    selectorless = spec.get("clusterIP") == "None" and not spec.get("selector")
    for index, family in enumerate(spec.get("ipFamilies") or ()):
        if family not in ("IPv4", "IPv6"):
            causes.append(not_supported(f"spec.ipFamilies[{index}]", family, ["IPv4", "IPv6"]))
        elif family == "IPv6" and not selectorless:
            causes.append(invalid_value(f"spec.ipFamilies[{index}]", family, "not configured on this cluster"))
    if spec.get("ipFamilyPolicy") == "RequireDualStack" and not selectorless:
        causes.append(invalid_value("spec.ipFamilyPolicy", "RequireDualStack", "this cluster is not configured for dual-stack services"))
    addresses = spec.get("clusterIPs") or []
    causes += [invalid_value("spec.clusterIPs[0]", a, text) for a in addresses[:1] if a != "None" for text in names.ip_address(a)]
    for index, address in enumerate(spec.get("externalIPs") or ()):
        causes += [invalid_value(f"spec.externalIPs[{index}]", address, text) for text in names.ip_address(address)]
    return causes


def _duplicates(ports: list[Object]) -> list[Cause]:
    causes, seen = [], set()
    for index, port in enumerate(ports):
        key = (port["protocol"], port.get("port", 0))
        if key in seen:
            text = (f'core.ServicePort{{Name:"", Protocol:{json.dumps(key[0])}, AppProtocol:(*string)(nil), Port:{key[1]}, '
                    'TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}')
            causes.append(duplicate(f"spec.ports[{index}]", GoText(text)))
        seen.add(key)
    return causes


def _policies(spec: Object, kind: str) -> list[Cause]:
    causes = []
    internal, external = spec.get("internalTrafficPolicy"), spec.get("externalTrafficPolicy")
    if external is not None:
        if kind == "ExternalName" or (kind == "ClusterIP" and not spec.get("externalIPs")):
            causes.append(invalid_value("spec.externalTrafficPolicy", external, "may only be set for externally-accessible services"))
        elif external not in ("Cluster", "Local"):
            causes.append(not_supported("spec.externalTrafficPolicy", external, ["Cluster", "Local"]))
    if internal is not None and internal not in ("Cluster", "Local"):
        causes.append(not_supported("spec.internalTrafficPolicy", internal, ["Cluster", "Local"]))
    distribution = spec.get("trafficDistribution")
    if distribution is not None and distribution != "PreferClose":
        causes.append(not_supported("spec.trafficDistribution", distribution, ["PreferClose"]))
    return causes


def validate_update(new: Object, old: Object) -> list[Cause]:
    """Return what an update may not change."""
    was, spec = old["spec"], new["spec"]
    if "ExternalName" in (was["type"], spec["type"]):
        return []
    causes = []
    before, after = was.get("clusterIPs") or [], spec.get("clusterIPs") or []
    if before and after and before[0] != after[0]:
        causes.append(invalid_value("spec.clusterIPs[0]", after, "may not change once set"))
    families = was.get("ipFamilies") or [], spec.get("ipFamilies") or []
    if families[0] and families[1] and families[0][0] != families[1][0]:
        causes.append(invalid_value("spec.ipFamilies[0]", families[1], "may not change once set"))
    return causes
