"""A connection's way through the rules as a picture."""

from __future__ import annotations

import re
import textwrap

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import Drawing, picture_of
from kubelearn.views.shapes import WIDTH, Arrow, Box, Text, paragraph, room, shorten

from .model import Step, Trace, read

_TONES = {"good": "ready", "broken": "broken", "not needed": "muted", "not seen": "waiting"}
#: Height of a line, what is free above and below a step's lines, and between two steps.
_LINE = 15
_PAD = 13
_GAP = 16
#: What is free beside a line.
_SIDES = 44
#: Lines of a step that a picture shows at most.
_MOST = 8


def draw(found: Trace, height: float = 0, width: float = WIDTH) -> Drawing:
    """Draw a trace: the decisions from top to bottom, with where each was seen.

    Args:
        height: least height, so that the page does not jump.
    """
    drawing = Drawing(width, 0, found.summary)
    title = paragraph(f"{found.client} calls {shorten(found.url, 80)}", 10, 18, width - 20, 13, bold=True)
    drawing.add(*title)
    y = 13.0 + 17 * len(title)
    for number, step in enumerate(found.steps, 1):
        if number > 1:
            drawing.add(Arrow(60, y - _GAP, 60, y))
        box = _box(number, step, y, width)
        drawing.add(box)
        if not drawing.narrow:
            drawing.add(Text(width - 20, y + 18, _seen(step), 10, "end"))
        y += box.height + _GAP
    drawing.height = max(y, height)
    return drawing


def _seen(step: Step) -> str:
    return f"seen in: {step.source}"


def _box(number: int, step: Step, y: float, width: float) -> Box:
    lines = list(step.lines)
    if len(lines) > _MOST:
        lines[_MOST - 1 :] = [f"… and {len(lines) - _MOST + 1} more"]
    lines = [_short_chains(line) for line in lines]
    if width < WIDTH:
        lines = [part for line in (*lines, _seen(step)) for part in textwrap.wrap(line, room(width - _SIDES))]
    heading = f"{number}. {step.title}"
    if step.state != "good":
        heading += f" · {step.state}"
    words = [heading, *(shorten(line, room(width - _SIDES)) for line in lines)]
    height = _PAD * 2 + _LINE * len(lines)
    return Box(10, y, width - 20, height, words, _TONES[step.state], dashed=step.state != "good")


def _short_chains(line: str) -> str:
    return re.sub(r"(KUBE-[A-Z]{3}-\w{4})\w{12}", r"\1…", line)


def picture(cluster: Cluster, url: str, *, client: str = "client") -> Picture:
    """Send one request, and draw the decisions about it (arguments as for :func:`read`)."""
    found = read(cluster, url, client=client)
    return picture_of(lambda width: draw(found, width=width))
