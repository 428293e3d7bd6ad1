"""The bars of who answered, as a drawing that a widget changes while requests are sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from kubelearn.views.display import Table
from kubelearn.views.drawing import Drawing
from kubelearn.views.shapes import WIDTH, Arrow, Bar, Text, paragraph, shorten

from .requests import EXPECTED_MARKS, Traffic

#: Height of a row and of its bar, where the bars begin beside the names and below them, what is free beside them.
_ROW = 26
_BAR = 18
_LEFT = 236
_UNDER = 10
_RIGHT = 60
#: Height of a name above its bar, where there is no room beside it.
_NAME = 16
#: Neighbours differ in colour and in hatch.
_TONES = ("service", "waiting", "ready", "old", "call", "broken", "muted")


class Rows:
    """Rows of bars: a pod keeps its place and its colour for as long as it is shown, whoever comes or goes."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, pods: Iterable[str]) -> dict[str, int]:
        """Return the pods in the order of their rows, each with the number of its colour.

        A new pod takes the first place that is free.
        """
        shown = sorted(set(pods))
        kept = {pod: place for pod, place in self._places.items() if pod in shown}
        free = (place for place in count() if place not in kept.values())
        new = dict(zip((pod for pod in shown if pod not in kept), free, strict=False))
        self._places = dict(sorted({**kept, **new}.items(), key=lambda each: each[1]))
        return self._places


def bars(
    traffic: Traffic,
    states: Mapping[str, str],
    rows: int,
    places: Mapping[str, int],
    width: float = WIDTH,
    title: str = "",
) -> Drawing:
    """Draw the counts.

    Args:
        traffic: the counts.
        states: pod → its state, for those that have a row whether they answer or not.
        rows: how many rows to leave room for, so that the page does not jump.
        places: every pod that has a row, in their order, with the number of its colour (see :class:`Rows`).
        title: heading of the picture; none by default.
    """
    shares = {pod: traffic.expectation(pod) for pod in traffic.pods if not traffic.sticky and len(traffic.pods) > 1}
    drawing = Drawing(width, 0, traffic.told([*places]))
    left, above = (_UNDER, _NAME) if drawing.narrow else (_LEFT, 0)
    most = max([traffic.answers[pod] for pod in places] + [high for _, _, high in shares.values()] + [1])
    scale = (width - left - _RIGHT) / most
    marks = f" ({EXPECTED_MARKS})" if any(mean for mean, _, _ in shares.values()) else ""
    above_all = paragraph(title, 10, 18, width - 20, 14, bold=True)
    heading = paragraph(f"requests answered{marks}", left, 14 + 20 * len(above_all), width - left - 10)
    drawing.add(*above_all, *heading)
    top = 8 + 20 * len(above_all) + 15 * len(heading)
    for row, (pod, place) in enumerate(places.items()):
        y, answered = top + (_ROW + above) * row + above, traffic.answers[pod]
        name = _label(pod, states)
        drawing.add(Text(left, y, name, 12) if drawing.narrow else Text(left - 8, y + 17, name, 12, "end"))
        if answered:
            drawing.add(Bar(left, y + 4, answered * scale, _BAR, _TONES[place % len(_TONES)]))
        mean, low, high = (left + value * scale for value in shares.get(pod, (0, 0, 0)))
        if mean > left:
            drawing.add(Bar(low, y + 1, high - low, _ROW - 2, "plain", faint=True))
            drawing.add(Arrow(mean, y + 1, mean, y + _ROW - 1, dashed=True, head=False, width=1.2))
        drawing.add(Text(left + answered * scale + 6, y + 17, str(answered), 12, bold=True))
    drawing.height = top + (_ROW + above) * max(rows, len(places), 1)
    return drawing


def _label(pod: str, states: Mapping[str, str]) -> str:
    state = states.get(pod, "gone" if states else "")
    note = f" ({state})" if state not in ("Ready", "") else ""
    return shorten(pod, 33 - len(note)) + note


def table(traffic: Traffic, order: Sequence[str] = ()) -> Table:
    """Return the counts and what was expected, in the order of the bars; by default that of the pods' names."""
    order = order or traffic.pods
    rows: list[tuple[object, ...]] = []
    for row in sorted(traffic.rows(), key=lambda row: order.index(row["pod"])):
        mean, low, high = traffic.expectation(row["pod"])
        expected = "" if traffic.sticky else f"{mean:.0f} ({low:.0f} to {high:.0f})"
        rows.append((row["pod"], row["requests"], f"{row['percent']} %", expected))
    rows += [(message, count, "", "") for message, count in traffic.failures.most_common()]
    return Table(("Pod", "Requests", "Share", "Expected (95 % band)"), rows)
