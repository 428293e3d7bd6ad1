"""Families, cluster IPs and node ports of a Service, in the order in which the API server settles them.

Source: K/pkg/registry/core/service/storage/alloc.go, release 1.36, on a single-stack IPv4 cluster.
"""

from __future__ import annotations

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.errors import Cause, invalid_value
from kubelearn.cluster.apiserver.kinds.strategy import Context
from kubelearn.cluster.apiserver.validation.addresses import parse
from kubelearn.cluster.meta import Object

from . import validation
from .allocators import AllocationError, ClusterIPAllocator, NodePortAllocator, cluster_ips, node_ports, node_ports_of
from .fields import needs_node_ports
from .validation import is_headless, needs_health_check

_NO_DUAL_STACK = "this cluster is not configured for dual-stack services"


def allocate(service: Object, old: Object | None, context: Context) -> None:
    """Settle a Service's families, addresses and ports, in place.

    Args:
        service: the Service as it shall be, defaults filled in.
        old: the stored Service, None for a new one.
        context: the write.

    Raises:
        ApiError: 422 with that one problem, 500 when a range is full.
    """
    spec, before = service["spec"], old["spec"] if old else None
    name = service["metadata"].get("name") or ""
    if spec["type"] != "ExternalName":
        _families(spec, before, name)
    if (
        spec["type"] != "ExternalName"
        and not is_headless(spec)
        and (before is None or before["type"] == "ExternalName")
    ):
        taken = cluster_ips(context.registry.list("services"))
        _address(spec, name, ClusterIPAllocator(taken, context.random, dry_run=context.dry_run))
    if spec["type"] in ("NodePort", "LoadBalancer"):
        ports = NodePortAllocator(
            node_ports(context.registry.list("services")),
            context.random,
            dry_run=context.dry_run,
            in_use=context.port_in_use,
        )
        if before is None:
            _new_ports(spec, name, ports)
        else:
            _changed_ports(spec, before, name, ports)
        if needs_health_check(spec) and not (before and needs_health_check(before)):
            _health_check_port(spec, ports)


def _refuse(name: str, causes: list[Cause]) -> None:
    if causes:
        raise errors.invalid("Service", name, causes)


def _families(spec: Object, before: Object | None, name: str) -> None:
    """Settle ipFamilyPolicy and ipFamilies (initIPFamilyFields)."""
    free = spec.get("clusterIP") == "None" and not spec.get("selector")
    if spec.get("ipFamilyPolicy") is None:
        inherited = before.get("ipFamilyPolicy") if before else None
        spec["ipFamilyPolicy"] = inherited or ("RequireDualStack" if free else "SingleStack")
    _refuse(name, validation.cluster_ips(spec))
    policy, ips = spec["ipFamilyPolicy"], spec.get("clusterIPs") or []
    families = list(spec.get("ipFamilies") or [])
    if before is not None and policy == "SingleStack" and len(families) > 1 and families == before.get("ipFamilies"):
        families = families[:1]
    causes: list[Cause] = []
    had = (before.get("ipFamilies") if before else None) or []
    if policy != "SingleStack" and len(had) == 2 and families == had[:1]:
        causes.append(
            invalid_value("spec.ipFamilyPolicy", policy, "must be 'SingleStack' to release the secondary IP family")
        )
    if policy == "SingleStack":
        why = "must be 'RequireDualStack' or 'PreferDualStack' when multiple {} are specified"
        several = (("cluster IPs", ips), ("IP families", families))
        causes += [
            invalid_value("spec.ipFamilyPolicy", policy, why.format(what)) for what, many in several if len(many) == 2
        ]
    for index, ip in enumerate(ips):
        if ip != "None" and index >= len(families):
            address = parse(ip)
            family = f"IPv{address.version if address else 4}"
            if family != "IPv4":
                causes.append(
                    invalid_value(f"spec.clusterIPs[{index}]", ips, f"{family} is not configured on this cluster")
                )
            else:
                families.append(family)
    _refuse(name, causes)
    spec["ipFamilies"] = _free_families(families, policy) if free else _cluster_families(families, policy, name)


def _free_families(families: list[str], policy: str) -> list[str]:
    """Nobody allocates for a headless Service without selector: it may have both families anywhere."""
    families = families or ["IPv4"]
    if len(families) == 1 and policy != "SingleStack":
        families = [*families, "IPv6" if families[0] == "IPv4" else "IPv4"]
    return families


def _cluster_families(families: list[str], policy: str, name: str) -> list[str]:
    causes = [invalid_value("spec.ipFamilyPolicy", policy, _NO_DUAL_STACK)] if policy == "RequireDualStack" else []
    for index, family in enumerate(families):
        if family != "IPv4":
            causes.append(invalid_value(f"spec.ipFamilies[{index}]", family, "not configured on this cluster"))
    _refuse(name, causes)
    return families or ["IPv4"]


def _address(spec: Object, name: str, allocator: ClusterIPAllocator) -> None:
    ips = spec.get("clusterIPs") or []
    if not ips:
        try:
            spec["clusterIP"] = allocator.allocate_next()
        except AllocationError as error:
            raise errors.internal(f'failed to allocate a serviceIP for Service "{name}": {error}') from error
        spec["clusterIPs"] = [spec["clusterIP"]]
        return
    try:
        allocator.allocate(ips[0])
    except AllocationError as error:
        why = f"failed to allocate IP {ips[0]}: {error}"
        raise errors.invalid("Service", name, [invalid_value("spec.clusterIPs", ips, why)]) from error


def _take(ports: NodePortAllocator, number: int, index: int, name: str) -> None:
    try:
        ports.allocate(number)
    except AllocationError as error:
        raise errors.invalid(
            "Service", name, [invalid_value(f"spec.ports[{index}].nodePort", number, str(error))]
        ) from error


def _take_any(ports: NodePortAllocator) -> int:
    try:
        return ports.allocate_next()
    except AllocationError as error:
        raise errors.internal(f"failed to allocate a nodePort: {error}") from error


def _new_ports(spec: Object, name: str, ports: NodePortAllocator) -> None:
    """Allocate for a new Service: entries with one port number (TCP and UDP) share a node port (initNodePorts)."""
    listed = spec.get("ports") or []
    chosen: dict[int, int] = {}
    for index, port in enumerate(listed):
        if not port.get("nodePort") and not needs_node_ports(spec):
            continue
        number = port.get("port") or 0
        if number not in chosen:
            wanted = next(
                (other["nodePort"] for other in listed if other.get("nodePort") and other.get("port") == number), 0
            )
            if wanted:
                _take(ports, wanted, index, name)
            port["nodePort"] = chosen[number] = wanted or _take_any(ports)
        elif not port.get("nodePort"):
            port["nodePort"] = chosen[number]
        elif port["nodePort"] != chosen[number]:
            _take(ports, port["nodePort"], index, name)


def _changed_ports(spec: Object, before: Object, name: str, ports: NodePortAllocator) -> None:
    """Allocate what a changed Service has not got yet (updateNodePorts)."""
    had = node_ports_of(before)
    seen: set[tuple[str, int]] = set()
    taken: set[int] = set()
    for index, port in enumerate(spec.get("ports") or ()):
        number = port.get("nodePort") or 0
        if not number:
            if not needs_node_ports(spec):
                continue
            port["nodePort"] = number = _take_any(ports)
        elif number not in had and number not in taken:
            _take(ports, number, index, name)
            taken.add(number)
        key = (port.get("protocol") or "", number)
        if key in seen:
            raise errors.unexplained(f"duplicate nodePort: {{{key[0]} {key[1]}}}")
        seen.add(key)


def _health_check_port(spec: Object, ports: NodePortAllocator) -> None:
    wanted = spec.get("healthCheckNodePort") or 0
    if not wanted:
        spec["healthCheckNodePort"] = _take_any(ports)
        return
    try:
        ports.allocate(wanted)
    except AllocationError as error:
        raise errors.internal(f"failed to allocate requested HealthCheck NodePort {wanted}: {error}") from error
