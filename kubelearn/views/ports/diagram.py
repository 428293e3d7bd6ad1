"""The ports on the way from a caller to a process as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import WIDTH, Arrow, Box, Drawing, Text, shorten

from .model import Way, _tried, describe

_COLUMNS = ((10, 140), (188, 150), (378, 110), (546, 204))
_ROW, _HEIGHT = 62, 54


def draw(found: Way) -> Drawing:
    """Draw the steps from left to right, and the break in the step where it is."""
    height = max(1, len(found.pods)) * _ROW + 56
    drawing = Drawing(WIDTH, height, describe(found))
    middle = 10 + (height - 56 - _HEIGHT) / 2
    entry = found.entry or {}
    steps = [
        ("url", ["The client calls", f"{shorten(found.host, 14)}:{found.port}"], True),
        (
            "port",
            [
                f"Service {shorten(found.host, 12)}",
                f"port {entry['port']} {entry.get('name', '')}".rstrip() if entry else f"no port {found.port}",
            ],
            found.service,
        ),
        ("target", ["targetPort", str(entry.get("targetPort", found.port))], bool(entry)),
    ]
    previous: Box | None = None
    for (step, lines, there), (x, width) in zip(steps, _COLUMNS, strict=False):
        if not there:
            break
        box = Box(
            x,
            middle,
            width,
            _HEIGHT,
            lines,
            "broken" if step == found.broken_at else "service",
            dashed=step == found.broken_at,
        )
        drawing.add(box)
        if previous:
            drawing.add(_link(previous, box, step == found.broken_at))
        previous = box
    for index, end in enumerate(found.pods):
        _draw_end(drawing, found, previous, index, end)
    if found.entry and not found.pods and previous:
        box = Box(
            _COLUMNS[3][0],
            middle,
            _COLUMNS[3][1],
            _HEIGHT,
            ["no pod", "the selector matches none"],
            "broken",
            dashed=True,
        )
        drawing.add(box, _link(previous, box, True))
    drawing.add(
        Text(
            10,
            height - 12,
            shorten(f"Break: {found.fault}" if found.fault else "The way is whole.", 110),
            12,
            bold=True,
        )
    )
    return drawing


def _draw_end(drawing: Drawing, found: Way, previous: Box | None, index: int, end: Mapping[str, Any]) -> None:
    x, width = _COLUMNS[3]
    deaf = end["listens"] in ("refused", "no answer")
    tone = "broken" if deaf or not end["port"] else "ready" if end["state"] == "Ready" else "waiting"
    text = {"open": "listens", "refused": "refused", "no answer": "no answer"}.get(
        end["listens"], "not tried" if end["state"] == "Ready" else end["state"]
    )
    port = f"port {end['port']}" if end["port"] else "no such port"
    origin = f"container {shorten(end['container'], 16)}" if end["declared"] else "not declared in the pod"
    box = Box(
        x,
        10 + index * _ROW,
        width,
        _HEIGHT,
        [shorten(end["pod"], 22), f"{port}: {text}", origin],
        tone,
        dashed=tone != "ready",
    )
    drawing.add(box)
    if previous:
        drawing.add(_link(previous, box, tone == "broken"))


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
    """Draw the way as it is now (arguments as for :func:`rows`)."""
    return draw(_tried(cluster, url, client)).picture()
