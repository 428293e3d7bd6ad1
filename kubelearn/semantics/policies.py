"""What NetworkPolicies allow: which of them isolate a pod, and whether one of their rules matches a connection.

Sources: K/staging/src/k8s.io/api/networking/v1/types.go, the documentation of the fields; "Network Policies" in the
documentation of Kubernetes, where it is said that both ends have to allow a connection, that a pod cannot block access
to itself, and that what comes from or goes to the pod's own node is always allowed.  Answers need no rule: only the
first packet of a connection is judged.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from .labels import Object, selects

INGRESS: Final = "Ingress"
EGRESS: Final = "Egress"
#: Where a direction's rules stand in the spec, and its peers in a rule.
_FIELDS: Final = {INGRESS: ("ingress", "from"), EGRESS: ("egress", "to")}
_DEFAULT_PROTOCOL = "TCP"


@dataclass(frozen=True, slots=True)
class End:
    """One end of a connection.

    Attributes:
        address: its IP address.
        node: the node that the pod is on, or that has the address; empty for anything else.
        pod: the pod that has the address; None for a node's, which its pods with ``hostNetwork`` share, and for
            all others.
        namespace: labels of the pod's namespace.
    """

    address: str
    node: str = ""
    pod: Object | None = None
    namespace: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Connection:
    """A new connection, as it is behind kube-proxy: to a pod's own address and port."""

    source: End
    target: End
    port: int
    protocol: str = _DEFAULT_PROTOCOL


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policies say about a connection at an end that they isolate.

    Attributes:
        direction: ``Ingress`` at the pod that is called, ``Egress`` at the one that calls.
        pod: namespace and name, ``shop/api``.
        policies: names of the policies that isolate the pod in this direction.
        allowed_by: name of the policy that allows the connection; empty if it is dropped.
    """

    direction: str
    pod: str
    policies: tuple[str, ...]
    allowed_by: str = ""

    @property
    def traffic(self) -> str:
        """What it is about: ``ingress to shop/api``."""
        return f"ingress to {self.pod}" if self.direction == INGRESS else f"egress from {self.pod}"

    @property
    def reason(self) -> str:
        """Which policies decide, and how."""
        if self.allowed_by:
            return f"NetworkPolicy {self.allowed_by} allows this"
        if len(self.policies) == 1:
            return f"NetworkPolicy {self.policies[0]} isolates the pod, and does not allow this"
        return f"NetworkPolicies {', '.join(self.policies)} isolate the pod, and none of them allows this"

    @property
    def outcome(self) -> str:
        """What becomes of it: ``ingress to shop/api is dropped``."""
        return f"{self.traffic} is {'allowed' if self.allowed_by else 'dropped'}"

    @property
    def words(self) -> str:
        """The outcome, and its reason."""
        return f"{self.outcome}: {self.reason}"


def policy_types(spec: Object) -> list[str]:
    """Return the directions that a policy is about: ingress if it does not say, and egress if it has such rules."""
    return spec.get("policyTypes") or [INGRESS, *([EGRESS] if spec.get("egress") else [])]


class Policy:
    """A NetworkPolicy that judges connections.

    Attributes:
        name: its name.
        namespace: its namespace, whose pods it selects.
    """

    __slots__ = ("_pods", "_rules", "name", "namespace")

    def __init__(self, obj: Object):
        """Read an object of the API."""
        spec = obj.get("spec") or {}
        self.name: str = obj["metadata"]["name"]
        self.namespace: str = obj["metadata"]["namespace"]
        self._pods: Object = spec.get("podSelector") or {}
        self._rules = {
            direction: [
                (rule.get(_FIELDS[direction][1]) or (), rule.get("ports") or ())
                for rule in spec.get(_FIELDS[direction][0]) or ()
            ]
            for direction in policy_types(spec)
        }

    def isolates(self, pod: Object, direction: str) -> bool:
        """Return whether a pod of the policy's namespace is isolated in a direction."""
        return direction in self._rules and selects(self._pods, _labels(pod))

    def allows(self, connection: Connection, direction: str) -> bool:
        """Return whether a rule of a direction matches a connection."""
        peer = connection.source if direction == INGRESS else connection.target
        return any(
            (not ports or any(_is_port(port, connection) for port in ports))
            and (not peers or any(self._is_peer(item, peer) for item in peers))
            for peers, ports in self._rules[direction]
        )

    def _is_peer(self, item: Object, end: End) -> bool:
        """Return whether an item of ``from`` or ``to`` is about an end; its selectors are both to match."""
        block = item.get("ipBlock")
        if block is not None:
            inside = _contains(block["cidr"], end.address)
            return inside and not any(_contains(cidr, end.address) for cidr in block.get("except") or ())
        pods, namespaces = item.get("podSelector"), item.get("namespaceSelector")
        if end.pod is None or (pods is None and namespaces is None):
            return False
        if namespaces is None:
            selected = end.pod["metadata"]["namespace"] == self.namespace
        else:
            selected = selects(namespaces, end.namespace)
        return selected and (pods is None or selects(pods, _labels(end.pod)))


#: Namespace → its policies.
Policies = Mapping[str, Sequence[Policy]]


def by_namespace(objects: Iterable[Object]) -> dict[str, list[Policy]]:
    """Return the policies of NetworkPolicy objects."""
    found: dict[str, list[Policy]] = {}
    for policy in map(Policy, objects):
        found.setdefault(policy.namespace, []).append(policy)
    return found


def judge(policies: Policies, connection: Connection) -> list[Verdict]:
    """Return a verdict for each end at which a pod is isolated, the caller's first; none if both are free."""
    source, target = connection.source, connection.target
    if source.address == target.address or _is_own_node(source, target) or _is_own_node(target, source):
        return []
    found = []
    for direction, pod in ((EGRESS, source.pod), (INGRESS, target.pod)):
        if pod is None:
            continue
        deciding = isolating(policies, pod, direction)
        if deciding:
            allowing = (policy.name for policy in deciding if policy.allows(connection, direction))
            names = tuple(policy.name for policy in deciding)
            found.append(Verdict(direction, _full_name(pod), names, next(allowing, "")))
    return found


def dropped(verdicts: Iterable[Verdict]) -> Verdict | None:
    """Return the first verdict by which a connection is dropped, None if it passes."""
    return next((verdict for verdict in verdicts if not verdict.allowed_by), None)


def isolating(policies: Policies, pod: Object, direction: str) -> list[Policy]:
    """Return the policies that isolate a pod in a direction; without any, all its connections are allowed."""
    listed = policies.get(pod["metadata"]["namespace"], ())
    return [policy for policy in listed if policy.isolates(pod, direction)]


def _is_own_node(end: End, other: End) -> bool:
    return end.pod is None and end.node != "" and end.node == other.node


def _labels(pod: Object) -> Mapping[str, str]:
    return pod["metadata"].get("labels") or {}


def _full_name(pod: Object) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def _is_port(item: Object, connection: Connection) -> bool:
    if (item.get("protocol") or _DEFAULT_PROTOCOL) != connection.protocol:
        return False
    port = item.get("port")
    if port is None:
        return True
    if isinstance(port, str):
        return (port, connection.protocol, connection.port) in _named_ports(connection.target.pod)
    last: int = item.get("endPort") or port
    return int(port) <= connection.port <= last


def _named_ports(pod: Object | None) -> Iterator[tuple[str, str, int]]:
    """Yield name, protocol and number of each port of a pod; an end that is no pod has none."""
    spec = pod["spec"] if pod is not None else {}
    sidecars = [each for each in spec.get("initContainers") or () if each.get("restartPolicy") == "Always"]
    for container in (*sidecars, *(spec.get("containers") or ())):
        for port in container.get("ports") or ():
            yield port.get("name", ""), port.get("protocol") or _DEFAULT_PROTOCOL, port["containerPort"]


@lru_cache(4096)
def _contains(cidr: str, address: str) -> bool:
    """Return whether a range has an address; one of the other family has none."""
    return ipaddress.ip_address(address) in ipaddress.ip_network(cidr, strict=False)
