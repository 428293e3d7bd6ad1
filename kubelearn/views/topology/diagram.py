"""The topology as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import Drawing, picture_of
from kubelearn.views.pods import selector_text
from kubelearn.views.shapes import GUTTER, WIDTH, Arrow, Box, Text, beside, fit, room, shorten

from .labels import spread
from .model import Call, Calls, Node, Pod, Selected, Service, Topology, read

#: Height of a pod's box, the gap below it, and the height of a node's own text.
_POD = 36
_GAP = 8
_HEAD = 42
#: Pods that are drawn on a node; the description has all.
_MOST = 12
_TONES = {"Ready": "ready", "Terminating": "broken", "Failed": "broken", "Completed": "muted"}


class _Columns(NamedTuple):
    """Left edges and widths of what is drawn.

    Attributes:
        stacked: whether Services stand above the nodes, and not beside them.
        free: room for an arrow's label beside the boxes, or beside what they say.
    """

    service: tuple[float, float]
    node: tuple[float, float]
    pod: tuple[float, float]
    stacked: bool = False
    free: float = 230


#: Services on the left, nodes on the right, and between them room for the arrows' labels.
_BESIDE = _Columns((10, 226), (412, WIDTH - 422), (426, 264), free=176)
#: Nodes only, and right of them room for the calls from pod to pod.
_ALONE = _Columns((10, 0), (10, 650), (24, 600))
#: Left of the pods is room for the arrows from the Services, and right of them for calls.
_STACKED = _Columns((GUTTER, 314), (GUTTER, 324), (GUTTER + 12, 300), stacked=True, free=130)


def draw(found: Topology, width: float = WIDTH) -> Drawing:
    """Lay a topology out: Services on the left, nodes with their pods on the right; if narrow, below each other."""
    drawing = Drawing(width, 0, found.summary)
    columns = _ALONE if not found.services else _BESIDE
    if drawing.narrow:
        columns = _STACKED
    services = _draw_above(found, drawing) if columns.stacked else {}
    pods = _draw_nodes(found, drawing, columns)
    if not columns.stacked:
        services = _draw_beside(found, drawing, pods)
    arrows = [
        _selects(services[service.name], pods[each.pod], each, columns)
        for service in found.services
        for each in service.pods
        if each.pod in pods
    ]
    for call in found.calls:
        target = services[call.called.name] if isinstance(call.called, Service) else pods.get(call.called)
        if call.caller in pods and target:
            arrows.append(_calls(call, pods[call.caller], target, columns))
    drawing.add(*spread(arrows, [shape for shape in drawing.shapes if isinstance(shape, Box)], width))
    return drawing


def _draw_nodes(found: Topology, drawing: Drawing, columns: _Columns) -> dict[Pod, Box]:
    places: dict[Pod, Box] = {}
    groups = [(node, found.on(node)) for node in found.nodes]
    if found.unplaced:
        groups.append((Node("on no node yet", "", ""), found.unplaced))
    y = max(drawing.height, 10)
    for node, pods in groups:
        drawn, more = pods[:_MOST], len(pods[_MOST:])
        height = _HEAD + max(len(drawn) * (_POD + _GAP), 4) + (18 if more else 0)
        drawing.add(_node(node, y, height, columns))
        if more:
            drawing.add(Text(columns.pod[0], y + height - 8, f"and {more} more", 11))
        for index, pod in enumerate(drawn):
            places[pod] = _pod(pod, y + _HEAD + index * (_POD + _GAP), columns)
            drawing.add(places[pod])
        y += height + 10
    drawing.height = y
    return places


def _node(node: Node, y: float, height: float, columns: _Columns) -> Box:
    x, width = columns.node
    lines = [f"Node {node.name}" if node.address else node.name]
    if node.address:
        lines.append(f"{node.address} · addresses of its pods: {node.range or 'not set'}")
    return Box(x, y, width, height, lines, dashed=not node.address, frame=True)


def _pod(pod: Pod, y: float, columns: _Columns) -> Box:
    x, width = columns.pod
    tone = _TONES.get(pod.state, "waiting")
    isolated = " · isolated" if pod.isolated_by else ""
    lines = [
        fit(pod.name, width - 24),
        f"{pod.address or 'no address'} · {pod.state}{isolated}",
    ]
    return Box(x, y, width, _POD, lines, tone, dashed=tone != "ready")


def _draw_above(found: Topology, drawing: Drawing) -> dict[str, Box]:
    """Place the Services below each other; return name → place."""
    places: dict[str, Box] = {}
    y = 10.0
    for service in found.services:
        places[service.name] = _service(service, y, _STACKED)
        drawing.add(places[service.name])
        y += places[service.name].height + 12
    drawing.height = y
    return places


def _draw_beside(found: Topology, drawing: Drawing, pods: Mapping[Pod, Box]) -> dict[str, Box]:
    """Place each Service beside the middle of its pods, as far as the others leave room; return name → place."""
    places: dict[str, Box] = {}
    middles = {}
    for service in found.services:
        ys = [pods[each.pod].y for each in service.pods if each.pod in pods]
        middles[service.name] = sum(ys) / len(ys) if ys else drawing.height
    y = 10.0
    for service in sorted(found.services, key=lambda each: (middles[each.name], each.name)):
        box = _service(service, y, _BESIDE)
        top = max(y, min(middles[service.name] - box.height / 2 + _POD / 2, drawing.height - box.height))
        places[service.name] = replace(box, y=top)
        drawing.add(places[service.name])
        y = top + box.height + 12
    drawing.height = max(drawing.height, y)
    return places


def _service(service: Service, y: float, columns: _Columns) -> Box:
    x, width = columns.service
    lines, empty = _lines(service, width), _is_empty(service)
    return Box(x, y, width, 16 + 15 * len(lines), lines, "broken" if empty else "service", dashed=empty)


def _is_empty(service: Service) -> bool:
    return bool(service.selector) and not service.pods


def _lines(service: Service, width: float) -> list[str]:
    lines = [f"Service {service.name}", *_address(service)]
    if service.selector:
        lines.append(f"selector {selector_text(service.selector)}")
    if _is_empty(service):
        lines.append("matches no pod")
    return [fit(lines[0], width - 24), *(shorten(line, room(width - 28, 12)) for line in lines[1:])]


def _address(service: Service) -> list[str]:
    address = "headless, without an address" if service.address == "None" else f"{service.type} {service.address}"
    return [address, f"port {', '.join(map(str, service.ports))}"] if service.ports else [address]


def _selects(service: Box, pod: Box, selected: Selected, columns: _Columns) -> Arrow:
    tone = "service" if selected.traffic else "muted"
    if columns.stacked:
        return beside(service, pod, tone, dashed=not selected.traffic)
    return Arrow(
        service.x + service.width,
        service.y + service.height / 2,
        pod.x,
        pod.y + _POD / 2,
        selected.ports if selected.traffic else "no traffic",
        tone,
        dashed=not selected.traffic,
        at=0.72,
    )


def _calls(call: Call, source: Box, target: Box, columns: _Columns) -> Arrow:
    if isinstance(call.called, Service) and not columns.stacked:
        above = source.y < target.y  # bend away from the Service's own arrows
        x, bend = source.x, 24.0 if above else -24.0
        end = target.y + (8 if above else target.height - 8)
    else:
        x, end = source.x + source.width, target.y + target.height / 2
        most = 30 if columns.stacked else 60
        bend = min(most, 8 + abs(target.y - source.y) / 4) * (-1 if target.y > source.y else 1)
    tone = "broken" if call.dropped else "call"
    return Arrow(
        x,
        source.y + _POD / 2,
        target.x + target.width,
        end,
        _label(call, room(columns.free)),
        tone,
        dashed=bool(call.drops),
        bend=bend,
        width=2.4,
        at=0.7 if isinstance(call.called, Service) and not columns.stacked else 0.5,
    )


def _label(call: Call, most: int) -> str:
    if not call.drops:
        return "calls"
    count = "" if call.dropped else f"{len(call.drops)} of {call.pods} "
    first, *others = call.dropped_by
    before, after = f"{count}dropped: ", f" + {len(others)}" if others else ""
    return before + shorten(first, max(8, most - len(before + after))) + after


def picture(cluster: Cluster, *, calls: Calls = (), namespace: str | None = None) -> Picture:
    """Draw the topology as it is now (arguments as for :func:`read`)."""
    found = read(cluster, calls=calls, namespace=namespace)
    return picture_of(lambda width: draw(found, width))
