"""The ports on the way from a caller to a process as a picture."""

from __future__ import annotations

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import Drawing
from kubelearn.views.shapes import WIDTH, Arrow, Box, Text, shorten

from .model import End, Way, read

#: Left edge and width of each step's boxes.
_COLUMNS = {"url": (10, 140), "port": (188, 150), "target": (378, 110), "pod": (546, 204)}
_ROW, _HEIGHT = 62, 54
_HEARD = {"open": "listens", "refused": "refused", "no answer": "no answer"}


def draw(found: Way) -> Drawing:
    """Draw the steps from left to right, and the break in the step where it is."""
    height = max(1, len(found.pods)) * _ROW + 56
    drawing = Drawing(WIDTH, height, found.summary)
    last = _draw_steps(drawing, found, y=10 + (height - 56 - _HEIGHT) / 2)
    for index, end in enumerate(found.pods):
        box = _end(end, 10 + index * _ROW)
        drawing.add(box, _link(last, box, box.tone == "broken"))
    if found.entry and not found.pods:
        x, width = _COLUMNS["pod"]
        lines = ["no pod", "the selector matches none"]
        box = Box(x, last.y, width, _HEIGHT, lines, "broken", dashed=True)
        drawing.add(box, _link(last, box, True))
    verdict = f"Break: {found.fault}" if found.fault else "The path is complete."
    drawing.add(Text(10, height - 12, shorten(verdict, 110), 12, bold=True))
    return drawing


def _draw_steps(drawing: Drawing, found: Way, y: float) -> Box:
    """Draw the steps before the pods, as far as there are any; return the last one."""
    boxes: list[Box] = []
    for step, lines in _steps(found):
        x, width = _COLUMNS[step]
        broken = step == found.broken_at
        box = Box(x, y, width, _HEIGHT, lines, "broken" if broken else "service", dashed=broken)
        drawing.add(box)
        if boxes:
            drawing.add(_link(boxes[-1], box, broken))
        boxes.append(box)
    return boxes[-1]


def _steps(found: Way) -> list[tuple[str, list[str]]]:
    steps = [("url", ["The client calls", f"{shorten(found.host, 14)}:{found.port}"])]
    entry = found.entry
    if found.service:
        port = f"port {entry['port']} {entry.get('name', '')}".rstrip() if entry else f"no port {found.port}"
        steps.append(("port", [f"Service {shorten(found.host, 12)}", port]))
    if entry:
        steps.append(("target", ["targetPort", str(entry.get("targetPort", found.port))]))
    return steps


def _end(end: End, y: float) -> Box:
    x, width = _COLUMNS["pod"]
    tone = _tone(end)
    heard = _HEARD.get(end.listens, "not tried" if end.state == "Ready" else end.state)
    port = f"port {end.port}" if end.port else "no such port"
    origin = f"container {shorten(end.container, 16)}" if end.container else "not declared in the pod"
    lines = [shorten(end.pod, 22), f"{port}: {heard}", origin]
    return Box(x, y, width, _HEIGHT, lines, tone, dashed=tone != "ready")


def _tone(end: End) -> str:
    if end.deaf or not end.port:
        return "broken"
    return "ready" if end.state == "Ready" else "waiting"


def _link(first: Box, second: Box, broken: bool) -> Arrow:
    return Arrow(
        first.x + first.width,
        first.y + _HEIGHT / 2,
        second.x,
        second.y + _HEIGHT / 2,
        "✗" if broken else "",
        "broken" if broken else "service",
        dashed=broken,
    )


def picture(cluster: Cluster, url: str, client: str = "client") -> Picture:
    """Draw the way as it is now (arguments and errors as for :func:`read`)."""
    return draw(read(cluster, url, client)).picture()
