"""What a selector selects as a picture."""

from __future__ import annotations

from dataclasses import replace

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import Drawing, picture_of
from kubelearn.views.shapes import GUTTER, WIDTH, Arrow, Box, Text, beside, shorten

from .model import Candidate, Selection, read

_POD_X, _POD_WIDTH = 262, 290
_ROW, _HEIGHT = 46, 38


def draw(found: Selection, width: float = WIDTH) -> Drawing:
    """Draw the Service on the left, the pods on the right, and why each is in or out; if narrow, below each other."""
    drawing = Drawing(width, max(2, len(found.pods)) * _ROW + 20, found.summary)
    service = _service(found, drawing.height)
    if drawing.narrow:
        _draw_below(drawing, found, replace(service, x=GUTTER, y=10, width=width - GUTTER - 10))
        return drawing
    drawing.add(service)
    for index, pod in enumerate(found.pods):
        _draw_pod(drawing, pod, 10 + index * _ROW, service)
    return drawing


def _draw_below(drawing: Drawing, found: Selection, service: Box) -> None:
    drawing.add(service)
    y = service.y + service.height + 12
    for pod in found.pods:
        why = f"{pod.labels} · {pod.why}"
        box = Box(GUTTER, y, service.width, _HEIGHT, [shorten(pod.pod, 44), shorten(why, 54)], _tone(pod))
        drawing.add(replace(box, dashed=not pod.traffic))
        if pod.selected:
            tone = "service" if pod.traffic else "muted"
            drawing.add(beside(service, box, tone, dashed=not pod.traffic))
        y += _ROW
    drawing.height = y + 4


def _service(found: Selection, height: float) -> Box:
    selector = [shorten(f"{key}={value}", 26) for key, value in found.selector.items()] or ["no selector"]
    lines = [shorten(f"Service {found.service}", 24), *selector]
    return Box(10, height / 2 - (10 + 8 * len(lines)), 180, 20 + 16 * len(lines), lines, "service")


def _draw_pod(drawing: Drawing, pod: Candidate, y: float, service: Box) -> None:
    dashed, middle = not pod.traffic, y + _HEIGHT / 2
    lines = [shorten(pod.pod, 36), shorten(pod.labels, 44)]
    drawing.add(
        Box(_POD_X, y, _POD_WIDTH, _HEIGHT, lines, _tone(pod), dashed=dashed),
        Text(_POD_X + _POD_WIDTH + 8, middle + 4, shorten(pod.why, 34), 11, bold=pod.traffic),
    )
    if pod.selected:
        start, tone = service.y + service.height / 2, "service" if pod.traffic else "muted"
        drawing.add(Arrow(service.x + service.width, start, _POD_X, middle, tone=tone, dashed=dashed))


def _tone(pod: Candidate) -> str:
    if pod.traffic:
        return "ready"
    return "waiting" if pod.selected else "muted"


def picture(cluster: Cluster, service: str) -> Picture:
    """Draw the selection as it is now (arguments and errors as for :func:`read`)."""
    found = read(cluster, service)
    return picture_of(lambda width: draw(found, width))
