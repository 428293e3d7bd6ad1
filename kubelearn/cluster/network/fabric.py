"""The network between the pods: who has which address, and where a packet goes."""

from __future__ import annotations

import asyncio
import random as chance
from collections.abc import Sequence

from kubelearn.cluster import meta
from kubelearn.cluster.coredns.resolver import Dns
from kubelearn.cluster.kube_proxy.decisions import Decision, Forward, Refused
from kubelearn.cluster.kube_proxy.kube_proxy import KubeProxy
from kubelearn.cluster.meta import CLUSTER_DOMAIN, Object
from kubelearn.cluster.network_policy.agent import NetworkPolicyAgent
from kubelearn.cluster.store import ObjectReader
from kubelearn.cluster.timing import Timing
from kubelearn.cluster.well_known import LOOPBACK, POD_PREFIX, SERVICE_PREFIX
from kubelearn.semantics.policies import Connection, End

from . import resolv
from .addresses import GATEWAY, Address, NodeAddresses
from .errors import ConnectionRefused, ConnectionTimedOut, NoRoute
from .listener import Listener
from .namespace import PodNetwork
from .resolv import ResolvConf, hosts_file

#: After so many connections a client lets everybody else have a turn.
_TURN = 32
_MAX_HOSTNAME = 63

Route = tuple[Listener, str, Address, Decision | None]


class Network:
    """All pods and nodes of a cluster, and the ways between them.

    Attributes:
        registry: the API.
        timing: the cluster's lags.
        dns: what the coredns pods answer from.
        proxies: node → its kube-proxy.
        policies: what drops packets that NetworkPolicies do not allow.
        outside: the machine beside the nodes; NodePorts let in from here what comes from outside.
    """

    def __init__(self, registry: ObjectReader, timing: Timing, random: chance.Random):
        """Make a network without pods.

        Args:
            registry: the API.
            timing: the cluster's lags.
            random: source of chance, for the order of addresses in DNS answers.
        """
        self.registry = registry
        self.timing = timing
        self.random = random
        self.dns = Dns(registry, self.random)
        self.proxies: dict[str, KubeProxy] = {}
        self.policies = NetworkPolicyAgent(registry, timing)
        self._nodes = NodeAddresses(registry)
        self._hosts: dict[str, PodNetwork] = {}
        self._by_ip: dict[str, PodNetwork] = {}
        self._host_ports: dict[tuple[str, str, int], tuple[PodNetwork, int]] = {}
        self._turn = 0
        self.outside = PodNetwork(
            self, GATEWAY, "", "gateway", ResolvConf(), hosts_file(GATEWAY, "gateway"), is_host=True
        )
        self._by_ip[GATEWAY] = self.outside

    async def run(self) -> None:
        """Keep cluster DNS and the policies in step with the API until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.dns.run())
            group.create_task(self.policies.run())

    def use_proxy(self, proxy: KubeProxy) -> None:
        """Give a node its kube-proxy."""
        self.proxies[proxy.node] = proxy

    async def breathe(self) -> None:
        """Let others have a turn now and then: connections between pods never have to wait for anything."""
        self._turn += 1
        if self._turn >= _TURN:
            self._turn = 0
            await asyncio.sleep(0)

    # Who is there

    def host(self, node: str) -> PodNetwork:
        """Return a node's own network."""
        found = self._hosts.get(node)
        if found is None:
            ip = self._nodes[node].ip
            found = PodNetwork(self, ip, node, node, resolv.of_node(), hosts_file(ip, node), is_host=True)
            self._hosts[node] = self._by_ip[ip] = found
        return found

    def has(self, ip: str) -> bool:
        """Return whether a pod or a node has an address."""
        return ip in self._by_ip

    def node_of(self, ip: str) -> PodNetwork | None:
        """Return the network of the node that an address is on, None for nobody's."""
        found = self._by_ip.get(ip)
        return self.host(found.node) if found is not None and found.node else None

    def entrance(self) -> str:
        """Return the address of the node that outside connections to nodePorts arrive at: the control plane's."""
        first = self._nodes.first()
        return self.host(first.name).ip if first else LOOPBACK

    def attach(self, pod: Object, node: str) -> PodNetwork:
        """Give a pod its network namespace, with an address of the node's range.

        Pods with ``hostNetwork`` get the node's address and share its ports.

        Raises:
            AddressNotAvailable: the node has no address left.
        """
        spec = pod["spec"]
        if spec.get("hostNetwork"):
            host = self.host(node)
            hosts = hosts_file(host.ip, node, aliases=spec.get("hostAliases") or (), host_network=True)
            return PodNetwork(
                self, host.ip, node, node, resolv.of_pod(pod), hosts, is_host=True, listeners=host.listeners
            )
        self.host(node)
        ip = self._nodes[node].pool.allocate()
        hostname, domain = _names(pod)
        hosts = hosts_file(ip, hostname, domain, spec.get("hostAliases") or ())
        if domain and spec.get("setHostnameAsFQDN"):
            hostname = f"{hostname}.{domain}"
        key = meta.namespace_of(pod), meta.name_of(pod)
        net = self._by_ip[ip] = PodNetwork(self, ip, node, hostname, resolv.of_pod(pod), hosts, pod=key)
        for container in spec.get("containers") or ():
            for port in container.get("ports") or ():
                if port.get("hostPort"):
                    self._host_ports[node, port.get("protocol", "TCP"), port["hostPort"]] = (net, port["containerPort"])
        return net

    def detach(self, net: PodNetwork) -> None:
        """Take a pod off the network: what it listens on ends, and its address is free. Safe to call twice."""
        if not net.attached:
            return
        net.attached = False
        net.close()
        if net.is_host:
            return
        self._host_ports = {key: target for key, target in self._host_ports.items() if target[0] is not net}
        if self._by_ip.get(net.ip) is net:
            del self._by_ip[net.ip]
        self._nodes[net.node].pool.release(net.ip)

    # Where packets go

    def route(self, source: PodNetwork, ip: str, port: int, protocol: str) -> Route:
        """Find who answers a new connection.

        Returns:
            The listener, the address that it sees as the client's, its own address and port,
            and kube-proxy's decision if there was one.

        Raises:
            ConnectionRefused: rejected at once.
            ConnectionTimedOut: nobody answers; the caller has to do the waiting.
            NoRoute: the address is not of this cluster.
        """
        if not source.attached:
            raise NoRoute("Network is unreachable")
        if not source.is_host and (ip == source.ip or ip.startswith("127.")):
            # Inside the pod: no node, hence no kube-proxy, sees this.
            return self._local(source, ip, port, protocol)
        client, node = source.ip, source.node
        arrives_at = self._arrives_at(source, ip)
        if arrives_at and arrives_at != node:
            self._ask_policies(client, (ip, port), protocol)
            # On its way to another node a pod's packet takes the address of its own node (kind's ip-masq-agent).
            client, node = self._node_address(node, client), arrives_at
        proxy = self.proxies.get(node)
        decision = proxy.route(ip, port, protocol, client, to_node=bool(arrives_at)) if proxy is not None else None
        if decision is None:
            return self._deliver(client, arrives_at, (ip, port), protocol)
        if type(decision) is Forward:
            endpoint = decision.endpoint
            if decision.masquerade:
                self._ask_policies(client, (endpoint.ip, endpoint.port), protocol, decision)
                client = self._node_address(node, client)
            target = self._nodes.by_ip.get(endpoint.ip, "")
            return self._deliver(client, target, (endpoint.ip, endpoint.port), protocol, decision)
        if type(decision) is Refused:
            raise ConnectionRefused(trace=decision.trace)
        raise ConnectionTimedOut(trace=decision.trace)

    def _arrives_at(self, source: PodNetwork, ip: str) -> str:
        """Return the node that has an address, empty if none has."""
        node = self._nodes.by_ip.get(ip, "")
        if source is self.outside and not node:
            raise NoRoute(trace=[f"{ip} is not the address of a node: no way leads there from outside the cluster"])
        return source.node if source.is_host and ip.startswith("127.") else node

    def _node_address(self, node: str, otherwise: str) -> str:
        return self.host(node).ip if node else otherwise

    def _local(self, net: PodNetwork, ip: str, port: int, protocol: str) -> Route:
        listener = net.listeners.get((protocol, port))
        if listener is None or (listener.loopback and not ip.startswith("127.")):
            raise ConnectionRefused(trace=[f"no program of this pod listens on port {port}/{protocol}"])
        return listener, ip, (ip, port), None

    def _deliver(self, client: str, node: str, to: Address, protocol: str, decision: Decision | None = None) -> Route:
        """Hand a packet to whoever has its address."""
        ip, port = to
        steps: Sequence[str] = decision.trace if decision is not None and ip not in self._by_ip else ()
        if node:
            target = self._hosts.get(node) or self.host(node)
            forwarded = self._host_ports.get((node, protocol, port))
            if forwarded is not None:
                target, port = forwarded
        else:
            found = self._by_ip.get(ip)
            if found is None:
                self._ask_policies(client, to, protocol, decision)
                raise self._nowhere(ip, steps)
            target = found
        self._ask_policies(client, (target.ip, port), protocol, decision)
        listener = target.listeners.get((protocol, port))
        if listener is None or (listener.loopback and not ip.startswith("127.")):
            steps = decision.trace if decision is not None else ()
            raise ConnectionRefused(trace=[*steps, f"nothing listens on {ip}:{port}/{protocol}"])
        return listener, client, (target.ip, port), decision

    def _ask_policies(self, client: str, to: Address, protocol: str, decision: Decision | None = None) -> None:
        """Let the policies see a packet before it leaves a node.

        Raises:
            ConnectionTimedOut: they drop it.
        """
        if not self.policies.programmed:
            return
        ip, port = to
        dropped = self.policies.objection(Connection(self._end(client), self._end(ip), port, protocol))
        if dropped:
            raise ConnectionTimedOut(trace=[*(decision.trace if decision is not None else ()), dropped])

    def _end(self, ip: str) -> End:
        """Return what the policies have to know of an address."""
        net = self._by_ip.get(ip)
        if net is None:
            return End(ip)
        if net.pod is None:
            return End(ip, net.node)
        pod = self.registry.find("pods", *net.pod)
        namespace = self.registry.find("namespaces", "", net.pod[0])
        return End(ip, net.node if pod else "", pod, meta.labels_of(namespace) if namespace else {})

    def _nowhere(self, ip: str, steps: Sequence[str]) -> ConnectionTimedOut | NoRoute:
        if ip.startswith(SERVICE_PREFIX):
            lost = f"no rule of kube-proxy is about {ip} with this port: the packet leaves the node and is lost"
            return ConnectionTimedOut(trace=[*steps, lost])
        if ip.startswith(POD_PREFIX):
            lost = f"no pod has the address {ip}: the packet is lost"
            return ConnectionTimedOut(trace=[*steps, lost], pinned=bool(steps))
        lost = f"{ip} is not of this cluster, which has no way to other networks or to the Internet"
        return NoRoute(trace=[*steps, lost])


def _names(pod: Object) -> tuple[str, str]:
    """Return a pod's host name and its domain, empty for none (GeneratePodHostNameAndDomain in kubelet_pods.go)."""
    spec = pod["spec"]
    hostname = spec.get("hostnameOverride") or spec.get("hostname") or meta.name_of(pod)
    has_domain = spec.get("subdomain") and not spec.get("hostnameOverride")
    domain = f"{spec['subdomain']}.{meta.namespace_of(pod)}.svc.{CLUSTER_DOMAIN}" if has_domain else ""
    return hostname[:_MAX_HOSTNAME].rstrip("-."), domain
