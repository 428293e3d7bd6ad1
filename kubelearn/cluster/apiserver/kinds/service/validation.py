"""Services.

Source: K/pkg/apis/core/validation/validation.go, ValidateService and ValidateServiceUpdate, release 1.36;
the order of the causes is the order there.
"""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause, duplicate, forbidden_field, invalid_value, not_supported, required
from kubelearn.cluster.apiserver.go.internal import as_internal
from kubelearn.cluster.apiserver.validation import addresses, metadata, names, ports
from kubelearn.cluster.apiserver.validation.causes import IMMUTABLE, invalid_each, unsupported
from kubelearn.cluster.meta import Object

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
#: Longest session affinity: one day.
MAX_AFFINITY_SECONDS = 86400
#: Values of ``spec.trafficDistribution``; the first, deprecated one means the second.
DISTRIBUTIONS = ("PreferClose", "PreferSameZone", "PreferSameNode")
_TRAFFIC = ("Cluster", "Local")


def is_headless(spec: Object) -> bool:
    """Return whether a Service has no cluster IP because its client wants none."""
    return bool(spec.get("clusterIPs") == ["None"])


def is_externally_accessible(spec: Object) -> bool:
    """Return whether traffic can reach a Service from outside the cluster."""
    return spec.get("type") in ("LoadBalancer", "NodePort") or (
        spec.get("type") == "ClusterIP" and bool(spec.get("externalIPs"))
    )


def needs_health_check(spec: Object) -> bool:
    """Return whether load balancers have to ask each node if it has endpoints."""
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def service(obj: Object) -> list[Cause]:
    """Check a Service whose addresses and ports are already allocated."""
    spec = obj.get("spec") or {}
    kind, listed = spec.get("type") or "", spec.get("ports") or []
    causes = metadata.validate(obj, names.dns1123_label)
    if not listed and not is_headless(spec) and kind != "ExternalName":
        causes.append(required("spec.ports"))
    causes += _type_rules(spec, kind)
    seen: set[str] = set()
    for index, port in enumerate(listed):
        causes += _port(port, len(listed) > 1, seen, f"spec.ports[{index}]")
    if spec.get("selector"):
        causes += metadata.labels(spec["selector"], "spec.selector")
    causes += _session_affinity(spec) + cluster_ips(spec)
    for index, ip in enumerate(spec.get("externalIPs") or ()):
        path = f"spec.externalIPs[{index}]"
        causes += addresses.valid_ip(ip, path) or addresses.not_special(ip, path)
    if kind not in TYPES:
        causes.append(not_supported("spec.type", kind, TYPES) if kind else required("spec.type"))
    causes += _node_ports(listed, kind) + _same_ports(listed) + _load_balancer(spec, kind)
    return causes + _traffic_policies(spec, kind)


def service_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced Service."""
    spec, before = new["spec"], old["spec"]
    causes = metadata.validate_update(new, old) + _same_cluster_ips(spec, before) + _same_families(spec, before)
    both = spec.get("type") == before.get("type") == "LoadBalancer"
    if both and spec.get("loadBalancerClass") != before.get("loadBalancerClass"):
        causes.append(invalid_value("spec.loadBalancerClass", spec.get("loadBalancerClass"), "may not change once set"))
    if (
        needs_health_check(spec)
        and needs_health_check(before)
        and spec.get("healthCheckNodePort") != before.get("healthCheckNodePort")
    ):
        causes.append(forbidden_field("spec.healthCheckNodePort", IMMUTABLE))
    # The full check repeats metadata; its causes would be the same texts once more.
    return causes + [cause for cause in service(new) if cause not in causes]


def _type_rules(spec: Object, kind: str) -> list[Cause]:
    causes: list[Cause] = []
    if kind in ("LoadBalancer", "NodePort") and is_headless(spec):
        causes.append(invalid_value("spec.clusterIPs[0]", "None", f"may not be set to 'None' for {kind} services"))
    if kind == "ExternalName":
        causes += [
            forbidden_field(f"spec.{key}", "may not be set for ExternalName services")
            for key in ("clusterIPs", "ipFamilies")
            if spec.get(key)
        ]
        if spec.get("ipFamilyPolicy") is not None:
            causes.append(forbidden_field("spec.ipFamilyPolicy", "may not be set for ExternalName services"))
        name = (spec.get("externalName") or "").removesuffix(".")
        if name:
            causes += invalid_each("spec.externalName", name, names.dns1123_subdomain(name))
        else:
            causes.append(required("spec.externalName"))
    return causes


def _port(port: Object, named: bool, seen: set[str], path: str) -> list[Cause]:
    causes: list[Cause] = []
    name = port.get("name")
    if name:
        causes += invalid_each(f"{path}.name", name, names.dns1123_label(name))
        if name in seen:
            causes.append(duplicate(f"{path}.name", name))
        seen.add(name)
    elif named:
        causes.append(required(f"{path}.name"))
    causes += ports.number(port.get("port") or 0, f"{path}.port")
    causes += ports.protocol(port.get("protocol"), f"{path}.protocol")
    causes += ports.number_or_name(port.get("targetPort"), f"{path}.targetPort")
    protocol = port.get("appProtocol")
    if protocol is not None:
        causes += invalid_each(f"{path}.appProtocol", protocol, names.qualified_name(protocol))
    return causes


def _session_affinity(spec: Object) -> list[Cause]:
    kind, config, path = spec.get("sessionAffinity"), spec.get("sessionAffinityConfig"), "spec.sessionAffinityConfig"
    if not kind:
        return [required("spec.sessionAffinity")]
    if kind not in ("ClientIP", "None"):
        return [not_supported("spec.sessionAffinity", kind, ("ClientIP", "None"))]
    if kind == "None":
        return [] if config is None else [forbidden_field(path, "must not be set when session affinity is None")]
    why = "when session affinity type is ClientIP"
    if config is None:
        return [required(path, why)]
    if config.get("clientIP") is None:
        return [required(f"{path}.clientIP", why)]
    seconds = config["clientIP"].get("timeoutSeconds")
    if seconds is None:
        return [required(f"{path}.clientIP.timeoutSeconds", why)]
    if 0 < seconds <= MAX_AFFINITY_SECONDS:
        return []
    why = f"must be greater than 0 and less than {MAX_AFFINITY_SECONDS}"
    return [invalid_value(f"{path}.clientIP.timeoutSeconds", seconds, why)]


def cluster_ips(spec: Object) -> list[Cause]:
    """Check clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy together; also done before allocation."""
    if spec.get("type") == "ExternalName":
        return []
    first, ips, families = spec.get("clusterIP") or "", spec.get("clusterIPs") or [], spec.get("ipFamilies") or []
    causes: list[Cause] = []
    if first and not ips:
        causes.append(required("spec.clusterIPs"))
    elif first and ips[0] != first:
        causes.append(invalid_value("spec.clusterIPs", ips, "first value must match `clusterIP`"))
    elif not first and ips:
        causes.append(invalid_value("spec.clusterIPs", ips, "must be empty when `clusterIP` is not specified"))
    for index, family in enumerate(families):
        if family not in ("IPv4", "IPv6"):
            causes.append(not_supported(f"spec.ipFamilies[{index}]", family, ("IPv4", "IPv6")))
        if family in families[:index]:
            causes.append(duplicate(f"spec.ipFamilies[{index}]", family))
    policy = spec.get("ipFamilyPolicy")
    if policy is not None and policy not in ("PreferDualStack", "RequireDualStack", "SingleStack"):
        causes.append(
            not_supported("spec.ipFamilyPolicy", policy, ("PreferDualStack", "RequireDualStack", "SingleStack"))
        )
    return causes + _addresses(ips, families)


def _addresses(ips: list[str], families: list[str]) -> list[Cause]:
    causes: list[Cause] = []
    if ips and ips[0] == "None":
        if len(ips) == 1:
            return []
        causes.append(invalid_value("spec.clusterIPs", ips, "'None' must be the first and only value"))
    for index, ip in enumerate(ips):
        if index or ip != "None":
            causes += addresses.valid_ip(ip, f"spec.clusterIPs[{index}]")
    broken = bool(causes)
    if len(ips) > 2:
        causes.append(invalid_value("spec.clusterIPs", ips, "may only hold up to 2 values"))
    if broken:
        return causes
    versions = [6 if ":" in ip else 4 for ip in ips]
    if len(ips) > 1 and len(set(versions)) == 1:
        causes.append(invalid_value("spec.clusterIPs", ips, "may specify no more than one IP for each IP family"))
    for index, (ip, family) in enumerate(zip(ips, families, strict=False)):
        if f"IPv{versions[index]}" != family:
            why = f"expected an {family} value as indicated by `ipFamilies[{index}]`"
            causes.append(invalid_value(f"spec.clusterIPs[{index}]", ip, why))
    return causes


def _node_ports(listed: list[Object], kind: str) -> list[Cause]:
    causes: list[Cause] = []
    if kind == "ClusterIP":
        why = "may not be used when `type` is 'ClusterIP'"
        causes += [
            forbidden_field(f"spec.ports[{index}].nodePort", why)
            for index, port in enumerate(listed)
            if port.get("nodePort")
        ]
    seen: set[tuple[str, int]] = set()
    for index, port in enumerate(listed):
        if port.get("nodePort"):
            key = (port.get("protocol") or "", port["nodePort"])
            if key in seen:
                causes.append(duplicate(f"spec.ports[{index}].nodePort", port["nodePort"]))
            seen.add(key)
    return causes


def _same_ports(listed: list[Object]) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[tuple[str, int]] = set()
    for index, port in enumerate(listed):
        key = (port.get("protocol") or "", port.get("port") or 0)
        if key in seen:
            # Of the port only what must not be there twice is shown.
            shown = as_internal("core.v1.ServicePort", {"protocol": key[0], "port": key[1]})
            causes.append(duplicate(f"spec.ports[{index}]", shown))
        seen.add(key)
    return causes


def _load_balancer(spec: Object, kind: str) -> list[Cause]:
    causes: list[Cause] = []
    only = "may only be used when `type` is 'LoadBalancer'"
    ranges = spec.get("loadBalancerSourceRanges") or []
    if ranges:
        if kind != "LoadBalancer":
            causes.append(forbidden_field("spec.LoadBalancerSourceRanges", only))
        for index, text in enumerate(ranges):
            causes += addresses.valid_cidr(text.strip(), f"spec.LoadBalancerSourceRanges[{index}]")
    allocate = spec.get("allocateLoadBalancerNodePorts")
    if allocate is not None and kind != "LoadBalancer":
        causes.append(forbidden_field("spec.allocateLoadBalancerNodePorts", only))
    name = spec.get("loadBalancerClass")
    if name is not None:
        if kind != "LoadBalancer":
            causes.append(forbidden_field("spec.loadBalancerClass", only))
        else:
            causes += invalid_each("spec.loadBalancerClass", name, names.qualified_name(name))
    return causes


def _traffic_policies(spec: Object, kind: str) -> list[Cause]:
    causes: list[Cause] = []
    external, port = spec.get("externalTrafficPolicy"), spec.get("healthCheckNodePort") or 0
    if not is_externally_accessible(spec):
        if external:
            why = "may only be set for externally-accessible services"
            causes.append(invalid_value("spec.externalTrafficPolicy", external, why))
    elif not external:
        causes.append(required("spec.externalTrafficPolicy"))
    elif external not in _TRAFFIC:
        causes.append(not_supported("spec.externalTrafficPolicy", external, _TRAFFIC))
    if needs_health_check(spec):
        causes += ports.number(port, "spec.healthCheckNodePort") if port else [required("spec.healthCheckNodePort")]
    elif port:
        why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        causes.append(invalid_value("spec.healthCheckNodePort", port, why))
    internal = spec.get("internalTrafficPolicy")
    if internal is None:
        if kind in ("NodePort", "LoadBalancer", "ClusterIP"):
            causes.append(required("spec.internalTrafficPolicy"))
    elif internal not in _TRAFFIC:
        causes.append(not_supported("spec.internalTrafficPolicy", internal, _TRAFFIC))
    distribution = spec.get("trafficDistribution")
    if distribution is not None and distribution not in DISTRIBUTIONS:
        causes.append(unsupported("spec.trafficDistribution", distribution, DISTRIBUTIONS))
    return causes


def _same_cluster_ips(spec: Object, before: Object) -> list[Cause]:
    if "ExternalName" in (spec.get("type"), before.get("type")) or (is_headless(spec) and is_headless(before)):
        return []
    new, old = spec.get("clusterIPs") or [], before.get("clusterIPs") or []
    shown, causes = new or None, []
    if old and not new:
        causes.append(invalid_value("spec.clusterIPs[0]", shown, "primary clusterIP can not be unset"))
    for index, (mine, theirs) in enumerate(zip(new, old, strict=False)):
        if mine != theirs:
            causes.append(invalid_value(f"spec.clusterIPs[{index}]", shown, "may not change once set"))
    return causes


def _same_families(spec: Object, before: Object) -> list[Cause]:
    if "ExternalName" in (spec.get("type"), before.get("type")) or (is_headless(before) and not before.get("selector")):
        return []
    new, old = spec.get("ipFamilies") or [], before.get("ipFamilies") or []
    if new and old and new[0] != old[0]:
        return [invalid_value("spec.ipFamilies[0]", new, "may not change once set")]
    return []
