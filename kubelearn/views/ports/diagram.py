"""The ports on the way from a caller to a process as a picture."""

from __future__ import annotations

from dataclasses import replace

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import Drawing, picture_of
from kubelearn.views.shapes import GUTTER, WIDTH, Arrow, Box, beside, fit, paragraph, shorten

from .model import End, Way, read

#: Left edge and width of each step's boxes.
_COLUMNS = {"url": (10, 140), "port": (174, 174), "target": (378, 110), "pod": (546, 204)}
_ROW, _HEIGHT = 62, 54
#: Height of a step's box where they stand below each other.
_LOW = 32
_NOBODY = ("no pod", "the selector matches none")
_HEARD = {"open": "listens", "refused": "refused", "no answer": "no answer"}


def draw(found: Way, width: float = WIDTH) -> Drawing:
    """Draw the steps from left to right, if narrow from top to bottom, and the break in the step where it is."""
    height = max(1, len(found.pods)) * _ROW + 56
    drawing = Drawing(width, height, found.summary)
    verdict = f"Break: {found.fault}" if found.fault else "The path is complete."
    if drawing.narrow:
        _draw_down(drawing, found)
    else:
        _draw_across(drawing, found)
    lines = paragraph(verdict, 10, drawing.height - 12, width - 20, 12, bold=True)
    drawing.add(*lines)
    drawing.height += 16 * (len(lines) - 1)
    return drawing


def _draw_across(drawing: Drawing, found: Way) -> None:
    last = _draw_steps(drawing, found, y=10 + (drawing.height - 56 - _HEIGHT) / 2)
    for index, end in enumerate(found.pods):
        box = _end(end, 10 + index * _ROW)
        drawing.add(box, _link(last, box, box.tone == "broken"))
    if found.entry and not found.pods:
        x, width = _COLUMNS["pod"]
        box = Box(x, last.y, width, _HEIGHT, _NOBODY, "broken", dashed=True)
        drawing.add(box, _link(last, box, True))


def _draw_down(drawing: Drawing, found: Way) -> None:
    full = drawing.width - GUTTER - 10
    boxes: list[Box] = []
    for step, lines in _steps(found):
        broken = step == found.broken_at
        y = 10.0 + len(boxes) * (_LOW + 18)
        box = Box(GUTTER, y, full, _LOW, [" ".join(lines)], "broken" if broken else "service", dashed=broken)
        if boxes:
            drawing.add(Arrow(80, y - 18, 80, y, "✗" if broken else "", box.tone, dashed=broken))
        drawing.add(box)
        boxes.append(box)
    y = boxes[-1].y + _LOW + 14
    ends = [_end(end, 0) for end in found.pods]
    if found.entry and not found.pods:
        ends = [Box(0, 0, 0, _HEIGHT, _NOBODY, "broken", dashed=True)]
    for end in ends:
        end = replace(end, x=GUTTER, y=y, width=full)
        drawing.add(end, beside(boxes[-1], end, end.tone if end.dashed else "service", dashed=end.dashed))
        y += _ROW
    drawing.height = y + 26


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
        steps.append(("port", [fit(f"Service {found.host}", _COLUMNS["port"][1] - 22), port]))
    if entry:
        steps.append(("target", ["targetPort", str(entry.get("targetPort", found.port))]))
    return steps


def _end(end: End, y: float) -> Box:
    x, width = _COLUMNS["pod"]
    tone = _tone(end)
    heard = _HEARD.get(end.listens, "not tried" if end.state == "Ready" else end.state)
    port = f"port {end.port}" if end.port else "no such port"
    origin = f"container {shorten(end.container, 16)}" if end.container else "not declared in the pod"
    lines = [fit(end.pod, width - 22), f"{port}: {heard}", origin]
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
    found = read(cluster, url, client)
    return picture_of(lambda width: draw(found, width))
