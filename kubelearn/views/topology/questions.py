"""What the topology answers as a graph: what is cut off if something goes, and by which way a pod is reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Table

from .model import Calls, Node, Pod, Service, Topology, read

if TYPE_CHECKING:
    import networkx as nx


def graph(cluster: Cluster, *, calls: Calls = (), namespace: str | None = None) -> nx.DiGraph[str]:
    """Return the topology as a graph, for questions of your own (arguments as for :func:`read`).

    Its nodes are ``node/NAME``, ``pod/NAME`` and ``service/NAME``, with ``kind`` and what is known of each as
    attributes. Its edges have a ``kind``: ``runs`` (node to pod), ``selects`` (Service to pod, with ``traffic`` and
    ``ports``) and ``calls`` (pod to Service or pod, with ``dropped``: whether NetworkPolicies let nothing through).
    """
    return graph_of(read(cluster, calls=calls, namespace=namespace))


def graph_of(found: Topology) -> nx.DiGraph[str]:
    """Return a topology as a graph (see :func:`graph`)."""
    import networkx as nx  # 13 MB that pictures do without

    made: nx.DiGraph[str] = nx.DiGraph()
    things: tuple[Node | Pod | Service, ...] = (*found.nodes, *found.pods, *found.services)
    for thing in things:
        attributes = {key: value for key, value in vars(thing).items() if key not in ("pods", "isolated_by")}
        made.add_node(_key(thing), kind=type(thing).__name__, **attributes)
    for node in found.nodes:
        made.add_edges_from((_key(node), _key(pod), {"kind": "runs"}) for pod in found.on(node))
    for service in found.services:
        for each in service.pods:
            made.add_edge(_key(service), _key(each.pod), kind="selects", traffic=each.traffic, ports=each.ports)
    for call in found.calls:
        made.add_edge(_key(call.caller), _key(call.called), kind="calls", dropped=call.dropped)
    return made


def _key(thing: Node | Pod | Service) -> str:
    return f"{type(thing).__name__.lower()}/{thing.name}"


def _traffic(made: nx.DiGraph[str]) -> nx.DiGraph[str]:
    """Return the edges along which requests go."""
    edges = made.edges(data=True)
    return made.edge_subgraph(
        (start, end)
        for start, end, data in edges
        if data.get("traffic") or (data["kind"] == "calls" and not data["dropped"])
    ).copy()


@dataclass(frozen=True)
class Remainder:
    """What is left of a Service.

    Attributes:
        service: its name.
        before: how many pods it sends traffic to.
        left: how many of them are left; without any, it is cut off.
        callers: pods that are left and call it, directly or by other pods.
    """

    service: str
    before: int
    left: int
    callers: tuple[str, ...]


@dataclass(frozen=True)
class Loss:
    """What goes with a node or a pod.

    Attributes:
        name: what goes.
        pods: names of the pods that go with it.
        services: the Services that lose pods.
    """

    name: str
    pods: tuple[str, ...]
    services: tuple[Remainder, ...]

    @property
    def cut_off(self) -> list[str]:
        """Names of the Services that no pod is left of."""
        return [each.service for each in self.services if not each.left]

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each Service that loses pods: ``service``, ``before``, ``left``, ``callers``."""
        return [{**vars(each), "callers": list(each.callers)} for each in self.services]

    def table(self) -> Table:
        """Return the rows as a table."""
        cells = [(each.service, each.before, each.left, ", ".join(each.callers)) for each in self.services]
        return Table(("Service", "Pods before", "Pods left", "Called by"), cells, self.summary)

    @property
    def summary(self) -> str:
        """The loss in words."""
        goes = "1 pod goes" if len(self.pods) == 1 else f"{len(self.pods)} pods go"
        left = ", ".join(map(_left, self.services)) or "no Service loses any"
        return f"Without {self.name}, {goes}: {left}."

    def __repr__(self) -> str:
        return self.summary


def _left(service: Remainder) -> str:
    if not service.left:
        return f"Service {service.service} is cut off"
    return f"Service {service.service} keeps {service.left} of {service.before} pods"


def without(cluster: Cluster, name: str, *, calls: Calls = (), namespace: str | None = None) -> Loss:
    """Say what is cut off if a node or a pod goes, as long as nothing replaces its pods.

    Args:
        cluster: the handle.
        name: name of a node or of a pod, or the beginning of a pod's.
        calls: who calls whom, as for :func:`read`.
        namespace: where; by default the handle's.

    Raises:
        LookupError: there is no such node or pod.
    """
    return loss(read(cluster, calls=calls, namespace=namespace), name)


def loss(found: Topology, name: str) -> Loss:
    """Say the same of a topology that was read before (see :func:`without`)."""
    import networkx as nx

    node = next((node for node in found.nodes if node.name == name), None)
    gone = found.on(node) if node else [found.pod(name)]
    before = _traffic(graph_of(found))
    after = before.copy()
    after.remove_nodes_from(map(_key, gone))
    remainders = []
    for service in (each for each in found.services if _key(each) in before):
        key = _key(service)
        pods, left = set(before.successors(key)), set(after.successors(key))
        if left != pods:
            callers = tuple(_names(after, nx.ancestors(after, key)))
            remainders.append(Remainder(service.name, len(pods), len(left), callers))
    return Loss(name if node else gone[0].name, tuple(pod.name for pod in gone), tuple(remainders))


def _names(made: nx.DiGraph[str], keys: Iterable[str]) -> list[str]:
    return sorted(key.removeprefix("pod/") for key in keys if key.startswith("pod/") and key in made)


@dataclass(frozen=True)
class Path:
    """By which way a pod reaches another.

    Attributes:
        client: the pod that calls.
        pod: the pod that is to answer.
        stops: from the client to the pod: pods by their names, and in between ``Service NAME``; empty if there is no
            way.
    """

    client: str
    pod: str
    stops: tuple[str, ...]

    @property
    def services(self) -> list[str]:
        """Names of the Services on the way."""
        return [stop.removeprefix("Service ") for stop in self.stops if stop.startswith("Service ")]

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each stop: ``number``, ``stop``."""
        return [{"number": number, "stop": stop} for number, stop in enumerate(self.stops, 1)]

    def table(self) -> Table:
        """Return the rows as a table."""
        return Table(("No.", "Stop"), [tuple(row.values()) for row in self.rows()])

    @property
    def summary(self) -> str:
        """The way in words."""
        return " → ".join(self.stops) or f"No Service leads from {self.client} to {self.pod}."

    def __repr__(self) -> str:
        return self.summary


def path(cluster: Cluster, client: str, pod: str, *, calls: Calls = (), namespace: str | None = None) -> Path:
    """Say by which Service, or by which Services and pods, a client reaches a pod: the shortest way.

    Args:
        cluster: the handle.
        client: name of the pod that calls, or its beginning.
        pod: the same of the pod that is to answer.
        calls: who calls whom, as for :func:`read`; by default, the client calls every Service.
        namespace: where; by default the handle's.

    Raises:
        LookupError: there is no such pod.
    """
    return way(read(cluster, calls=calls, namespace=namespace), client, pod)


def way(found: Topology, client: str, pod: str) -> Path:
    """Say the same of a topology that was read before (see :func:`path`)."""
    import networkx as nx

    source, target = found.pod(client), found.pod(pod)
    traffic = _traffic(graph_of(found))
    traffic.add_nodes_from((_key(source), _key(target)))
    if not found.calls:
        traffic.add_edges_from((_key(source), _key(service)) for service in found.services)
    if not nx.has_path(traffic, _key(source), _key(target)):
        return Path(source.name, target.name, ())
    stops = nx.shortest_path(traffic, _key(source), _key(target))
    words = [stop.removeprefix("pod/").replace("service/", "Service ", 1) for stop in stops]
    return Path(source.name, target.name, tuple(words))
