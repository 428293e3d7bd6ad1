"""Who is where, and who reaches whom: nodes, their pods, and the Services in front of them, from live objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kubelearn.target.connection import Cluster
from kubelearn.views.objects import Object, Objects, read
from kubelearn.views.pods import matches, selector_text, state, targets

if TYPE_CHECKING:
    import networkx as nx

#: What a topology is made from.
KINDS = ("nodes", "pods", "services", "endpointslices")
#: Pairs of a pod's name (or its beginning) and the pod or Service that it calls.
Calls = Sequence[tuple[str, str]]


def graph(cluster: Cluster, *, calls: Calls = (), namespace: str | None = None) -> nx.DiGraph[str]:
    """Return the cluster's topology as a graph.

    Its nodes are ``node/NAME``, ``pod/NAME`` and ``service/NAME``, with ``kind``, ``name``, ``address`` and more as attributes;
    its edges have a ``kind``: ``runs`` (node to pod), ``selects`` (Service to pod, with ``traffic`` and ``ports``), ``calls`` (pod to Service or pod).

    Args:
        calls: who calls whom; the API does not know it.
        namespace: where; by default the handle's.
    """
    return build(read(cluster, *KINDS, namespace=namespace), calls)


def build(objects: Objects, calls: Calls = ()) -> nx.DiGraph[str]:
    """Return the graph of objects that were read before (see :func:`graph`)."""
    import networkx as nx  # 13 MB that what only asks about selectors and states does not need

    found: nx.DiGraph[str] = nx.DiGraph()
    for node in objects["nodes"]:
        addresses = {entry["type"]: entry["address"] for entry in (node.get("status") or {}).get("addresses") or ()}
        name = node["metadata"]["name"]
        found.add_node(
            f"node/{name}",
            kind="Node",
            name=name,
            address=addresses.get("InternalIP", ""),
            range=(node.get("spec") or {}).get("podCIDR", ""),
        )
    for name, address in _hosts(objects["pods"]) if not objects["nodes"] else ():
        found.add_node(f"node/{name}", kind="Node", name=name, address=address, range="not shown to you")
    for pod in objects["pods"]:
        _add_pod(found, pod)
    for service in objects["services"]:
        if (service["metadata"]["namespace"], service["metadata"]["name"]) != (
            "default",
            "kubernetes",
        ):  # the API server's own
            _add_service(found, service, objects)
    for caller, called in calls:
        source, target = _find(found, "pod", caller), _find(found, "service", called) or _find(found, "pod", called)
        if source and target:
            found.add_edge(source, target, kind="calls")
    return found


def _hosts(pods: Sequence[Object]) -> list[tuple[str, str]]:
    """Return name and address of the nodes that pods are on: all that who may not see the nodes can know of them."""
    named = {
        pod["spec"]["nodeName"]: (pod.get("status") or {}).get("hostIP", "")
        for pod in pods
        if (pod.get("spec") or {}).get("nodeName")
    }
    return sorted(named.items())


def _find(found: nx.DiGraph[str], kind: str, name: str) -> str:
    """Return the thing with a name, or the first pod whose name begins with it."""
    if f"{kind}/{name}" in found:
        return f"{kind}/{name}"
    return next((node for node in sorted(found) if kind == "pod" and node.startswith(f"pod/{name}-")), "")


def _add_pod(found: nx.DiGraph[str], pod: Object) -> None:
    name, node = pod["metadata"]["name"], (pod.get("spec") or {}).get("nodeName", "")
    address = (pod.get("status") or {}).get("podIP", "")
    found.add_node(f"pod/{name}", kind="Pod", name=name, address=address, state=state(pod), node=node)
    if f"node/{node}" in found:
        found.add_edge(f"node/{node}", f"pod/{name}", kind="runs")


def _add_service(found: nx.DiGraph[str], service: Object, objects: Objects) -> None:
    name, spec = service["metadata"]["name"], service["spec"]
    selector, ports = spec.get("selector") or {}, spec.get("ports") or []
    address = spec.get("externalName", "") if spec.get("type") == "ExternalName" else spec.get("clusterIP", "")
    found.add_node(
        f"service/{name}",
        kind="Service",
        name=name,
        address=address,
        type=spec.get("type", "ClusterIP"),
        selector=dict(selector),
        ports=[port["port"] for port in ports],
    )
    ready_ports = targets(name, objects)
    for pod in objects["pods"]:
        if matches(selector, pod) and state(pod) not in ("Completed", "Failed"):
            ready = ready_ports.get(pod["metadata"]["name"])
            text = ", ".join(
                f"{port['port']} → {(ready or {}).get(port.get('name', ''), port.get('targetPort', port['port']))}"
                for port in ports
            )
            found.add_edge(
                f"service/{name}",
                f"pod/{pod['metadata']['name']}",
                kind="selects",
                traffic=ready is not None,
                ports=text,
            )


def rows(cluster: Cluster, *, namespace: str | None = None) -> list[dict[str, Any]]:
    """Return a row for each Service and pod that it selects, and one for each Service or pod that is alone.

    Each has ``service``, ``ports``, ``pod``, ``address``, ``node``, ``state`` and ``traffic`` (whether the Service sends it any).
    """
    return table(graph(cluster, namespace=namespace))


def table(found: nx.DiGraph[str]) -> list[dict[str, Any]]:
    """Return the rows of a graph (see :func:`rows`)."""
    listed = []
    for service in _of(found, "Service"):
        edges = _selected(found, service)
        for pod, edge in edges or [("", {})]:
            listed.append(_row(found, service, pod, edge))
    alone = [
        pod
        for pod in _of(found, "Pod")
        if not any(found.edges[before, pod]["kind"] == "selects" for before in found.predecessors(pod))
    ]
    return [*listed, *(_row(found, "", pod, {}) for pod in alone)]


def _row(found: nx.DiGraph[str], service: str, pod: str, edge: Mapping[str, Any]) -> dict[str, Any]:
    of: Mapping[str, Any] = found.nodes[pod] if pod else {}
    return {
        "service": found.nodes[service]["name"] if service else "",
        "ports": edge.get("ports", ""),
        "pod": of.get("name", ""),
        "address": of.get("address", ""),
        "node": of.get("node", ""),
        "state": of.get("state", ""),
        "traffic": bool(edge.get("traffic")),
    }


def _of(found: nx.DiGraph[str], kind: str) -> list[str]:
    return [node for node, data in found.nodes(data=True) if data["kind"] == kind]


def _selected(found: nx.DiGraph[str], service: str) -> list[tuple[str, dict[str, Any]]]:
    return [(pod, data) for _, pod, data in found.out_edges(service, data=True) if data["kind"] == "selects"]


def describe(found: nx.DiGraph[str]) -> str:
    """Return a graph in words."""
    return (
        " ".join([*_describe_nodes(found), *describe_services(found)]) or "There are no pods and no Services."
    )  # without the nodes, which not everybody may see


def _describe_nodes(found: nx.DiGraph[str]) -> list[str]:
    parts = []
    for node in _of(found, "Node"):
        pods = [found.nodes[pod] for pod in found.successors(node)]
        listed = ", ".join(f"{pod['name']} {pod['address'] or 'without an address'} {pod['state']}" for pod in pods)
        parts.append(f"Node {found.nodes[node]['name']}: {listed or 'no pods'}.")
    unplaced = [
        found.nodes[pod]["name"]
        for pod in _of(found, "Pod")
        if not found.has_edge(f"node/{found.nodes[pod]['node']}", pod)
    ]
    if unplaced:
        parts.append(f"On no node yet: {', '.join(unplaced)}.")
    return parts


def describe_services(found: nx.DiGraph[str]) -> list[str]:
    """Return a sentence for each Service and for each call."""
    parts = []
    for service in _of(found, "Service"):
        data, edges = found.nodes[service], _selected(found, service)
        start = f"Service {data['name']} {data['address']}".rstrip()
        if not data["selector"]:
            parts.append(f"{start}: no selector.")
        elif not edges:
            parts.append(f"{start}: its selector {selector_text(data['selector'])} matches no pod.")
        else:
            ports = next((edge["ports"] for _, edge in edges if edge["traffic"]), edges[0][1]["ports"])
            parts.append(
                f"{start}, port {ports}: {sum(edge['traffic'] for _, edge in edges)} of {len(edges)} pods get traffic."
            )
    calls = [(source, target) for source, target, data in found.edges(data=True) if data["kind"] == "calls"]
    parts.extend(
        f"Pod {found.nodes[source]['name']} calls {found.nodes[target]['kind']} {found.nodes[target]['name']}."
        for source, target in calls
    )
    return parts
