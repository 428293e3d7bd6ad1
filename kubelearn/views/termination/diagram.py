"""A pod's recorded last seconds as a picture."""

from __future__ import annotations

from kubelearn.views.display import Picture
from kubelearn.views.drawing import Drawing
from kubelearn.views.shapes import WIDTH, Arrow, Bar, Text, shorten

from .model import Recording, Span

#: Where the axis begins, and what is free right of its end and above the rows.
_LEFT = 190
_RIGHT = 14
_TOP = 44
#: Height of a row and of a bar in it.
_ROW = 34
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
    """Seconds as places in the picture."""

    def __init__(self, recording: Recording):
        self.begin = recording.begin
        self.scale = (WIDTH - _LEFT - _RIGHT) / max(recording.end - recording.begin, 1.0)

    def place(self, seconds: float) -> float:
        return _LEFT + (seconds - self.begin) * self.scale


def draw(recording: Recording) -> Drawing:
    """Draw a recording: the pod, its endpoint, its grace period, and requests to it from each node."""
    axis = _Axis(recording)
    rows = 4 + len(recording.nodes) + (recording.slow is not None)
    drawing = Drawing(WIDTH, _TOP + _ROW * rows + 22, recording.summary)
    _draw_axis(drawing, recording, axis)
    y = iter(range(_TOP, _TOP + _ROW * rows, _ROW))
    _draw_spans(drawing, ("Pod", shorten(recording.pod, 28)), recording.phases, axis, next(y))
    within = Span(f"{recording.grace} s", 0, min(recording.grace, recording.end))
    _draw_spans(drawing, ("Grace period", "of the whole pod"), (within,), axis, next(y))
    _draw_spans(drawing, ("Endpoint", "in the EndpointSlice"), recording.endpoint, axis, next(y))
    for node in recording.nodes:
        _draw_node(drawing, recording, node, axis, next(y))
    _draw_own(drawing, recording, axis, next(y))
    if recording.slow:
        _draw_spans(drawing, ("Request in flight", recording.slow.state), (recording.slow,), axis, next(y))
    drawing.add(Text(10, drawing.height - 6, _LEGEND, 11))
    return drawing


def _draw_axis(drawing: Drawing, recording: Recording, axis: _Axis) -> None:
    every = next(step for step in (1, 2, 5, 10, 20) if step * axis.scale >= 40 or step == 20)
    for second in range(0, int(recording.end) + 1, every):
        x = axis.place(second)
        line = Arrow(x, _TOP - 8, x, drawing.height - 20, tone="muted", dashed=True, head=False, width=0.6)
        drawing.add(line, Text(x, _TOP - 12, f"{second} s", 10, "middle"))
    moments = {"deletion": 0.0, "SIGTERM": recording.asked_to_stop}
    if recording.killed:
        moments["SIGKILL"] = recording.gone
    for name, at in moments.items():
        if at is not None:
            x = axis.place(at)
            drawing.add(
                Arrow(x, 18, x, drawing.height - 20, head=False, width=1.2), Text(x, 13, name, 11, "middle", bold=True)
            )


def _draw_label(drawing: Drawing, label: tuple[str, str], y: float) -> None:
    drawing.add(Text(10, y + 12, label[0], 12, bold=True), Text(10, y + 26, label[1], 11))


def _draw_spans(drawing: Drawing, label: tuple[str, str], found: tuple[Span, ...], axis: _Axis, y: float) -> None:
    _draw_label(drawing, label, y)
    for span in found:
        x, width = axis.place(span.start), max((span.end - span.start) * axis.scale, 1.5)
        drawing.add(Bar(x, y, width, _BAR, _TONES.get(span.state, "muted")))
        if width > 7 * len(span.state):
            drawing.add(Text(x + width / 2, y + 13, span.state, 11, "middle", halo=True))


def _draw_node(drawing: Drawing, recording: Recording, node: str, axis: _Axis, y: float) -> None:
    last = recording.last_sent(node)
    late = last is not None and last > 0
    note = f"last to this pod at {last:.1f} s" if late else "none after the deletion"
    _draw_label(drawing, (f"From {shorten(node, 24)}", note), y)
    for attempt in recording.nodes[node]:
        _draw_mark(drawing, axis.place(attempt.at), y, attempt.lost, attempt.text == recording.pod)


def _draw_own(drawing: Drawing, recording: Recording, axis: _Axis, y: float) -> None:
    _draw_label(drawing, ("To its own address", f"last answer at {recording.last_answer:.1f} s"), y)
    for attempt in recording.own:
        _draw_mark(drawing, axis.place(attempt.at), y, attempt.lost, True)


def _draw_mark(drawing: Drawing, x: float, y: float, lost: bool, own: bool) -> None:
    if lost:
        drawing.add(Bar(x - 1.5, y - 4, 3, _BAR + 4, "broken"))
    elif own:
        drawing.add(Bar(x - 1, y + 8, 2.5, _BAR - 8, "service"))
    else:
        drawing.add(Bar(x - 0.5, y + 13, 1.2, _BAR - 13, "muted"))


def picture(recording: Recording) -> Picture:
    """Draw a recording (see :func:`kubelearn.termination.record`)."""
    return draw(recording).picture()
