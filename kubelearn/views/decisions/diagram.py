"""A connection's way through the rules as a picture."""

from __future__ import annotations

import re

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import WIDTH, Arrow, Box, Drawing, Text, shorten

from .model import Trace, trace


def picture(cluster: Cluster, url: str, *, client: str = "client") -> Picture:
    """Send one request, and draw the decisions about it (arguments as for :func:`trace`)."""
    return draw(trace(cluster, url, client=client)).picture()


_TONES = {"good": "ready", "broken": "broken", "not needed": "muted", "not seen": "waiting"}
_LINE, _PAD, _GAP, _TEXT = 15, 13, 16, 124
#: Lines of a step that a picture shows at most.
_MOST = 8


def draw(found: Trace, height: float = 0) -> Drawing:
    """Draw a trace: the decisions from top to bottom, with where each was seen.

    Args:
        height: least height, so that the page does not jump.
    """
    drawing = Drawing(
        WIDTH, 0, found.summary, [Text(10, 18, f"{found.client} calls {shorten(found.url, 80)}", 13, bold=True)]
    )
    y = 30.0
    for number, step in enumerate(found.steps, 1):
        lines = (
            [*step.lines[: _MOST - 1], f"… and {len(step.lines) - _MOST + 1} more"]
            if len(step.lines) > _MOST
            else list(step.lines)
        )
        size = _PAD * 2 + _LINE * len(lines)
        if number > 1:
            drawing.add(Arrow(60, y - _GAP, 60, y))
        drawing.add(
            Box(
                10,
                y,
                WIDTH - 20,
                size,
                (
                    f"{number}. {step.title} · {step.state}" if step.state != "good" else f"{number}. {step.title}",
                    *(shorten(_short_chains(line), _TEXT) for line in lines),
                ),
                _TONES[step.state],
                dashed=step.state != "good",
            )
        )
        drawing.add(Text(WIDTH - 20, y + 18, f"seen in: {step.source}", 10, "end"))
        y += size + _GAP
    drawing.height = max(y, height)
    return drawing


def _short_chains(line: str) -> str:
    return re.sub(r"(KUBE-[A-Z]{3}-\w{4})\w{12}", r"\1…", line)
