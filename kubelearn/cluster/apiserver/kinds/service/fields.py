"""Fields of a Service that follow from others: defaults, and what a change of type drops.

Source: K/pkg/apis/core/v1/defaults.go (SetDefaults_Service) and K/pkg/registry/core/service (strategy.go and
storage/storage.go), release 1.36.
"""

from __future__ import annotations

from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.meta import Object

from .allocators import node_ports_of
from .validation import is_externally_accessible, needs_health_check

#: Longest time, in seconds, for which a client stays with one pod: the default.
AFFINITY_SECONDS = 10800
_WITH_ADDRESS = ("ClusterIP", "NodePort", "LoadBalancer")


def default(spec: Object) -> None:
    """Fill in a Service's spec, in place."""
    drop_empty(spec, "core.v1.ServiceSpec")
    spec.setdefault("sessionAffinity", "None")
    if spec["sessionAffinity"] == "None":
        spec.pop("sessionAffinityConfig", None)
    elif spec["sessionAffinity"] == "ClientIP":
        config = spec.get("sessionAffinityConfig") or {}
        if (config.get("clientIP") or {}).get("timeoutSeconds") is None:
            spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": AFFINITY_SECONDS}}
    kind = spec.setdefault("type", "ClusterIP")
    for port in spec.get("ports") or ():
        drop_empty(port, "core.v1.ServicePort")
        port.setdefault("protocol", "TCP")
        port.setdefault("port", 0)
        if not port.get("targetPort"):
            port["targetPort"] = port["port"]
    if is_externally_accessible(spec):
        spec.setdefault("externalTrafficPolicy", "Cluster")
    if kind in _WITH_ADDRESS:
        spec.setdefault("internalTrafficPolicy", "Cluster")
    if kind == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)


def drop_unused(spec: Object) -> None:
    """Drop what a Service without an address has no use for; the client is still known to have set it."""
    if spec.get("type") == "ExternalName":
        spec.pop("internalTrafficPolicy", None)


def needs_cluster_ip(spec: Object) -> bool:
    """Return whether Services of this type have a cluster IP."""
    return spec.get("type") in _WITH_ADDRESS


def needs_node_ports(spec: Object) -> bool:
    """Return whether each port of this Service gets a node port."""
    kind = spec.get("type")
    return kind == "NodePort" or (kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is not False)


def patch_allocated(spec: Object, before: Object) -> None:
    """Put back allocated values that a client left out, so that one manifest can be applied twice."""
    if needs_cluster_ip(before) and needs_cluster_ip(spec):
        if not spec.get("clusterIP") and before.get("clusterIP"):
            spec["clusterIP"] = before["clusterIP"]
        if not spec.get("clusterIPs") and spec.get("clusterIP") == before.get("clusterIP") and before.get("clusterIPs"):
            spec["clusterIPs"] = list(before["clusterIPs"])
    if needs_node_ports(before) and needs_node_ports(spec):
        used = node_ports_of(before) & node_ports_of(spec)
        known = {port.get("name") or "": port.get("nodePort") or 0 for port in before.get("ports") or ()}
        for port in spec.get("ports") or ():
            number = known.get(port.get("name") or "", 0)
            if number and not port.get("nodePort") and number not in used:
                port["nodePort"] = number
                used.add(number)
    if needs_health_check(before) and needs_health_check(spec) and not spec.get("healthCheckNodePort"):
        spec["healthCheckNodePort"] = before.get("healthCheckNodePort")


def normalize_cluster_ips(spec: Object, before: Object | None) -> None:
    """Bring ``clusterIP`` and ``clusterIPs`` together when a client set only one of them."""
    first, ips = spec.get("clusterIP") or "", spec.get("clusterIPs") or []
    if before is None:
        if first and not ips:
            spec["clusterIPs"] = [first]
        return
    old_first, old_ips = before.get("clusterIP") or "", before.get("clusterIPs") or []
    if old_ips and not ips and old_first == first:
        spec["clusterIPs"] = list(old_ips)
    if old_first != first and (ips == old_ips or not ips):
        if old_first and not first:
            spec.pop("clusterIPs", None)
        else:
            spec["clusterIPs"] = [first]


def drop_type_dependent(spec: Object, before: Object) -> None:
    """Drop values that the new type has no use for, if the client did not change them."""
    if needs_cluster_ip(before) and spec.get("type") == "ExternalName":
        if (spec.get("clusterIP"), spec.get("clusterIPs")) == (before.get("clusterIP"), before.get("clusterIPs")):
            spec.pop("clusterIP", None)
            spec.pop("clusterIPs", None)
        for key in ("ipFamilies", "ipFamilyPolicy"):
            _drop_unchanged(spec, before, key)
    if needs_node_ports(before) and not needs_node_ports(spec) and node_ports_of(spec) == node_ports_of(before):
        for port in spec.get("ports") or ():
            port.pop("nodePort", None)
    if needs_health_check(before) and not needs_health_check(spec):
        _drop_unchanged(spec, before, "healthCheckNodePort")
    if before.get("type") == "LoadBalancer" != spec.get("type"):
        _drop_unchanged(spec, before, "allocateLoadBalancerNodePorts")
        _drop_unchanged(spec, before, "loadBalancerClass")
    if is_externally_accessible(before) and not is_externally_accessible(spec):
        _drop_unchanged(spec, before, "externalTrafficPolicy")


def _drop_unchanged(spec: Object, before: Object, key: str) -> None:
    if spec.get(key) == before.get(key):
        spec.pop(key, None)
