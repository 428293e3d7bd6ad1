"""The bars of who answered, as a drawing that a widget changes while requests are sent."""

from __future__ import annotations

from collections.abc import Mapping

from kubelearn.views.display import Table
from kubelearn.views.drawing import Drawing
from kubelearn.views.shapes import WIDTH, Arrow, Bar, Text, shorten

from .requests import EXPECTED_MARKS, Traffic

#: Height of a row, where the bars begin, what is free beside them, and above.
_ROW = 26
_LEFT = 236
_RIGHT = 60
_TOP = 22
#: Neighbours differ in colour and in hatch.
_TONES = ("service", "waiting", "ready", "old", "call", "broken", "muted")


def bars(traffic: Traffic, states: Mapping[str, str], rows: int) -> Drawing:
    """Draw the counts.

    Args:
        traffic: the counts; its pods have a row each.
        states: pod → its state, for those that have a row whether they answer or not.
        rows: how many rows to leave room for, so that the page does not jump.
    """
    pods = sorted({*traffic.pods, *states})
    shares = {pod: traffic.expectation(pod) for pod in traffic.pods if not traffic.sticky and len(traffic.pods) > 1}
    most = max([traffic.answers[pod] for pod in pods] + [high for _, _, high in shares.values()] + [1])
    scale = (WIDTH - _LEFT - _RIGHT) / most
    drawing = Drawing(WIDTH, _TOP + _ROW * max(rows, len(pods), 1), traffic.summary)
    marks = f" ({EXPECTED_MARKS})" if any(mean for mean, _, _ in shares.values()) else ""
    drawing.add(Text(_LEFT, 14, f"requests answered{marks}", 11))
    for row, pod in enumerate(pods):
        y, count = _TOP + _ROW * row, traffic.answers[pod]
        drawing.add(Text(_LEFT - 8, y + 17, _label(pod, states), 12, "end"))
        if count:
            drawing.add(Bar(_LEFT, y + 4, count * scale, _ROW - 8, _TONES[row % len(_TONES)]))
        mean, low, high = (_LEFT + value * scale for value in shares.get(pod, (0, 0, 0)))
        if mean > _LEFT:
            drawing.add(Bar(low, y + 1, high - low, _ROW - 2, "plain", faint=True))
            drawing.add(Arrow(mean, y + 1, mean, y + _ROW - 1, dashed=True, head=False, width=1.2))
        drawing.add(Text(_LEFT + count * scale + 6, y + 17, str(count), 12, bold=True, halo=True))
    return drawing


def _label(pod: str, states: Mapping[str, str]) -> str:
    state = states.get(pod, "gone" if states else "")
    note = f" ({state})" if state not in ("Ready", "") else ""
    return shorten(pod, 33 - len(note)) + note


def table(traffic: Traffic) -> Table:
    """Return the counts and what was expected."""
    rows: list[tuple[object, ...]] = []
    for row in traffic.rows():
        mean, low, high = traffic.expectation(row["pod"])
        expected = "" if traffic.sticky else f"{mean:.0f} ({low:.0f} to {high:.0f})"
        rows.append((row["pod"], row["requests"], f"{row['percent']} %", expected))
    rows += [(message, count, "", "") for message, count in traffic.failures.most_common()]
    return Table(("Pod", "Requests", "Share", "Expected (95 % band)"), rows)
