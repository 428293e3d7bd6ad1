"""What each container knows of a Service, along the time, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import Drawing, picture_of
from kubelearn.views.shapes import WIDTH, Arrow, Bar, Box, Text, fit, paragraph, shorten

from .model import Known, Run, TimeLine, moments, read

#: Containers and Services that a picture shows at most.
_MOST = 8


#: Where the axis begins beside the names, and below them; what is free above, and the height of a row and its bar.
_LEFT = 270
_UNDER = 10
_TOP = 40
_ROW = 40
_BAR = 14
#: How far a bar lies below its name where there is no room beside it.
_LOW = 28
#: Least width of a moment's column with its time written above.
_WRITTEN = 56
#: Room for a name beside the bars, and how many characters fit there of what is known.
_NAME, _CHARACTERS = _LEFT - 16, 46
_LEGEND = "Dashed line: a container starts. It gets variables of each Service that is there by then (dots)."


class _Axis(NamedTuple):
    """Moments as places in the picture.

    Attributes:
        left: where it begins.
        end: where it ends.
        step: width of a moment's column.
        low: how far bars lie below their row's name.
        columns: identity of a moment's subject → where its column begins.
    """

    left: float
    end: float
    step: float
    low: float
    columns: dict[int, float]


def _axis_of(order: Sequence[Known | Run], drawing: Drawing) -> _Axis:
    left, low = (_UNDER, _LOW) if drawing.narrow else (_LEFT, 0)
    end = drawing.width - 20
    step = (end - left) / max(len(order), 1)
    columns = {id(subject): left + step * index for index, subject in enumerate(order)}
    return _Axis(left, end, step, low, columns)


def draw(line: TimeLine, rows: int = 0, width: float = WIDTH) -> Drawing:
    """Draw Services and containers on one axis.

    A moment has a column, so that quick and slow ones are equally easy to see.

    Args:
        rows: how many Services and containers to leave room for, so that the page does not jump.
    """
    names = list(dict.fromkeys((run.pod, run.container) for run in line.runs))
    services, shown = line.services[:_MOST], names[:_MOST]
    drawing = Drawing(width, 0, line.summary, measured=True)
    order = moments(line)
    axis = _axis_of(order, drawing)
    row = _ROW + axis.low
    drawing.add(*_times(order, axis))
    places: dict[str, float] = {}
    for number, service in enumerate(services):
        y = _TOP + row * number
        places[service.name] = y + axis.low + _BAR / 2 + 5
        _draw_service(drawing, service, axis, y)
    for number, key in enumerate(shown, len(services)):
        _draw_container(drawing, line, key, _TOP + row * number, axis, places)
    left = len(line.services) - len(services) + len(names) - len(shown)
    end = _TOP + row * max(rows, len(services) + len(shown))
    below = paragraph(f"{left} more are in the table." if left else _LEGEND, 10, end + 24, width - 20)
    drawing.add(*below)
    drawing.height = end + 19 + 15 * len(below)
    drawing.shapes.sort(key=lambda shape: isinstance(shape, Text))  # no line runs through them
    return drawing


def _draw_service(drawing: Drawing, service: Known, axis: _Axis, y: float) -> None:
    x = axis.columns[id(service)]
    drawing.add(
        Text(10, y + 13, fit(f"Service {service.name}", _NAME), 12, bold=True),
        Text(10, y + 28, service.no_variables or service.address, 11),
        Bar(x, y + axis.low + 5, axis.end - x, _BAR, "muted" if service.no_variables else "service"),
    )


def _times(order: Sequence[Known | Run], axis: _Axis) -> list[Text]:
    every = max(1, round(_WRITTEN / axis.step + 0.49))
    times = [subject.created if isinstance(subject, Known) else subject.started for subject in order]
    y = 32 if axis.low else 18  # below the axis' name, where it begins under that
    labels = [
        Text(axis.left + axis.step * index, y, time[11:19], 10)
        for index, time in enumerate(times)
        if index % every == 0
    ]
    return [Text(10, 18, "Time (UTC; not to scale)", 11), *labels]


def _draw_container(
    drawing: Drawing,
    line: TimeLine,
    key: tuple[str, str],
    y: float,
    axis: _Axis,
    places: dict[str, float],
) -> None:
    runs = [run for run in line.runs if (run.pod, run.container) == key]
    mine = {item.service: item.knows for item in line.knowledge if (item.pod, item.container) == key}
    drawing.add(
        Text(10, y + 13, fit(runs[-1].name, _NAME), 12, bold=True),
        Text(10, y + 28, shorten(_in_short(mine), _CHARACTERS), 11),
    )
    for run, following in zip(runs, [*runs[1:], None], strict=True):
        x = axis.columns[id(run)]
        end = min(x + 40, axis.end) if run.ended else axis.end
        if following:
            end = axis.columns[id(following)] - 4
        if not run.ended:
            drawing.add(Arrow(x, _TOP, x, y + axis.low + 5, dashed=True, head=False, width=1))
            known = [name for name, knows in mine.items() if knows == "yes" and name in places]
            drawing.add(*(Box(x - 4, places[name] - 4, 8, 8) for name in known))
        drawing.add(Bar(x, y + axis.low + 5, end - x, _BAR, _tone(run, set(mine.values()))))


def _tone(run: Run, states: set[str]) -> str:
    if run.ended or "not seen" in states:
        return "muted"
    if "old address" in states:
        return "broken"
    return "waiting" if "no" in states else "ready"


def _in_short(mine: dict[str, str]) -> str:
    """Return what a container knows; where names do not fit, those that it lacks, or only how many they are."""
    words = {"yes": "knows", "no": "not", "old address": "old address of", "not seen": "not seen:"}
    found: dict[str, list[str]] = {}
    for state, word in words.items():
        if names := [name for name, knows in mine.items() if knows == state]:
            found[word] = names
    named = [f"{word} {', '.join(names)}" for word, names in found.items()]
    counted = [f"{word} {_number(names, len(mine))}" for word, names in found.items()]
    lacking = 1 if "knows" in found and len(found) > 1 else 0
    tries = ["; ".join(parts) for parts in (named, named[lacking:], counted, counted[lacking:])]
    return next((text for text in tries if len(text) <= _CHARACTERS), tries[-1]) or "has ended"


def _number(names: Sequence[str], total: int) -> str:
    return names[0] if len(names) == 1 and len(names[0]) < 12 else f"{len(names)} of {total}"


def picture(cluster: Cluster, *, namespace: str | None = None, selector: str = "") -> Picture:
    """Draw Services and containers on one axis, and who knows whom (arguments as for :func:`read`)."""
    found = read(cluster, namespace=namespace, selector=selector)
    return picture_of(lambda width: draw(found, width=width))
