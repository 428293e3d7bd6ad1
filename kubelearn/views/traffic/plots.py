"""Still pictures of what the cluster did: for a lesson's text.

The bars of the traffic widget (:mod:`kubelearn.views.traffic.diagram`) change while requests are sent, with each pod's
state. What they say, and in which words, is in :class:`~kubelearn.views.traffic.requests.Traffic`.
"""

from __future__ import annotations

from collections.abc import Mapping

from kubelearn.views.display import Picture
from kubelearn.views.drawing import Drawing, picture_of
from kubelearn.views.shapes import Arrow, Bar, Marks, Text, fit, paragraph

from .diagram import Rows, bars
from .load import Result
from .requests import Traffic

#: Where the marks begin beside the names, and below them; what is free right of them.
_LEFT = 190
_UNDER = 10
_RIGHT = 20
#: Height of a row of marks and its names, and how far the marks lie below these where there is no room beside them.
_ROW = 44
_LOW = 32
_LEGEND = "Seconds since the load began. Low blue mark: answered; high hatched mark: lost."


def distribution(traffic: Traffic, title: str = "Requests answered by each pod") -> Picture:
    """Draw how requests spread over the pods: a bar a pod, the expected share, and its 95 % band.

    Args:
        traffic: counts from :func:`kubelearn.traffic.send`.
        title: heading of the picture.
    """
    failed = traffic.failures.total()
    heading = f"{title}: {failed} of {traffic.total} requests failed" if failed else title
    places = Rows().place(traffic.pods)

    def draw(width: float) -> Drawing:
        drawing = bars(traffic, {}, 2, places, width, heading)
        drawing.alt = f"{title}. {drawing.alt}"
        return drawing

    return picture_of(draw)


def losses(results: Mapping[str, Result], title: str = "Requests over time", says: str = "") -> Picture:
    """Draw when requests were answered and when they were lost: a row for each load, a mark for each request.

    Args:
        results: name of a row → what :meth:`kubelearn.load.Load.wait` returned.
        title: heading of the picture.
        says: what it shows, in words, where chance decides whether a row has losses; by default every row's outcome.
    """
    # The counts vary from run to run; the description says what does not.
    outcomes = says or "; ".join(f"{name}: {result.outcome}" for name, result in results.items())
    alt = f"{title}, one row each, a mark for each request. {outcomes}."
    seconds = max([attempt.at for result in results.values() for attempt in result.attempts] + [1.0])

    def draw(width: float) -> Drawing:
        drawing = Drawing(width, 0, alt, measured=True)
        left, low = (_UNDER, _LOW) if drawing.narrow else (_LEFT, 0)
        scale = (width - left - _RIGHT) / seconds
        heading = paragraph(title, 10, 18, width - 20, 14, bold=True)
        drawing.add(*heading)
        top = 8 + 18 * len(heading)
        for row, (name, result) in enumerate(results.items()):
            _draw_row(drawing, name, result, top + (_ROW + low) * row, (left, low, scale))
        end = top + (_ROW + low) * len(results)
        _draw_seconds(drawing, seconds, end, left, scale)
        below = paragraph(_LEGEND, 10, end + 38, width - 20)
        drawing.add(*below)
        drawing.height = end + 30 + 15 * len(below)
        return drawing

    return picture_of(draw)


def _draw_row(drawing: Drawing, name: str, result: Result, y: float, place: tuple[float, float, float]) -> None:
    left, low, scale = place
    drawing.add(
        Text(10, y + 16, fit(name, _LEFT - 16), 12, bold=True),
        Text(10, y + 31, f"{result.lost} of {result.total} lost"),
    )
    answered = [left + attempt.at * scale for attempt in result.attempts if not attempt.lost]
    drawing.add(Marks(answered, y + low + 16, 16, 1.6, "service"))
    lost = (left + attempt.at * scale for attempt in result.attempts if attempt.lost)
    drawing.add(*(Bar(x - 2, y + low + 4, 4, 30, "broken") for x in lost))


def _draw_seconds(drawing: Drawing, seconds: float, y: float, left: float, scale: float) -> None:
    every = next(step for step in (1, 2, 5, 10, 20) if step * scale >= 40 or step == 20)
    drawing.add(Arrow(left, y, left + seconds * scale, y, head=False, width=1))
    for second in range(0, int(seconds) + 1, every):
        x = left + second * scale
        drawing.add(
            Arrow(x, y, x, y + 5, head=False, width=1),
            Text(x, y + 18, f"{second} s", 10, "middle" if second else "start"),
        )
