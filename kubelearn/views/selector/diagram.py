"""What a selector selects as a picture."""

from __future__ import annotations

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import WIDTH, Arrow, Box, Drawing, Text, shorten
from kubelearn.views.objects import Objects, read

from .model import KINDS, describe, find, table

_POD_X, _POD_WIDTH, _ROW, _HEIGHT = 262, 290, 46, 38


def draw(objects: Objects, service: str, namespace: str) -> Drawing:
    """Draw the Service on the left, the pods on the right, and why each is in or out."""
    listed, selector = (
        table(objects, service, namespace),
        find(objects, service, namespace)["spec"].get("selector") or {},
    )
    height = max(2, len(listed)) * _ROW + 20
    drawing = Drawing(WIDTH, height, describe(listed, service, selector))
    lines = (
        [shorten(service, 24), *(shorten(f"{key}={value}", 26) for key, value in selector.items())]
        if selector
        else [service, "no selector"]
    )
    box = Box(10, height / 2 - (10 + 8 * len(lines)), 180, 20 + 16 * len(lines), lines, "service")
    drawing.add(box)
    for index, row in enumerate(listed):
        y = 10 + index * _ROW
        tone = "ready" if row["traffic"] else "waiting" if row["selected"] else "muted"
        drawing.add(
            Box(
                _POD_X,
                y,
                _POD_WIDTH,
                _HEIGHT,
                [shorten(row["pod"], 36), shorten(row["labels"], 44)],
                tone,
                dashed=not row["traffic"],
            )
        )
        drawing.add(
            Text(_POD_X + _POD_WIDTH + 8, y + _HEIGHT / 2 + 4, shorten(row["why"], 34), 11, bold=row["traffic"])
        )
        if row["selected"]:
            drawing.add(
                Arrow(
                    box.x + box.width,
                    box.y + box.height / 2,
                    _POD_X,
                    y + _HEIGHT / 2,
                    tone="service" if row["traffic"] else "muted",
                    dashed=not row["traffic"],
                )
            )
    return drawing


def picture(cluster: Cluster, service: str) -> Picture:
    """Draw the selection as it is now (arguments as for :func:`rows`)."""
    return draw(read(cluster, *KINDS, namespace=""), service, cluster.namespace).picture()
