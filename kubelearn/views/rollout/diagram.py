"""A recorded rollout as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kubelearn.views.display import Picture
from kubelearn.views.drawing import Drawing, picture_of
from kubelearn.views.shapes import WIDTH, Arrow, Bar, Text, fit, paragraph, shorten
from kubelearn.views.traffic.load import Attempt

from .model import Phase, Recording, Track

#: Where the axis begins beside the names, and below them; what is free right of its end and above the bars.
_LEFT = 230
_UNDER = 10
_RIGHT = 14
_TOP = 36
#: Height of a pod's row, of its bar, and of the row of an address.
_ROW = 24
_BAR = 16
_TRACK = 46
#: Seconds that the axis of a still picture shows at least.
_SPAN = 3.0
#: Pods that a picture shows at most.
_MOST = 12
_LEGEND = (
    "Requests: low mark answered, high hatched mark lost. "
    "Pods: orange starting, blue old and ready, green new and ready, grey stopping."
)


class _Layout(NamedTuple):
    """Where rows are.

    Attributes:
        left: where the axis begins.
        below: how far a row's bars lie below its name; 0 beside it.
        scale: pixels of a second.
    """

    left: float
    below: float
    scale: float


def draw(recording: Recording, rows: int = 0, span: float = _SPAN, width: float = WIDTH) -> Drawing:
    """Draw a recording: a bar a pod, and below a row of requests for each address, the lost ones as high marks.

    Args:
        rows: how many pods to leave room for, so that the page does not jump.
        span: seconds that the axis shows at least.
    """
    pods = recording.pods[-_MOST:]
    drawing = Drawing(width, 0, recording.summary, measured=True)
    seconds = max(span, recording.seconds)
    left, low, lower = (_UNDER, 16, 34) if drawing.narrow else (_LEFT, 0, 0)
    scale = (width - left - _RIGHT) / seconds
    row, track_row = _ROW + low, _TRACK + lower
    below = _TOP + row * max(rows, len(pods)) + 10
    end = below + track_row * 2
    _draw_axis(drawing, seconds, _Layout(left, end, scale))
    for number, pod in enumerate(pods):
        phases = [phase for phase in recording.phases if phase.pod == pod]
        _draw_pod(drawing, phases, recording.seconds, _TOP + row * number, _Layout(left, low, scale))
    for number, track in enumerate(recording.tracks):
        _draw_track(drawing, track, below + track_row * number, _Layout(left, lower, scale))
    legend = paragraph(_LEGEND, 10, end + 14, width - 20)
    drawing.add(*legend)
    drawing.height = end + 6 + 15 * len(legend)
    return drawing


def _draw_axis(drawing: Drawing, seconds: float, layout: _Layout) -> None:
    every = next(step for step in (1, 2, 5, 10, 20) if step * layout.scale >= 50 or step == 20)
    for second in range(0, int(seconds) + 1, every):
        x = layout.left + second * layout.scale
        drawing.add(
            Arrow(x, _TOP - 6, x, layout.below, tone="muted", dashed=True, head=False, width=0.6),
            Text(x, _TOP - 12, f"{second} s", 10, "middle" if second else "start"),
        )


def _draw_pod(drawing: Drawing, phases: Sequence[Phase], now: float, y: float, layout: _Layout) -> None:
    drawing.add(Text(10, y + 12, f"{shorten(phases[0].pod, 26)} · {phases[0].version}", 12))
    y += layout.below
    for phase in phases:
        end = now if phase.end is None else phase.end
        x, width = layout.left + phase.start * layout.scale, max((end - phase.start) * layout.scale, 1.5)
        drawing.add(Bar(x, y, width, _BAR, _tone(phase)))
        if width > 62:
            drawing.add(Text(x + width / 2, y + 12, phase.state, 11, "middle"))


def _tone(phase: Phase) -> str:
    if phase.state == "ready":
        return "old" if phase.version == "old" else "ready"
    return "waiting" if phase.state == "starting" else "muted"


def _draw_track(drawing: Drawing, track: Track, y: float, layout: _Layout) -> None:
    drawing.add(
        Text(10, y + 14, fit(track.name, _LEFT - 16), 12, bold=True),
        Text(10, y + 29, f"{len(track.attempts) - track.lost} answered, {track.lost} lost", 11),
    )
    y += layout.below
    for lost, first, last in _runs(track.attempts):
        x, width = layout.left + first * layout.scale, max((last - first) * layout.scale, 2.5)
        drawing.add(Bar(x, y, width, 32, "broken") if lost else Bar(x, y + 20, width, 12, "service"))


def _runs(attempts: Sequence[Attempt]) -> list[tuple[bool, float, float]]:
    """Join requests with the same outcome that follow each other.

    Returns:
        Whether they were lost, and when the first and the last one were sent.
    """
    runs: list[tuple[bool, float, float]] = []
    for attempt in attempts:
        if runs and runs[-1][0] == attempt.lost:
            runs[-1] = (attempt.lost, runs[-1][1], attempt.at)
        else:
            runs.append((attempt.lost, attempt.at, attempt.at))
    return runs


def picture(recording: Recording) -> Picture:
    """Draw a recording (see :func:`kubelearn.rollout.record`)."""
    return picture_of(lambda width: draw(recording, width=width))
