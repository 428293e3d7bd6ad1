"""The topology as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import WIDTH, Arrow, Box, Drawing, Text, shorten
from kubelearn.views.pods import selector_text

if TYPE_CHECKING:
    import networkx as nx
from .model import Calls, _of, _selected, describe, graph

_POD, _GAP, _HEAD = 36, 8, 42
#: Pods that are drawn on a node; the description has all.
_MOST = 12
_SERVICE_X, _SERVICE_WIDTH = 10, 226
_NODE_X, _POD_X, _POD_WIDTH = 412, 426, 264
_TONES = {"Ready": "ready", "Terminating": "broken", "Failed": "broken", "Completed": "muted"}


def draw(found: nx.DiGraph[str]) -> Drawing:
    """Lay a graph out: Services on the left, nodes with their pods on the right."""
    drawing = Drawing(WIDTH, 0, describe(found))
    places = _draw_nodes(found, drawing)
    pods_end = drawing.height
    places |= _draw_services(found, drawing, places)
    drawing.height = max(pods_end, drawing.height)
    for source, target, data in found.edges(data=True):
        if data["kind"] != "runs" and source in places and target in places:
            drawing.add(_arrow(places[source], places[target], data))
    return drawing


def _draw_nodes(found: nx.DiGraph[str], drawing: Drawing) -> dict[str, Box]:
    places: dict[str, Box] = {}
    y = 10.0
    groups = [(found.nodes[node], list(found.successors(node))) for node in _of(found, "Node")]
    waiting = [pod for pod in _of(found, "Pod") if not any(pod in pods for _, pods in groups)]
    if waiting:
        groups.append(({"name": "on no node yet", "address": "", "range": ""}, waiting))
    for data, pods in groups:
        drawn, more = pods[:_MOST], len(pods[_MOST:])
        height = _HEAD + max(len(drawn) * (_POD + _GAP), 4) + (18 if more else 0)
        lines = (
            [data["name"], f"{data['address']} · addresses of its pods: {data['range'] or 'not set'}"]
            if data["address"]
            else [data["name"]]
        )
        drawing.add(
            Box(_NODE_X, y, WIDTH - _NODE_X - 10, height, lines, "plain", dashed=not data["address"], frame=True)
        )
        if more:
            drawing.add(Text(_POD_X, y + height - 8, f"and {more} more", 11))
        for index, pod in enumerate(drawn):
            of = found.nodes[pod]
            tone = _TONES.get(of["state"], "waiting")
            places[pod] = Box(
                _POD_X,
                y + _HEAD + index * (_POD + _GAP),
                _POD_WIDTH,
                _POD,
                [shorten(of["name"], 34), f"{of['address'] or 'no address'} · {of['state']}"],
                tone,
                dashed=tone != "ready",
            )
            drawing.add(places[pod])
        y += height + 10
    drawing.height = y
    return places


def _draw_services(found: nx.DiGraph[str], drawing: Drawing, pods: Mapping[str, Box]) -> dict[str, Box]:
    """Place each Service beside the middle of its pods, as far as the others leave room."""
    middles = {}
    for service in _of(found, "Service"):
        ys = [pods[pod].y for pod, _ in _selected(found, service) if pod in pods]
        middles[service] = sum(ys) / len(ys) if ys else drawing.height
    places, y = {}, 10.0
    for service in sorted(middles, key=lambda name: (middles[name], name)):
        data = found.nodes[service]
        lines = [shorten(data["name"], 28), _address(data)]
        if data["selector"]:
            lines.append(shorten(f"selector {selector_text(data['selector'])}", 36))
        empty = bool(data["selector"]) and not _selected(found, service)
        if empty:
            lines.append("matches no pod")
        height = 16 + 15 * len(lines)
        top = max(y, min(middles[service] - height / 2 + _POD / 2, drawing.height - height))
        places[service] = Box(
            _SERVICE_X, top, _SERVICE_WIDTH, height, lines, "broken" if empty else "service", dashed=empty
        )
        drawing.add(places[service])
        y = top + height + 12
    drawing.height = max(drawing.height, y)
    return places


def _address(data: Mapping[str, Any]) -> str:
    if data["type"] == "ExternalName":
        return f"ExternalName {data['address']}"
    ports = ", ".join(map(str, data["ports"]))
    address = "headless" if data["address"] == "None" else data["address"]
    return f"{address} · port {ports}" if ports else str(address)


def _arrow(source: Box, target: Box, data: Mapping[str, Any]) -> Arrow:
    if data["kind"] == "selects":
        ready = data["traffic"]
        return Arrow(
            source.x + source.width,
            source.y + source.height / 2,
            target.x,
            target.y + _POD / 2,
            data["ports"] if ready else "no traffic",
            "service" if ready else "muted",
            dashed=not ready,
            at=0.72,
        )
    if target.x == _SERVICE_X:
        above = source.y < target.y  # bend away from the Service's own arrows
        return Arrow(
            source.x,
            source.y + _POD / 2,
            target.x + target.width,
            target.y + (8 if above else target.height - 8),
            "calls",
            "call",
            width=2.4,
            bend=24 if above else -24,
        )
    distance = abs(target.y - source.y)
    return Arrow(
        source.x + source.width,
        source.y + _POD / 2,
        target.x + target.width,
        target.y + _POD / 2,
        "calls",
        "call",
        width=2.4,
        bend=(min(30, 8 + distance / 6)) * (-1 if target.y > source.y else 1),
        at=0.5,
    )


def picture(cluster: Cluster, *, calls: Calls = (), namespace: str | None = None) -> Picture:
    """Draw the topology as it is now (arguments as for :func:`graph`)."""
    return draw(graph(cluster, calls=calls, namespace=namespace)).picture()
