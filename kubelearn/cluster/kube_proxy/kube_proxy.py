"""kube-proxy: how the address of a Service becomes the address of a pod.

A Service's ClusterIP belongs to no machine: nothing listens there.  On every node kube-proxy
watches Services and EndpointSlices and keeps a table of rules.  When a program on the node
opens a connection to a ClusterIP, the rules pick one of the Service's endpoints and rewrite
the destination (DNAT).  The choice is made once, for the first packet; the connection then
stays with its pod.  Three things follow, and learners meet all of them:

* balancing is per *connection*, by chance and not in turn;
* no usable endpoint means "connection refused", a port without a rule means silence;
* a change takes effect when the rules are next written: a moment later, not at once.

The rules are those of iptables mode: ``KUBE-SERVICES`` finds the Service by its address,
``KUBE-SVC-…`` throws the dice, ``KUBE-SEP-…`` is one endpoint.  :meth:`KubeProxy.rules`
prints them as ``iptables-save`` would, and each decision can say which rule made it.

Sources: K/pkg/proxy/iptables/proxier.go, K/pkg/proxy/{topology,serviceport,endpointslicecache}.go.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import TypeVar

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import ObjectReader, StoreEvent, Watch
from kubelearn.cluster.timing import Timing
from kubelearn.cluster.well_known import LOOPBACK, POD_PREFIX, SLICES, ServiceKey, service_key, service_of

from . import iptables
from .bounded_frequency import BoundedFrequencyRunner
from .decisions import Decision, Dropped, Forward, Refused
from .service_ports import Chain, Endpoint, ServicePort, service_ports

__all__ = ["Chain", "Decision", "Dropped", "Endpoint", "Forward", "KubeProxy", "Refused", "ServicePort"]

#: Decisions that are kept for whoever asks how they were made.
_REMEMBERED_DECISIONS = 500

_Key = TypeVar("_Key")
#: Where a connection goes to: address, port, protocol.
Destination = tuple[str, int, str]


class KubeProxy:
    """The kube-proxy of one node.

    Attributes:
        node: name of the node.
        decisions: the last decisions, newest last.
        syncs: how often the rules were written.
        on_sync: called when they have been.
    """

    def __init__(
        self,
        registry: ObjectReader,
        node: str,
        timing: Timing,
        random: Random,
        clock: Callable[[], float] = time.monotonic,
    ):
        """Prepare a kube-proxy without rules.

        Args:
            registry: the API.
            node: name of the node it runs on.
            timing: how often rules may be written.
            random: source of chance.
            clock: returns seconds, for session affinity.
        """
        self._registry = registry
        self.node = node
        self._timing = timing
        self._clock = clock
        self._seed = random.getrandbits(64)
        #: Service → dice of its own, so that its choices repeat whatever is asked of others, such as cluster DNS.
        self._dice: dict[str, Random] = {}
        #: Service → its EndpointSlices by name (endpointSliceCache).
        self._slices: dict[ServiceKey, dict[str, Object]] = {}
        #: Services whose rules are no longer right, in the order in which they changed.
        self._touched: dict[ServiceKey, None] = {}
        self._ports: dict[ServiceKey, list[ServicePort]] = {}
        #: The rules, in the order in which a packet meets them: portals, then nodePorts.
        self._portals: dict[Destination, ServicePort] = {}
        self._node_ports: dict[tuple[int, str], ServicePort] = {}
        self.decisions: deque[Decision] = deque(maxlen=_REMEMBERED_DECISIONS)
        self.syncs = 0
        self.on_sync: Callable[[], None] = lambda: None

    def serves(self, ip: str, port: int, protocol: str) -> bool:
        """Return whether this node has a rule for a ClusterIP, with endpoints."""
        service = self._portals.get((ip, port, protocol))
        return service is not None and bool(service.cluster.endpoints)

    # A packet comes

    def route(self, ip: str, port: int, protocol: str, source_ip: str, *, to_node: bool = False) -> Decision | None:
        """Decide where a new connection goes; the pod network asks for each.

        Args:
            ip: destination address.
            port: destination port.
            protocol: ``TCP``, ``UDP`` or ``SCTP``.
            source_ip: who connects.
            to_node: whether the destination is an address of this node (``--dst-type LOCAL``).

        Returns:
            :class:`Forward` to an endpoint, :class:`Refused`, :class:`Dropped`, or None when no
            rule is about this destination and the packet goes on as it is.
        """
        service = self._portals.get((ip, port, protocol))
        if service is not None:
            if ip == service.cluster_ip:
                decision = self._internal(service, source_ip)
            else:
                decision = self._external(service, source_ip, ip)
        elif to_node and (service := self._node_ports.get((port, protocol))) is not None:
            decision = self._external(service, source_ip, ip)
        else:
            return None
        self.decisions.append(decision)
        return decision

    def _internal(self, service: ServicePort, source: str) -> Decision:
        """Decide about a connection to the ClusterIP.

        A pod's own address stays the source.  The answer to anybody else has to come back through this node, so the
        source becomes the node (masquerade).
        """
        if not service.has_endpoints:
            return Refused(service, source, service.cluster_ip)
        chain = service.local if service.internal_local else service.cluster
        if not chain.endpoints:
            return Dropped(service, source, service.cluster_ip)
        return self._balance(service, chain, source, service.cluster_ip, masquerade=not source.startswith(POD_PREFIX))

    def _external(self, service: ServicePort, source: str, ip: str) -> Decision:
        """Decide about a connection to a nodePort or to another address from outside (``KUBE-EXT-…``).

        With ``externalTrafficPolicy: Cluster`` the pod may be on another node.  Its answer must
        come back through this node, so the source becomes the node (masquerade).  With ``Local``
        the source stays, but only pods of this node are used.  What comes from this node's pods or
        from the node itself is not external and is served by all endpoints in either case.
        """
        if not service.has_endpoints:
            return Refused(service, source, ip)
        if not service.external_local:
            return self._balance(service, service.cluster, source, ip, masquerade=True)
        if source.startswith(POD_PREFIX):
            return self._balance(service, service.cluster, source, ip, masquerade=False)
        if source in self._own_addresses():
            return self._balance(service, service.cluster, source, ip, masquerade=True)
        if not service.local.endpoints:
            return Dropped(service, source, ip)
        return self._balance(service, service.local, source, ip, masquerade=False)

    def _balance(self, service: ServicePort, chain: Chain, source: str, ip: str, *, masquerade: bool) -> Forward:
        """Choose an endpoint: the one that the source had before (ClientIP affinity), or any by chance.

        iptables asks rule after rule: the first of n matches with probability 1/n, the next
        with 1/(n-1), the last always.  Each endpoint is thus chosen with probability 1/n,
        which is what one throw of a die with n sides does.
        """
        remembered = service.affinity_seconds > 0
        position = service.recall(source, chain, self._clock()) if remembered else None
        by_chance = position is None
        if position is None:
            position = int(self._dice_of(service.service).random() * len(chain.endpoints))
        endpoint = chain.endpoints[position]
        if remembered:
            service.remember(source, endpoint, self._clock())
        # A pod that reaches itself through its Service must not see its own address as the source.
        return Forward(service, source, ip, chain, position, by_chance, masquerade or endpoint.ip == source)

    def _dice_of(self, service: str) -> Random:
        if service not in self._dice:
            self._dice[service] = Random(f"{self._seed}/{service}")
        return self._dice[service]

    def _own_addresses(self) -> Iterator[str]:
        yield LOOPBACK
        node = self._registry.find("nodes", "", self.node)
        for address in ((node or {}).get("status") or {}).get("addresses") or ():
            yield address["address"]

    # The API changes

    async def run(self) -> None:
        """Follow Services and EndpointSlices until cancelled."""
        runner = BoundedFrequencyRunner(self.sync, self._timing.scaled(self._timing.proxy_min_sync))
        with (
            contextlib.closing(self._registry.watch("services")) as services,
            contextlib.closing(self._registry.watch(SLICES)) as slices,
        ):
            self.load()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._follow(services, runner))
                group.create_task(self._follow(slices, runner))
                group.create_task(runner.loop())

    def load(self) -> None:
        """Forget all rules and write those of the present state."""
        self._slices.clear()
        self._touched.update(dict.fromkeys(self._ports))
        for item in self._registry.list(SLICES):
            self._keep_slice(item)
        for service in self._registry.list("services"):
            self._touched[service_key(service)] = None
        self.sync()

    async def _follow(self, watch: Watch, runner: BoundedFrequencyRunner) -> None:
        async for event in watch:
            if self.observe(event):
                runner.run()

    def observe(self, event: StoreEvent) -> bool:
        """Take note of a change; the rules stay as they are until the next :meth:`sync`.

        Returns:
            Whether the rules have to be written again.  Labels and annotations do not matter.
        """
        if event.resource == "services":
            changed = not _is_same(event, "spec", "status")
            if changed:
                self._touched[service_key(event.object)] = None
            return changed
        owners = [(item, service_of(item)) for item in (event.previous, event.object) if item is not None]
        if _is_same(event, "endpoints", "ports") and owners[0][1] == owners[-1][1]:
            self._keep_slice(event.object)
            return False
        for item, owner in owners:
            self._touched[owner] = None
            self._slices.get(owner, {}).pop(meta.name_of(item), None)
        if event.type != "DELETED":
            self._keep_slice(event.object)
        return True

    def _keep_slice(self, item: Object) -> None:
        self._slices.setdefault(service_of(item), {})[meta.name_of(item)] = item

    def sync(self) -> None:
        """Write the rules of the Services that have changed (``syncProxyRules``).

        Connections that exist are not touched: they keep their pod, even if it is gone from the rules.
        """
        touched = self._touched
        self._touched = {}
        for key in touched:
            self._rewrite(key)
        self.syncs += 1
        self.on_sync()

    def _rewrite(self, key: ServiceKey) -> None:
        """Replace all rules of one Service."""
        old = {port.name: port for port in self._ports.pop(key, ())}
        for port in old.values():
            _remove(self._portals, port, port.destinations())
            _remove(self._node_ports, port, [(port.node_port, port.protocol)])
        if not self._slices.get(key):
            self._slices.pop(key, None)
        service = self._registry.find("services", *key)
        if service is None:
            self._dice.pop("/".join(key), None)
            return
        new = list(service_ports(service, self._slices.get(key, {}).values(), self.node, self._zone()))
        for port in new:
            if port.name in old:
                port.inherit(old[port.name])
            self._portals.update(dict.fromkeys(port.destinations(), port))
            if port.node_port:
                self._node_ports[port.node_port, port.protocol] = port
        if new:
            self._ports[key] = new

    def _zone(self) -> str:
        node = self._registry.find("nodes", "", self.node)
        return meta.labels_of(node).get("topology.kubernetes.io/zone", "") if node else ""

    # A learner asks

    def service_ports(self) -> list[ServicePort]:
        """Return what the rules are about, by name."""
        return [port for key in sorted(self._ports) for port in self._ports[key]]

    def rules(self, table: str = "") -> str:
        """Return the rules as ``iptables-save`` prints them.

        Args:
            table: ``nat``, ``filter``, or empty for both.
        """
        return iptables.save(self.service_ports(), table)

    def explain(self, limit: int = 1, service: str = "", source: str = "") -> list[Decision]:
        """Return the newest decisions, oldest first; each has a ``trace`` that explains it.

        Args:
            limit: how many.
            service: only those about this Service, ``namespace/name``.
            source: only those of connections from this address.
        """
        found: list[Decision] = []
        for decision in reversed(self.decisions):
            if len(found) == limit:
                break
            if (not service or decision.service.service == service) and source in ("", decision.source):
                found.append(decision)
        return found[::-1]


def _is_same(event: StoreEvent, *parts: str) -> bool:
    """Return whether an object existed before, still exists, and has not changed in any of these parts."""
    previous = event.previous
    if previous is None or event.type == "DELETED":
        return False
    return all(event.object.get(part) == previous.get(part) for part in parts)


def _remove(table: dict[_Key, ServicePort], port: ServicePort, keys: Iterable[_Key]) -> None:
    """Remove the entries of one Service port; another one may have taken an address over."""
    for key in keys:
        if table.get(key) is port:
            del table[key]
