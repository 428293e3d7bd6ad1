"""The topology as a picture."""

from __future__ import annotations

from collections.abc import Mapping

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import Drawing
from kubelearn.views.pods import selector_text
from kubelearn.views.shapes import WIDTH, Arrow, Box, Text, shorten

from .model import Call, Calls, Node, Pod, Selected, Service, Topology, read

#: Height of a pod's box, the gap below it, and the height of a node's own text.
_POD = 36
_GAP = 8
_HEAD = 42
#: Pods that are drawn on a node; the description has all.
_MOST = 12
_SERVICE_X, _SERVICE_WIDTH = 10, 226
_NODE_X = 412
_POD_X, _POD_WIDTH = 426, 264
_TONES = {"Ready": "ready", "Terminating": "broken", "Failed": "broken", "Completed": "muted"}


def draw(found: Topology) -> Drawing:
    """Lay a topology out: Services on the left, nodes with their pods on the right."""
    drawing = Drawing(WIDTH, 0, found.summary)
    pods = _draw_nodes(found, drawing)
    pods_end = drawing.height
    services = _draw_services(found, drawing, pods)
    drawing.height = max(pods_end, drawing.height)
    for call in found.calls:
        target = services[call.called.name] if isinstance(call.called, Service) else pods.get(call.called)
        if call.caller in pods and target:
            drawing.add(_calls(call, pods[call.caller], target))
    for service in found.services:
        for each in service.pods:
            if each.pod in pods:
                drawing.add(_selects(services[service.name], pods[each.pod], each))
    return drawing


def _draw_nodes(found: Topology, drawing: Drawing) -> dict[Pod, Box]:
    places: dict[Pod, Box] = {}
    groups = [(node, found.on(node)) for node in found.nodes]
    if found.unplaced:
        groups.append((Node("on no node yet", "", ""), found.unplaced))
    y = 10.0
    for node, pods in groups:
        drawn, more = pods[:_MOST], len(pods[_MOST:])
        height = _HEAD + max(len(drawn) * (_POD + _GAP), 4) + (18 if more else 0)
        drawing.add(_node(node, y, height))
        if more:
            drawing.add(Text(_POD_X, y + height - 8, f"and {more} more", 11))
        for index, pod in enumerate(drawn):
            places[pod] = _pod(pod, y + _HEAD + index * (_POD + _GAP))
            drawing.add(places[pod])
        y += height + 10
    drawing.height = y
    return places


def _node(node: Node, y: float, height: float) -> Box:
    lines = [node.name]
    if node.address:
        lines.append(f"{node.address} · addresses of its pods: {node.range or 'not set'}")
    return Box(_NODE_X, y, WIDTH - _NODE_X - 10, height, lines, dashed=not node.address, frame=True)


def _pod(pod: Pod, y: float) -> Box:
    tone = _TONES.get(pod.state, "waiting")
    isolated = " · isolated" if pod.isolated_by else ""
    lines = [shorten(pod.name, 34), f"{pod.address or 'no address'} · {pod.state}{isolated}"]
    return Box(_POD_X, y, _POD_WIDTH, _POD, lines, tone, dashed=tone != "ready")


def _draw_services(found: Topology, drawing: Drawing, pods: Mapping[Pod, Box]) -> dict[str, Box]:
    """Place each Service beside the middle of its pods, as far as the others leave room; return name → place."""
    places: dict[str, Box] = {}
    middles = {}
    for service in found.services:
        ys = [pods[each.pod].y for each in service.pods if each.pod in pods]
        middles[service.name] = sum(ys) / len(ys) if ys else drawing.height
    y = 10.0
    for service in sorted(found.services, key=lambda each: (middles[each.name], each.name)):
        lines, empty = _lines(service), _is_empty(service)
        height = 16 + 15 * len(lines)
        top = max(y, min(middles[service.name] - height / 2 + _POD / 2, drawing.height - height))
        tone = "broken" if empty else "service"
        places[service.name] = Box(_SERVICE_X, top, _SERVICE_WIDTH, height, lines, tone, dashed=empty)
        drawing.add(places[service.name])
        y = top + height + 12
    drawing.height = max(drawing.height, y)
    return places


def _is_empty(service: Service) -> bool:
    return bool(service.selector) and not service.pods


def _lines(service: Service) -> list[str]:
    lines = [shorten(service.name, 28), _address(service)]
    if service.selector:
        lines.append(shorten(f"selector {selector_text(service.selector)}", 36))
    if _is_empty(service):
        lines.append("matches no pod")
    return lines


def _address(service: Service) -> str:
    if service.type == "ExternalName":
        return f"ExternalName {service.address}"
    ports = ", ".join(map(str, service.ports))
    address = "headless" if service.address == "None" else service.address
    return f"{address} · port {ports}" if ports else address


def _selects(service: Box, pod: Box, selected: Selected) -> Arrow:
    return Arrow(
        service.x + service.width,
        service.y + service.height / 2,
        pod.x,
        pod.y + _POD / 2,
        selected.ports if selected.traffic else "no traffic",
        "service" if selected.traffic else "muted",
        dashed=not selected.traffic,
        at=0.72,
    )


def _calls(call: Call, source: Box, target: Box) -> Arrow:
    if target.x == _SERVICE_X:
        above = source.y < target.y  # bend away from the Service's own arrows
        x, bend = source.x, 24.0 if above else -24.0
        end = target.y + (8 if above else target.height - 8)
    else:
        x, end = source.x + source.width, target.y + _POD / 2
        bend = min(30, 8 + abs(target.y - source.y) / 6) * (-1 if target.y > source.y else 1)
    tone = "broken" if call.dropped else "call"
    return Arrow(
        x,
        source.y + _POD / 2,
        target.x + target.width,
        end,
        _label(call),
        tone,
        dashed=bool(call.drops),
        bend=bend,
        width=2.4,
    )


def _label(call: Call) -> str:
    if not call.drops:
        return "calls"
    count = "" if call.dropped else f"{len(call.drops)} of {call.pods} "
    first, *others = call.dropped_by
    return f"{count}dropped: {shorten(first, 24)}{f' + {len(others)}' if others else ''}"


def picture(cluster: Cluster, *, calls: Calls = (), namespace: str | None = None) -> Picture:
    """Draw the topology as it is now (arguments as for :func:`read`)."""
    return draw(read(cluster, calls=calls, namespace=namespace)).picture()
