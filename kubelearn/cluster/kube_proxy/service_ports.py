"""What kube-proxy knows about one port of one Service on one node.

Which endpoints are usable is decided here, by K/pkg/proxy/topology.go (CategorizeEndpoints).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object

from .chains import chain_name

#: Above this many remembered sources the expired ones are forgotten.
_MANY_SOURCES = 1000


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address that serves a Service port.

    Attributes:
        chain: name of its iptables chain, ``KUBE-SEP-…``.
        local: whether it is on the node of this kube-proxy.
        zones: zones that ``trafficDistribution`` has it meant for.
        nodes: nodes likewise.
    """

    ip: str
    port: int
    chain: str
    node: str
    local: bool
    ready: bool
    serving: bool
    terminating: bool
    zones: frozenset[str]
    nodes: frozenset[str]

    def __str__(self) -> str:
        return f"{self.ip}:{self.port}"


@dataclass(frozen=True, slots=True)
class Chain:
    """A list of endpoints to choose from: ``KUBE-SVC-…`` (all) or ``KUBE-SVL-…`` (this node's)."""

    name: str
    endpoints: tuple[Endpoint, ...]


@dataclass(eq=False, slots=True)
class ServicePort:
    """One port of one Service, as seen from one node.

    Attributes:
        service: ``namespace/name``.
        name: ``namespace/name:port``, without colon for an unnamed port.
        external_ips: other addresses that lead here: ``spec.externalIPs`` and load balancers'.
        internal_local: ``internalTrafficPolicy: Local``.
        external_local: ``externalTrafficPolicy: Local``.
        affinity_seconds: how long a source keeps its endpoint, 0 without affinity.
        cluster: endpoints of the whole cluster.
        local: endpoints of this node; filled if a policy is Local.
        has_endpoints: whether there is a usable endpoint anywhere.
        health_check_port: where load balancers ask whether this node has endpoints, 0 if nowhere.
    """

    service: str
    name: str
    protocol: str
    cluster_ip: str
    port: int
    node_port: int
    external_ips: tuple[str, ...]
    internal_local: bool
    external_local: bool
    affinity_seconds: int
    cluster: Chain
    local: Chain
    has_endpoints: bool
    health_check_port: int = 0
    _recent: dict[str, tuple[str, float]] = field(default_factory=dict)

    def destinations(self) -> list[tuple[str, int, str]]:
        """Return the addresses and ports that lead here, but for nodePorts."""
        return [(ip, self.port, self.protocol) for ip in (self.cluster_ip, *self.external_ips)]

    @property
    def is_external(self) -> bool:
        """Whether it is reached by other addresses than its ClusterIP."""
        return bool(self.node_port or self.external_ips)

    @property
    def external_chain(self) -> str:
        """Name of the chain for what comes from outside."""
        return chain_name("KUBE-EXT-", self.name, self.protocol)

    def recall(self, source: str, chain: Chain, now: float) -> int | None:
        """Return the position of the endpoint that a source used last, if it still can.

        ``-m recent --rcheck --seconds N --reap``: the time counts from the last connection.
        """
        known = self._recent.get(source)
        if known is not None and now - known[1] < self.affinity_seconds:
            for position, endpoint in enumerate(chain.endpoints):
                if endpoint.chain == known[0]:
                    return position
        return None

    def remember(self, source: str, endpoint: Endpoint, now: float) -> None:
        """Note which endpoint a source uses (``-m recent --set`` in the endpoint's chain)."""
        if len(self._recent) > _MANY_SOURCES:
            self._recent = {key: item for key, item in self._recent.items() if now - item[1] < self.affinity_seconds}
        self._recent[source] = (endpoint.chain, now)

    def inherit(self, old: ServicePort) -> None:
        """Keep what an earlier version of this port remembered: new rules do not end affinity."""
        if self.affinity_seconds:
            self._recent = old._recent


def service_ports(service: Object, slices: Iterable[Object], node: str, zone: str) -> Iterator[ServicePort]:
    """Return a Service's ports with the endpoints that are usable from a node.

    Headless and ExternalName Services have no rules: clients use what DNS says.
    """
    spec = service["spec"]
    cluster_ip = spec.get("clusterIP", "")
    if cluster_ip in ("", "None") or spec.get("type") == "ExternalName":
        return
    slices = list(slices)
    qualified = f"{meta.namespace_of(service)}/{meta.name_of(service)}"
    ingress = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    external_ips = (*(spec.get("externalIPs") or ()), *(item["ip"] for item in ingress if item.get("ip")))
    affinity = ((spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}).get("timeoutSeconds", 10800)
    for port in spec.get("ports") or ():
        name = f"{qualified}:{port['name']}" if port.get("name") else qualified
        protocol = port.get("protocol", "TCP")
        internal_local = spec.get("internalTrafficPolicy") == "Local"
        external_local = spec.get("externalTrafficPolicy") == "Local"
        known = endpoints_of(slices, port.get("name", ""), protocol, name, node)
        cluster, local, has_endpoints = categorize(known, node, zone, uses_local=internal_local or external_local)
        yield ServicePort(
            qualified,
            name,
            protocol,
            cluster_ip,
            port["port"],
            port.get("nodePort", 0),
            external_ips,
            internal_local,
            external_local,
            affinity if spec.get("sessionAffinity") == "ClientIP" else 0,
            Chain(chain_name("KUBE-SVC-", name, protocol), cluster),
            Chain(chain_name("KUBE-SVL-", name, protocol), local),
            has_endpoints,
            spec.get("healthCheckNodePort", 0),
        )


def endpoints_of(
    slices: Iterable[Object], port_name: str, protocol: str, service_port: str, node: str
) -> list[Endpoint]:
    """Return the endpoints of one port in the order of their addresses, each once.

    A condition that is not set counts as ready and serving, as for slices made by hand.
    """
    found: dict[str, Endpoint] = {}
    for item in slices:
        if item.get("addressType", "IPv4") != "IPv4":
            continue
        for port in item.get("ports") or ():
            if (port.get("name") or "") != port_name or port.get("protocol", "TCP") != protocol or not port.get("port"):
                continue
            for entry in item.get("endpoints") or ():
                if not entry.get("addresses"):
                    continue
                ip, conditions, where = entry["addresses"][0], entry.get("conditions") or {}, entry.get("nodeName", "")
                text = f"{ip}:{port['port']}"
                hints = entry.get("hints") or {}
                found[text] = Endpoint(
                    ip,
                    port["port"],
                    chain_name("KUBE-SEP-", service_port, protocol, text),
                    where,
                    where == node,
                    conditions.get("ready", True) is not False,
                    conditions.get("serving", True) is not False,
                    bool(conditions.get("terminating")),
                    frozenset(hint["name"] for hint in hints.get("forZones") or ()),
                    frozenset(hint["name"] for hint in hints.get("forNodes") or ()),
                )
    return [found[text] for text in sorted(found)]


def categorize(
    endpoints: list[Endpoint], node: str, zone: str, *, uses_local: bool
) -> tuple[tuple[Endpoint, ...], tuple[Endpoint, ...], bool]:
    """Return (endpoints for policy Cluster, for policy Local, whether any is usable anywhere).

    Ready endpoints are used; if there are none, those that terminate but still serve.
    """
    is_meant = _topology(endpoints, node, zone)
    cluster = _usable(endpoint for endpoint in endpoints if not endpoint.ready or is_meant(endpoint))
    local = _usable(endpoint for endpoint in endpoints if endpoint.local) if uses_local else ()
    return cluster, local, bool(cluster)


def _usable(endpoints: Iterable[Endpoint]) -> tuple[Endpoint, ...]:
    endpoints = list(endpoints)
    ready = tuple(endpoint for endpoint in endpoints if endpoint.ready)
    return ready or tuple(endpoint for endpoint in endpoints if endpoint.serving and endpoint.terminating)


def _topology(endpoints: list[Endpoint], node: str, zone: str) -> Callable[[Endpoint], bool]:
    """Return a test for the endpoints that are meant for this node, or else for its zone.

    These are all, unless every ready one has a hint and one of them is for this node, or zone (topologyModeFromHints).
    """
    ready = [endpoint for endpoint in endpoints if endpoint.ready]
    if all(endpoint.nodes for endpoint in ready) and any(node in endpoint.nodes for endpoint in ready):
        return lambda endpoint: node in endpoint.nodes
    if zone and all(endpoint.zones for endpoint in ready) and any(zone in endpoint.zones for endpoint in ready):
        return lambda endpoint: zone in endpoint.zones
    return lambda _endpoint: True
