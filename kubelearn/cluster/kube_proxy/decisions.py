"""What kube-proxy decided about one connection, and how it came to it."""

from __future__ import annotations

from .chains import probability
from .service_ports import Chain, Endpoint, ServicePort


class Decision:
    """What happens to a new connection to a Service.

    Attributes:
        service: the port of the Service that it is about.
        source: address of the client.
        ip: the address that the client wanted.
    """

    __slots__ = ("ip", "service", "source")

    def __init__(self, service: ServicePort, source: str, ip: str):
        self.service, self.source, self.ip = service, source, ip

    @property
    def trace(self) -> list[str]:
        """The steps of the decision, one line each, by the names of the iptables chains."""
        raise NotImplementedError

    @property
    def destination(self) -> str:
        """Where the client wanted to go, ``10.96.5.5:80/tcp``."""
        port = (
            self.service.port
            if self.ip in (self.service.cluster_ip, *self.service.external_ips)
            else self.service.node_port
        )
        return f"{self.ip}:{port}/{self.service.protocol.lower()}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.source} -> {self.destination}: {self.trace[-1]}>"


class Forward(Decision):
    """The connection goes to an endpoint.

    Attributes:
        chain: the endpoints that there were to choose from.
        position: which of them was chosen.
        by_chance: False if session affinity chose.
        masquerade: whether the endpoint sees the node as the source.
    """

    __slots__ = ("by_chance", "chain", "masquerade", "position")

    def __init__(
        self, service: ServicePort, source: str, ip: str, chain: Chain, position: int, by_chance: bool, masquerade: bool
    ):
        self.service, self.source, self.ip = service, source, ip
        self.chain, self.position, self.by_chance, self.masquerade = chain, position, by_chance, masquerade

    @property
    def endpoint(self) -> Endpoint:
        return self.chain.endpoints[self.position]

    @property
    def trace(self) -> list[str]:
        return [*self._to_chain(), *(self._dice() if self.by_chance else self._memory()), *self._to_endpoint()]

    def _to_chain(self) -> list[str]:
        service = self.service
        if self.ip == service.cluster_ip:
            return [f"KUBE-SERVICES: {self.destination} is the cluster IP of {service.name} -> {self.chain.name}"]
        if self.ip in service.external_ips:
            first = f"KUBE-SERVICES: {self.destination} is an external IP of {service.name} -> {service.external_chain}"
        else:
            first = (
                f"KUBE-SERVICES -> KUBE-NODEPORTS: {self.destination} is the nodePort of {service.name} ->"
                f" {service.external_chain}"
            )
        policy = "Local" if service.external_local else "Cluster"
        return [first, f"{service.external_chain}: externalTrafficPolicy {policy} -> {self.chain.name}"]

    def _dice(self) -> list[str]:
        count = len(self.chain.endpoints)
        lines = []
        for number, endpoint in enumerate(self.chain.endpoints[: self.position + 1]):
            left = count - number
            chance = (
                f"with probability {probability(left)}"
                if left > 1
                else "always"
                if count == 1
                else "always, as it is the last"
            )
            result = f"yes -> {endpoint.chain}" if number == self.position else "no"
            lines.append(
                f"{self.chain.name}: rule {number + 1} of {count}, {self.service.name} -> {endpoint}, {chance}:"
                f" {result}"
            )
        return lines

    def _memory(self) -> list[str]:
        seconds = self.service.affinity_seconds
        return [
            f"{self.chain.name}: {self.source} was at {self.endpoint} in the last {seconds} s (sessionAffinity"
            f" ClientIP) -> {self.endpoint.chain}"
        ]

    def _to_endpoint(self) -> list[str]:
        lines = [f"{self.endpoint.chain}: DNAT to {self.endpoint}"]
        if self.masquerade and self.endpoint.ip == self.source:
            lines.append(f"KUBE-MARK-MASQ: {self.source} reaches itself, so the source becomes the node's address")
        elif self.masquerade:
            lines.append("KUBE-MARK-MASQ: the source becomes the node's address")
        return lines


class Refused(Decision):
    """There is no usable endpoint: the client hears "connection refused" at once."""

    __slots__ = ()

    @property
    def trace(self) -> list[str]:
        return [
            f"KUBE-SERVICES: {self.destination}: {self.service.name} has no endpoints -> REJECT with"
            " icmp-port-unreachable"
        ]


class Dropped(Decision):
    """A policy is Local and this node has no endpoint: the client hears nothing."""

    __slots__ = ()

    @property
    def trace(self) -> list[str]:
        return [f"KUBE-SERVICES: {self.destination}: {self.service.name} has no local endpoints -> DROP"]
