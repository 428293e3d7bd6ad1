"""Who is where, and who reaches whom: nodes, their pods, and the Services in front of them, from live objects.

What NetworkPolicies drop of the calls is said by the policies, not tried.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from kubelearn.semantics.policies import Verdict
from kubelearn.target.connection import Cluster
from kubelearn.views import policies
from kubelearn.views.display import Table
from kubelearn.views.objects import Object, Objects
from kubelearn.views.objects import read as read_objects
from kubelearn.views.pods import has_ended, matches, selector_text, state, targets

#: What a topology is made from.
KINDS = ("nodes", "pods", "services", "endpointslices", *policies.KINDS)
#: Pairs of a pod's name (or its beginning) and the pod or Service that it calls.
Calls = Sequence[tuple[str, str]]
_HEADINGS = ("Service", "Ports", "Pod", "Address", "Node", "State", "Traffic")
_NOTHING = "There are no pods and no Services."


@dataclass(frozen=True)
class Node:
    """A machine of the cluster.

    Attributes:
        address: its address inside the cluster.
        range: the addresses of its pods; empty if it is not set.
    """

    name: str
    address: str
    range: str


@dataclass(frozen=True)
class Pod:
    """A pod.

    Attributes:
        address: empty as long as it has none.
        state: in a word (see :func:`kubelearn.views.pods.state`).
        node: name of its node; empty as long as it is on none.
        isolated_by: names of the NetworkPolicies that isolate it.
    """

    name: str
    address: str
    state: str
    node: str
    isolated_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Selected:
    """A pod that a Service selects.

    Attributes:
        traffic: whether the Service sends it any.
        ports: the Service's ports and those of the pod, ``80 → 8080``.
    """

    pod: Pod
    traffic: bool
    ports: str


@dataclass(frozen=True)
class Service:
    """A Service, with the pods that it selects.

    Attributes:
        address: its cluster IP (``None``, as a word, if it is headless), or the name that an ExternalName stands for.
        type: as in its spec, ``ClusterIP``.
    """

    name: str
    address: str
    type: str
    selector: dict[str, str] = field(hash=False)
    ports: tuple[int, ...]
    pods: tuple[Selected, ...]


@dataclass(frozen=True)
class Call:
    """Who calls whom: a pod, and a Service or a pod.

    Attributes:
        pods: how many pods may be called: those that the Service sends traffic to, or the one.
        drops: what NetworkPolicies drop: a verdict for each pod that cannot be reached.
    """

    caller: Pod
    called: Service | Pod
    pods: int = 1
    drops: tuple[Verdict, ...] = ()

    @property
    def dropped(self) -> bool:
        """Whether no pod is reached."""
        return len(self.drops) == self.pods > 0

    @property
    def dropped_by(self) -> list[str]:
        """Names of the policies that isolate an end where the call is dropped."""
        return list(dict.fromkeys(name for verdict in self.drops for name in verdict.policies))


@dataclass(frozen=True)
class Topology:
    """A namespace's pods, their nodes, the Services in front of them, and who calls whom."""

    nodes: tuple[Node, ...]
    pods: tuple[Pod, ...]
    services: tuple[Service, ...]
    calls: tuple[Call, ...] = ()

    def on(self, node: Node) -> list[Pod]:
        """Return the pods on a node."""
        return [pod for pod in self.pods if pod.node == node.name]

    @property
    def unplaced(self) -> list[Pod]:
        """The pods that are on no node that can be seen."""
        seen = {node.name for node in self.nodes}
        return [pod for pod in self.pods if pod.node not in seen]

    def pod(self, name: str) -> Pod:
        """Return the pod with a name, or the first one whose name begins with it.

        Raises:
            LookupError: there is none.
        """
        found = _find({pod.name: pod for pod in self.pods}, name)
        if found is None:
            raise LookupError(f"there is no pod {name!r}")
        return found

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each Service and pod that it selects, and one for each Service or pod that is alone.

        Each has ``service``, ``ports``, ``pod``, ``address``, ``node``, ``state`` and ``traffic`` (whether the Service
        sends it any).
        """
        listed = []
        for service in self.services:
            listed += [_row(service, each.pod, each.ports, each.traffic) for each in service.pods]
            if not service.pods:
                listed.append(_row(service, None))
        selected = {each.pod for service in self.services for each in service.pods}
        return [*listed, *(_row(None, pod) for pod in self.pods if pod not in selected)]

    def table(self) -> Table:
        """Return the rows as a table."""
        return Table(_HEADINGS, [(*list(row.values())[:-1], "yes" if row["traffic"] else "no") for row in self.rows()])

    @property
    def summary(self) -> str:
        """The topology in words."""
        # Not everybody may see the nodes.
        return " ".join([*self._about_nodes(), *self._about_services()]) or _NOTHING

    @property
    def outcome(self) -> str:
        """How many pods get traffic, in one line, and what policies drop."""
        if not self.pods and not self.services:
            return _NOTHING
        nodes = {pod.node for pod in self.pods} - {""}
        parts = [f"{_counted(self.pods, 'pod')} on {_counted(nodes, 'node')}."]
        if selecting := [service for service in self.services if service.selector]:
            parts.append(f"Pods that get traffic: {', '.join(map(_share, selecting))}.")
        return " ".join([*parts, *(_about_call(call) for call in self.calls if call.drops), *self._about_policies()])

    def _about_nodes(self) -> list[str]:
        parts = []
        for node in self.nodes:
            listed = ", ".join(f"{pod.name} {pod.address or 'without an address'} {pod.state}" for pod in self.on(node))
            parts.append(f"Node {node.name}: {listed or 'no pods'}.")
        if self.unplaced:
            parts.append(f"On no node yet: {', '.join(pod.name for pod in self.unplaced)}.")
        return parts

    def _about_services(self) -> list[str]:
        return [
            *map(_about, self.services),
            *map(_about_call, self.calls),
            *self._about_policies(),
        ]

    def _about_policies(self) -> list[str]:
        isolated: dict[str, list[str]] = {}
        for pod in self.pods:
            for name in pod.isolated_by:
                isolated.setdefault(name, []).append(pod.name)
        return [f"NetworkPolicy {name} isolates {', '.join(pods)}." for name, pods in isolated.items()]

    def __repr__(self) -> str:
        return self.summary


def _row(service: Service | None, pod: Pod | None, ports: str = "", traffic: bool = False) -> dict[str, Any]:
    return {
        "service": service.name if service else "",
        "ports": ports,
        "pod": pod.name if pod else "",
        "address": pod.address if pod else "",
        "node": pod.node if pod else "",
        "state": pod.state if pod else "",
        "traffic": traffic,
    }


def _about(service: Service) -> str:
    start = f"Service {service.name} {service.address}".rstrip()
    if not service.selector:
        return f"{start}: no selector."
    if not service.pods:
        return f"{start}: its selector {selector_text(service.selector)} matches no pod."
    ports = next((each.ports for each in service.pods if each.traffic), service.pods[0].ports)
    busy = sum(each.traffic for each in service.pods)
    return f"{start}, port {ports}: {busy} of {len(service.pods)} pods get traffic."


def _counted(things: Collection[object], what: str) -> str:
    return f"{len(things)} {what}{'' if len(things) == 1 else 's'}"


def _share(service: Service) -> str:
    busy = sum(each.traffic for each in service.pods)
    return f"{service.name} {busy} of {len(service.pods)}" if service.pods else f"{service.name} none"


def _about_call(call: Call) -> str:
    start = f"Pod {call.caller.name} calls {type(call.called).__name__} {call.called.name}"
    if not call.drops:
        return f"{start}."
    where = "" if call.dropped else f" at {len(call.drops)} of {call.pods} pods"
    reasons: dict[str, dict[str, None]] = {}
    for verdict in call.drops:
        reasons.setdefault(verdict.reason, {})[verdict.traffic] = None
    told = "; ".join(f"{reason} ({', '.join(traffic)})" for reason, traffic in reasons.items())
    return f"{start}, dropped{where}: {told}."


def read(cluster: Cluster, *, calls: Calls = (), namespace: str | None = None) -> Topology:
    """Return the cluster's topology.

    Args:
        cluster: the handle.
        calls: who calls whom; the API does not know it.
        namespace: where; by default the handle's.

    Raises:
        kubernetes.client.ApiException: the API refuses.
    """
    return build(read_objects(cluster, *KINDS, namespace=namespace), calls)


def build(objects: Objects, calls: Calls = ()) -> Topology:
    """Return the topology of objects that were read before (see :func:`read`)."""
    nodes = [_node(node) for node in objects["nodes"]] or _hosts(objects["pods"])
    known = policies.Policies(objects)
    pods = {pod["metadata"]["name"]: _pod(pod, known) for pod in objects["pods"]}
    services = {
        service["metadata"]["name"]: _service(service, objects, pods)
        for service in objects["services"]
        if (service["metadata"]["namespace"], service["metadata"]["name"]) != ("default", "kubernetes")
    }  # without the API server's own
    found: dict[Call, None] = {}  # a set in order
    for caller, called in calls:
        source, target = _find(pods, caller), services.get(called) or _find(pods, called)
        if source and target:
            found[_call(source, target, objects, known)] = None
    places = {name: place for place, name in enumerate(pods)}
    order = sorted(found, key=lambda call: places[call.caller.name])
    return Topology(tuple(nodes), tuple(pods.values()), tuple(services.values()), tuple(order))


def _node(node: Object) -> Node:
    addresses = {entry["type"]: entry["address"] for entry in (node.get("status") or {}).get("addresses") or ()}
    spec = node.get("spec") or {}
    return Node(node["metadata"]["name"], addresses.get("InternalIP", ""), spec.get("podCIDR", ""))


def _hosts(pods: Sequence[Object]) -> list[Node]:
    """Return the nodes that pods are on: all that who may not see the nodes can know of them."""
    named = {
        pod["spec"]["nodeName"]: (pod.get("status") or {}).get("hostIP", "")
        for pod in pods
        if (pod.get("spec") or {}).get("nodeName")
    }
    return [Node(name, address, "not shown to you") for name, address in sorted(named.items())]


def _pod(pod: Object, known: policies.Policies) -> Pod:
    address, spec = (pod.get("status") or {}).get("podIP", ""), pod.get("spec") or {}
    isolated_by = () if spec.get("hostNetwork") else tuple(known.isolation(pod))
    return Pod(pod["metadata"]["name"], address, state(pod), spec.get("nodeName", ""), isolated_by)


def _call(caller: Pod, called: Service | Pod, objects: Objects, known: policies.Policies) -> Call:
    """Return a call, with what the policies drop of it: what is dropped at all ports of a pod."""
    by_name = {pod["metadata"]["name"]: pod for pod in objects["pods"]}
    if isinstance(called, Pod):
        ports = {called.name: _declared(by_name[called.name])}
    else:
        protocols = _protocols(called.name, objects)
        inside = targets(called.name, objects)
        ports = {
            each.pod.name: {(number, protocols.get(name, "TCP")) for name, number in inside[each.pod.name].items()}
            for each in called.pods
            if each.traffic
        }
    drops: list[Verdict] = []
    for name, numbers in ports.items():
        verdicts = [known.drop(by_name[caller.name], by_name[name], *port) for port in sorted(numbers)]
        dropped = [verdict for verdict in verdicts if verdict is not None]
        if dropped and len(dropped) == len(verdicts):
            drops.append(dropped[0])
    return Call(caller, called, len(ports), tuple(drops))


def _protocols(service: str, objects: Objects) -> dict[str, str]:
    found = next(item for item in objects["services"] if item["metadata"]["name"] == service)
    return {port.get("name", ""): port.get("protocol", "TCP") for port in found["spec"].get("ports") or ()}


def _declared(pod: Object) -> set[tuple[int, str]]:
    """Return the ports that a pod's containers declare; without any, one that only rules for all ports match."""
    listed = [port for container in pod["spec"].get("containers") or () for port in container.get("ports") or ()]
    return {(port["containerPort"], port.get("protocol", "TCP")) for port in listed} or {(0, "TCP")}


def _service(service: Object, objects: Objects, pods: dict[str, Pod]) -> Service:
    name, spec = service["metadata"]["name"], service["spec"]
    selector, ports = spec.get("selector") or {}, spec.get("ports") or []
    kind = spec.get("type", "ClusterIP")
    ready = targets(name, objects)
    selected = []
    for pod in objects["pods"]:
        if matches(selector, pod) and not has_ended(pod):
            of = pod["metadata"]["name"]
            text = ", ".join(_way(port, ready.get(of, {})) for port in ports)
            selected.append(Selected(pods[of], of in ready, text))
    return Service(
        name,
        spec.get("externalName" if kind == "ExternalName" else "clusterIP", ""),
        kind,
        dict(selector),
        tuple(port["port"] for port in ports),
        tuple(selected),
    )


def _way(port: Object, inside: dict[str, int]) -> str:
    target = inside.get(port.get("name", ""), port.get("targetPort", port["port"]))
    return f"{port['port']} → {target}"


def _find(pods: dict[str, Pod], name: str) -> Pod | None:
    """Return the pod with a name, or the first whose name begins with it."""
    return pods.get(name) or next((pods[each] for each in sorted(pods) if each.startswith(f"{name}-")), None)


def rows(cluster: Cluster, *, calls: Calls = (), namespace: str | None = None) -> list[dict[str, Any]]:
    """Return the rows of the topology as it is now (arguments as for :func:`read`)."""
    return read(cluster, calls=calls, namespace=namespace).rows()


def table(cluster: Cluster, *, calls: Calls = (), namespace: str | None = None) -> Table:
    """Return the same as a table (arguments as for :func:`read`)."""
    return read(cluster, calls=calls, namespace=namespace).table()
