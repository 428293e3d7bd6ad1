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
        self.service = service
        self.source = source
        self.ip = ip

    @property
    def trace(self) -> list[str]:
        """The steps of the decision, one line each, by the names of the iptables chains."""
        raise NotImplementedError

    @property
    def destination(self) -> str:
        """Where the client wanted to go, ``10.96.5.5:80/tcp``."""
        service = self.service
        is_portal = self.ip in (service.cluster_ip, *service.external_ips)
        return f"{self.ip}:{service.port if is_portal else service.node_port}/{service.protocol.lower()}"

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
        self.service = service
        self.source = source
        self.ip = ip
        self.chain = chain
        self.position = position
        self.by_chance = by_chance
        self.masquerade = masquerade

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint that was chosen."""
        return self.chain.endpoints[self.position]

    @property
    def trace(self) -> list[str]:
        """From the Service to the chain of its endpoints, to one of them, and to its address."""
        return [*self._to_chain(), *(self._dice() if self.by_chance else self._memory()), *self._to_endpoint()]

    def _to_chain(self) -> list[str]:
        service = self.service
        if self.ip == service.cluster_ip:
            return [f"KUBE-SERVICES: {self.destination} is the cluster IP of {service.name} -> {self.chain.name}"]
        if self.ip in service.external_ips:
            first = f"KUBE-SERVICES: {self.destination} is an external IP of {service.name} -> {service.external_chain}"
        else:
            first = (
                f"KUBE-SERVICES -> KUBE-NODEPORTS: "
                f"{self.destination} is the nodePort of {service.name} -> {service.external_chain}"
            )
        policy = "Local" if service.external_local else "Cluster"
        return [first, f"{service.external_chain}: externalTrafficPolicy {policy} -> {self.chain.name}"]

    def _dice(self) -> list[str]:
        count = len(self.chain.endpoints)
        lines = []
        for number, endpoint in enumerate(self.chain.endpoints[: self.position + 1]):
            result = f"yes -> {endpoint.chain}" if number == self.position else "no"
            rule = f"{self.chain.name}: rule {number + 1} of {count}, {self.service.name} -> {endpoint}"
            lines.append(f"{rule}, {_chance(number, count)}: {result}")
        return lines

    def _memory(self) -> list[str]:
        seconds = self.service.affinity_seconds
        return [
            f"{self.chain.name}: {self.source} was at {self.endpoint} in the last {seconds} s "
            f"(sessionAffinity ClientIP) -> {self.endpoint.chain}"
        ]

    def _to_endpoint(self) -> list[str]:
        lines = [f"{self.endpoint.chain}: DNAT to {self.endpoint}"]
        if self.masquerade and self.endpoint.ip == self.source:
            lines.append(f"KUBE-MARK-MASQ: {self.source} reaches itself, so the source becomes the node's address")
        elif self.masquerade:
            lines.append("KUBE-MARK-MASQ: the source becomes the node's address")
        return lines


def _chance(number: int, count: int) -> str:
    """Return how probable it is that one of so many rules matches; the first has the number 0."""
    if count == 1:
        return "always"
    left = count - number
    return f"with probability {probability(left)}" if left > 1 else "always, as it is the last"


class Refused(Decision):
    """There is no usable endpoint: the client hears "connection refused" at once."""

    __slots__ = ()

    @property
    def trace(self) -> list[str]:
        """The one rule that matched."""
        return [
            f"KUBE-SERVICES: {self.destination}: {self.service.name} has no endpoints "
            "-> REJECT with icmp-port-unreachable"
        ]


class Dropped(Decision):
    """A policy is Local and this node has no endpoint: the client hears nothing."""

    __slots__ = ()

    @property
    def trace(self) -> list[str]:
        """The one rule that matched."""
        return [f"KUBE-SERVICES: {self.destination}: {self.service.name} has no local endpoints -> DROP"]
