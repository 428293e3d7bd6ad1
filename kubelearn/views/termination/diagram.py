"""A pod's recorded last seconds as a picture."""

from __future__ import annotations

from collections.abc import Sequence

from kubelearn.views.display import Picture
from kubelearn.views.drawing import Drawing, picture_of
from kubelearn.views.shapes import WIDTH, Arrow, Bar, Marks, Text, fit, paragraph, shorten
from kubelearn.views.traffic.load import Attempt

from .model import Recording, Span

#: Where the axis begins beside the names, and below them; what is free right of its end and above the rows.
_LEFT = 190
_UNDER = 10
_RIGHT = 14
_TOP = 44
#: Height of a row and of a bar in it.
_ROW = 34
#: How far a bar lies below its name where there is no room beside it.
_LOW = 32
_BAR = 18
#: State → tone of its bar.
_TONES = {
    "ready": "ready",
    "preStop hook": "old",
    "still answers": "old",
    "shuts down": "waiting",
    "ended": "muted",
    "serving, terminating": "old",
    "terminating": "waiting",
    "answered": "call",
    "lost": "broken",
}
_LEGEND = "Requests: low blue mark answered by this pod, high hatched mark lost, low grey mark answered by another."


class _Axis:
    """Seconds as places in the picture.

    Attributes:
        low: how far a row's bars lie below its name.
        end: where the rows end.
    """

    def __init__(self, recording: Recording, drawing: Drawing, rows: int):
        self.begin = recording.begin
        self.left, self.low = (_UNDER, _LOW) if drawing.narrow else (_LEFT, 0)
        self.scale = (drawing.width - self.left - _RIGHT) / max(recording.end - recording.begin, 1.0)
        self.row = _ROW + self.low
        self.end = _TOP + self.row * rows

    def place(self, seconds: float) -> float:
        return self.left + (seconds - self.begin) * self.scale


def draw(recording: Recording, width: float = WIDTH) -> Drawing:
    """Draw a recording: the pod, its endpoint, its grace period, and requests to it from each node."""
    drawing = Drawing(width, 0, recording.summary, measured=True)
    axis = _Axis(recording, drawing, 4 + len(recording.nodes) + (recording.slow is not None))
    _draw_axis(drawing, recording, axis)
    y = iter(range(_TOP, axis.end, axis.row))
    _draw_spans(drawing, ("Pod", shorten(recording.pod, 28)), recording.phases, axis, next(y))
    within = Span(f"{recording.grace} s", 0, min(recording.grace, recording.end))
    _draw_spans(drawing, ("Grace period", "of the whole pod"), (within,), axis, next(y))
    _draw_spans(drawing, ("Endpoint", "in the EndpointSlice"), recording.endpoint, axis, next(y))
    for node in recording.nodes:
        _draw_node(drawing, recording, node, axis, next(y))
    _draw_own(drawing, recording, axis, next(y))
    if recording.slow:
        _draw_spans(drawing, ("Request in flight", recording.slow.state), (recording.slow,), axis, next(y))
    legend = paragraph(_LEGEND, 10, axis.end + 14, width - 20)
    drawing.add(*legend)
    drawing.height = axis.end + 6 + 15 * len(legend)
    return drawing


def _draw_axis(drawing: Drawing, recording: Recording, axis: _Axis) -> None:
    every = next(step for step in (1, 2, 5, 10, 20) if step * axis.scale >= 40 or step == 20)
    for second in range(0, int(recording.end) + 1, every):
        x = axis.place(second)
        line = Arrow(x, _TOP - 8, x, axis.end, tone="muted", dashed=True, head=False, width=0.6)
        drawing.add(line, Text(x, _TOP - 12, f"{second} s", 10, "middle"))
    moments = {"deletion": 0.0, "SIGTERM": recording.asked_to_stop}
    if recording.killed:
        moments["SIGKILL"] = recording.gone
    for name, at in moments.items():
        if at is not None:
            x = axis.place(at)
            drawing.add(
                Arrow(x, 18, x, axis.end, head=False, width=1.2), Text(x, 13, name, 11, _anchor(x, axis), bold=True)
            )


def _anchor(x: float, axis: _Axis) -> str:
    """Return which part of a moment's name is at its line: it stays inside the picture."""
    return "start" if x < axis.left + 30 else "middle"


def _draw_label(drawing: Drawing, label: tuple[str, str], y: float) -> None:
    drawing.add(Text(10, y + 12, label[0], 12, bold=True), Text(10, y + 26, label[1], 11))


def _draw_spans(drawing: Drawing, label: tuple[str, str], found: tuple[Span, ...], axis: _Axis, y: float) -> None:
    _draw_label(drawing, label, y)
    y += axis.low
    for span in found:
        x, width = axis.place(span.start), max((span.end - span.start) * axis.scale, 1.5)
        drawing.add(Bar(x, y, width, _BAR, _TONES.get(span.state, "muted")))
        if width > 7 * len(span.state):
            drawing.add(Text(x + width / 2, y + 13, span.state, 11, "middle"))


def _draw_node(drawing: Drawing, recording: Recording, node: str, axis: _Axis, y: float) -> None:
    last = recording.last_sent(node)
    late = last is not None and last > 0
    note = f"last to this pod at {last:.1f} s" if late else "none after the deletion"
    _draw_label(drawing, (fit(f"From {node}", _LEFT - 16), note), y)
    _draw_marks(drawing, axis, recording.nodes[node], y, recording.pod)


def _draw_own(drawing: Drawing, recording: Recording, axis: _Axis, y: float) -> None:
    _draw_label(drawing, ("To its own address", f"last answer at {recording.last_answer:.1f} s"), y)
    _draw_marks(drawing, axis, recording.own, y, "")


def _draw_marks(drawing: Drawing, axis: _Axis, attempts: Sequence[Attempt], y: float, pod: str) -> None:
    """Mark requests by who answered: the pod with the name (any, without one), another, or nobody."""
    y += axis.low
    own = [axis.place(each.at) for each in attempts if not each.lost and each.text == (pod or each.text)]
    others = [axis.place(each.at) for each in attempts if not each.lost and each.text != (pod or each.text)]
    drawing.add(Marks(own, y + 8, _BAR - 8, 2.5, "service"), Marks(others, y + 13, _BAR - 13, 1.2, "muted"))
    drawing.add(*(Bar(axis.place(each.at) - 1.5, y - 4, 3, _BAR + 4, "broken") for each in attempts if each.lost))


def picture(recording: Recording) -> Picture:
    """Draw a recording (see :func:`kubelearn.termination.record`)."""
    return picture_of(lambda width: draw(recording, width))
