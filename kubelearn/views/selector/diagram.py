"""What a selector selects as a picture."""

from __future__ import annotations

from dataclasses import replace

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import Drawing, picture_of
from kubelearn.views.shapes import GUTTER, WIDTH, Arrow, Box, Text, beside, fit, wrap

from .model import Candidate, Selection, read

_POD_X, _POD_WIDTH = 262, 290
#: What a box keeps free beside its text, and what lies between two boxes.
_SIDES, _GAP = 28, 8


def draw(found: Selection, width: float = WIDTH) -> Drawing:
    """Draw the Service on the left, the pods on the right, and why each is in or out; if narrow, below each other."""
    drawing = Drawing(width, 10, found.summary)
    if drawing.narrow:
        _draw_below(drawing, found)
    else:
        _draw_beside(drawing, found)
    return drawing


def _draw_beside(drawing: Drawing, found: Selection) -> None:
    x = _POD_X + _POD_WIDTH + 8
    boxes = []
    for pod in found.pods:
        why = wrap(pod.why, drawing.width - x - 10)
        box = _box(pod, _POD_X, drawing.height, _POD_WIDTH, least=len(why))
        first = box.y + box.height / 2 + 4 - 7.5 * (len(why) - 1)
        drawing.add(box, *(Text(x, first + 15 * index, line, 11, bold=pod.traffic) for index, line in enumerate(why)))
        drawing.height += box.height + _GAP
        boxes.append(box)
    service = _service(found, 10, 10, 180)
    drawing.height = max(drawing.height, service.height + 20)
    service = replace(service, y=(drawing.height - service.height) / 2)
    drawing.add(service)
    for pod, box in zip(found.pods, boxes, strict=True):
        if pod.selected:
            start, end = service.y + service.height / 2, box.y + box.height / 2
            drawing.add(Arrow(service.x + service.width, start, _POD_X, end, tone=_arrow(pod), dashed=box.dashed))


def _draw_below(drawing: Drawing, found: Selection) -> None:
    service = _service(found, GUTTER, 10, drawing.width - GUTTER - 10)
    drawing.add(service)
    drawing.height = service.y + service.height + 12
    for pod in found.pods:
        box = _box(pod, GUTTER, drawing.height, service.width, pod.why)
        drawing.add(box)
        if pod.selected:
            drawing.add(beside(service, box, _arrow(pod), dashed=box.dashed))
        drawing.height += box.height + _GAP


def _service(found: Selection, x: float, y: float, width: float) -> Box:
    selector = [f"{key}={value}" for key, value in found.selector.items()] or ["no selector"]
    listed = [line for pair in selector for line in wrap(pair, width - _SIDES)]
    lines = [fit(f"Service {found.service}", width - _SIDES), *listed]
    return Box(x, y, width, 20 + 16 * len(lines), lines, "service")


def _box(pod: Candidate, x: float, y: float, width: float, why: str = "", least: int = 0) -> Box:
    """Return a pod's box.

    Args:
        why: the reason, if it stands in the box.
        least: for how many lines there is to be room.
    """
    labels = pod.labels.replace(",", ", ")  # so that a line ends between two of them
    said = [line for part in (labels, why) for line in wrap(part, width - _SIDES)]
    lines = [fit(pod.pod, width - _SIDES), *said]
    return Box(x, y, width, 8 + 15 * max(len(lines), least), lines, _tone(pod), dashed=not pod.traffic)


def _arrow(pod: Candidate) -> str:
    return "service" if pod.traffic else "muted"


def _tone(pod: Candidate) -> str:
    if pod.traffic:
        return "ready"
    return "waiting" if pod.selected else "muted"


def picture(cluster: Cluster, service: str) -> Picture:
    """Draw the selection as it is now (arguments and errors as for :func:`read`)."""
    found = read(cluster, service)
    return picture_of(lambda width: draw(found, width))
