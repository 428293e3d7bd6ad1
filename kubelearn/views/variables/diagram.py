"""What each container knows of a Service, along the time, as a picture."""

from __future__ import annotations

from collections.abc import Sequence

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import WIDTH, Arrow, Bar, Box, Drawing, Text, shorten

from .model import Known, Run, TimeLine, moments, of

#: Containers and Services that a picture shows at most.
_MOST = 8


def picture(cluster: Cluster, *, namespace: str | None = None, selector: str = "") -> Picture:
    """Draw Services and containers on one axis, and who knows whom (arguments as for :func:`of`)."""
    return draw(of(cluster, namespace=namespace, selector=selector)).picture()


_LEFT, _TOP, _ROW, _BAR = 270, 40, 40, 14
#: Least width of a moment's column with its time written above.
_WRITTEN = 56
#: Characters that fit beside the bars.
_CHARACTERS = 46


def draw(line: TimeLine, rows: int = 0) -> Drawing:
    """Draw Services and containers on one axis; a moment has a column, so that quick and slow ones are equally easy to see.

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
        drawing.add(
            Text(10, y + 13, f"Service {shorten(service.name, 28)}", 12, bold=True),
            Text(10, y + 28, service.gives or service.address, 11),
        )
        drawing.add(
            Bar(
                columns[id(service)],
                y + 5,
                WIDTH - 20 - columns[id(service)],
                _BAR,
                "muted" if service.gives else "service",
            )
        )
    for number, key in enumerate(shown, len(services)):
        _draw_container(drawing, line, key, _TOP + _ROW * number, columns, places)
    left = len(line.services) - len(services) + len(names) - len(shown)
    note = (
        f"{left} more are in the table."
        if left
        else "Dashed line: a container starts. It gets variables of each Service that is there by then (dots)."
    )
    drawing.add(Text(10, drawing.height - 10, note, 11))
    return drawing


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
        end = columns[id(following)] - 4 if following else min(x + 40, WIDTH - 20) if run.ended else WIDTH - 20
        states = set(mine.values())
        tone = (
            "muted"
            if run.ended or "not seen" in states
            else "broken"
            if "old address" in states
            else "waiting"
            if "no" in states
            else "ready"
        )
        if not run.ended:
            drawing.add(Arrow(x, _TOP, x, y + 5, dashed=True, head=False, width=1))
            drawing.add(
                *(
                    Box(x - 4, places[name] - 4, 8, 8)
                    for name, knows in mine.items()
                    if knows == "yes" and name in places
                )
            )
        drawing.add(Bar(x, y + 5, end - x, _BAR, tone))


def _in_short(mine: dict[str, str]) -> str:
    """Return what a container knows, by numbers where names would not fit."""
    words = {"yes": "knows", "no": "not", "old address": "old address of", "not seen": "not seen:"}
    found = {
        word: names
        for state, word in words.items()
        if (names := [name for name, knows in mine.items() if knows == state])
    }
    text = "; ".join(f"{word} {', '.join(names)}" for word, names in found.items())
    if len(text) > _CHARACTERS:
        text = "; ".join(
            f"{word} {names[0] if len(names) == 1 and len(names[0]) < 12 else f'{len(names)} of {len(mine)}'}"
            for word, names in found.items()
        )
    return text or "has ended"
