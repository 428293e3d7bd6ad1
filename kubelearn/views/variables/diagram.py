"""What each container knows of a Service, along the time, as a picture."""

from __future__ import annotations

from collections.abc import Sequence

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import Drawing
from kubelearn.views.shapes import WIDTH, Arrow, Bar, Box, Text, shorten

from .model import Known, Run, TimeLine, moments, read

#: Containers and Services that a picture shows at most.
_MOST = 8


#: Where the axis begins, what is free above, and the height of a row and its bar.
_LEFT = 270
_TOP = 40
_ROW = 40
_BAR = 14
#: Where the axis ends.
_END = WIDTH - 20
#: Least width of a moment's column with its time written above.
_WRITTEN = 56
#: Characters that fit beside the bars.
_CHARACTERS = 46
_LEGEND = "Dashed line: a container starts. It gets variables of each Service that is there by then (dots)."


def draw(line: TimeLine, rows: int = 0) -> Drawing:
    """Draw Services and containers on one axis.

    A moment has a column, so that quick and slow ones are equally easy to see.

    Args:
        rows: how many Services and containers to leave room for, so that the page does not jump.
    """
    names = list(dict.fromkeys((run.pod, run.container) for run in line.runs))
    services, shown = line.services[:_MOST], names[:_MOST]
    drawing = Drawing(WIDTH, _TOP + _ROW * max(rows, len(services) + len(shown)) + 34, line.summary)
    order = moments(line)
    step = (WIDTH - _LEFT - 20) / max(len(order), 1)
    columns = {id(subject): _LEFT + step * index for index, subject in enumerate(order)}
    drawing.add(*_axis(order, step))
    places: dict[str, float] = {}
    for number, service in enumerate(services):
        y = _TOP + _ROW * number
        places[service.name] = y + _BAR / 2 + 5
        _draw_service(drawing, service, columns[id(service)], y)
    for number, key in enumerate(shown, len(services)):
        _draw_container(drawing, line, key, _TOP + _ROW * number, columns, places)
    left = len(line.services) - len(services) + len(names) - len(shown)
    drawing.add(Text(10, drawing.height - 10, f"{left} more are in the table." if left else _LEGEND, 11))
    return drawing


def _draw_service(drawing: Drawing, service: Known, x: float, y: float) -> None:
    drawing.add(
        Text(10, y + 13, f"Service {shorten(service.name, 28)}", 12, bold=True),
        Text(10, y + 28, service.no_variables or service.address, 11),
        Bar(x, y + 5, _END - x, _BAR, "muted" if service.no_variables else "service"),
    )


def _axis(order: Sequence[Known | Run], step: float) -> list[Text]:
    every = max(1, round(_WRITTEN / step + 0.49))
    times = [subject.created if isinstance(subject, Known) else subject.started for subject in order]
    labels = [Text(_LEFT + step * index, 18, time[11:19], 10) for index, time in enumerate(times) if index % every == 0]
    return [Text(10, 18, "Time (UTC; not to scale)", 11), *labels]


def _draw_container(
    drawing: Drawing,
    line: TimeLine,
    key: tuple[str, str],
    y: float,
    columns: dict[int, float],
    places: dict[str, float],
) -> None:
    runs = [run for run in line.runs if (run.pod, run.container) == key]
    mine = {item.service: item.knows for item in line.knowledge if (item.pod, item.container) == key}
    drawing.add(
        Text(10, y + 13, shorten(runs[-1].name, 38), 12, bold=True),
        Text(10, y + 28, shorten(_in_short(mine), _CHARACTERS), 11),
    )
    for run, following in zip(runs, [*runs[1:], None], strict=True):
        x = columns[id(run)]
        end = min(x + 40, _END) if run.ended else _END
        if following:
            end = columns[id(following)] - 4
        if not run.ended:
            drawing.add(Arrow(x, _TOP, x, y + 5, dashed=True, head=False, width=1))
            known = [name for name, knows in mine.items() if knows == "yes" and name in places]
            drawing.add(*(Box(x - 4, places[name] - 4, 8, 8) for name in known))
        drawing.add(Bar(x, y + 5, end - x, _BAR, _tone(run, set(mine.values()))))


def _tone(run: Run, states: set[str]) -> str:
    if run.ended or "not seen" in states:
        return "muted"
    if "old address" in states:
        return "broken"
    return "waiting" if "no" in states else "ready"


def _in_short(mine: dict[str, str]) -> str:
    """Return what a container knows, by numbers where names would not fit."""
    words = {"yes": "knows", "no": "not", "old address": "old address of", "not seen": "not seen:"}
    found: dict[str, list[str]] = {}
    for state, word in words.items():
        if names := [name for name, knows in mine.items() if knows == state]:
            found[word] = names
    text = "; ".join(f"{word} {', '.join(names)}" for word, names in found.items())
    if len(text) > _CHARACTERS:
        text = "; ".join(f"{word} {_number(names, len(mine))}" for word, names in found.items())
    return text or "has ended"


def _number(names: Sequence[str], total: int) -> str:
    return names[0] if len(names) == 1 and len(names[0]) < 12 else f"{len(names)} of {total}"


def picture(cluster: Cluster, *, namespace: str | None = None, selector: str = "") -> Picture:
    """Draw Services and containers on one axis, and who knows whom (arguments as for :func:`read`)."""
    return draw(read(cluster, namespace=namespace, selector=selector)).picture()
