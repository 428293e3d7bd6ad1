"""A connection's way through the rules as a picture."""

from __future__ import annotations

import re

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import Drawing
from kubelearn.views.shapes import WIDTH, Arrow, Box, Text, shorten

from .model import Step, Trace, read

_TONES = {"good": "ready", "broken": "broken", "not needed": "muted", "not seen": "waiting"}
#: Height of a line, what is free above and below a step's lines, and between two steps.
_LINE = 15
_PAD = 13
_GAP = 16
#: Characters of a line.
_TEXT = 124
#: Lines of a step that a picture shows at most.
_MOST = 8


def draw(found: Trace, height: float = 0) -> Drawing:
    """Draw a trace: the decisions from top to bottom, with where each was seen.

    Args:
        height: least height, so that the page does not jump.
    """
    title = Text(10, 18, f"{found.client} calls {shorten(found.url, 80)}", 13, bold=True)
    drawing = Drawing(WIDTH, 0, found.summary, [title])
    y = 30.0
    for number, step in enumerate(found.steps, 1):
        if number > 1:
            drawing.add(Arrow(60, y - _GAP, 60, y))
        box = _box(number, step, y)
        drawing.add(box, Text(WIDTH - 20, y + 18, f"seen in: {step.source}", 10, "end"))
        y += box.height + _GAP
    drawing.height = max(y, height)
    return drawing


def _box(number: int, step: Step, y: float) -> Box:
    lines = list(step.lines)
    if len(lines) > _MOST:
        lines[_MOST - 1 :] = [f"… and {len(lines) - _MOST + 1} more"]
    heading = f"{number}. {step.title}"
    if step.state != "good":
        heading += f" · {step.state}"
    words = [heading, *(shorten(_short_chains(line), _TEXT) for line in lines)]
    height = _PAD * 2 + _LINE * len(lines)
    return Box(10, y, WIDTH - 20, height, words, _TONES[step.state], dashed=step.state != "good")


def _short_chains(line: str) -> str:
    return re.sub(r"(KUBE-[A-Z]{3}-\w{4})\w{12}", r"\1…", line)


def picture(cluster: Cluster, url: str, *, client: str = "client") -> Picture:
    """Send one request, and draw the decisions about it (arguments as for :func:`read`)."""
    return draw(read(cluster, url, client=client)).picture()
