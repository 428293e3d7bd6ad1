"""A look-up as a picture."""

from __future__ import annotations

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import Drawing, picture_of
from kubelearn.views.shapes import WIDTH, Arrow, Box, Text, fit, paragraph, room, shorten

from .model import Lookup, Query, read

#: Height of a row and of the box in it, and where the first one begins.
_ROW = 56
_HIGH = 42
_TOP = 96
#: Width of the box with the question, and where the answers begin.
_ASKED_WIDTH = 440
_ANSWERS = 480
_NOWHERE = "No address: the program hears that the name is unknown"


def draw(lookup: Lookup, rows: int = 0, width: float = WIDTH) -> Drawing:
    """Draw a lookup: its queries from top to bottom, the answers beside them; if narrow, in the same box.

    Args:
        rows: how many queries to leave room for, so that the page does not jump.
    """
    drawing = Drawing(width, 0, lookup.summary)
    high = _HIGH + 15 if drawing.narrow else _HIGH
    row = high + _ROW - _HIGH
    drawing.height = _TOP + row * max(rows, len(lookup.queries)) + 50
    drawing.add(_resolver(lookup, width), Text(10, _TOP - 8, "Asked for", 12, bold=True))
    if not drawing.narrow:
        drawing.add(Text(_ANSWERS + 10, _TOP - 8, "Answer", 12, bold=True))
    y: float = _TOP
    for number, query in enumerate(lookup.queries, 1):
        if drawing.narrow:
            drawing.add(_with_answer(number, query, y, width))
        else:
            _draw_query(drawing, number, query, y)
        if number < len(lookup.queries):
            skipped = lookup.queries[number].status == "not asked"
            drawing.add(Arrow(30, y + high, 30, y + row, "", "muted" if skipped else "plain", dashed=skipped))
        y += row
    drawing.add(*paragraph(shorten(_result(lookup), 90), 10, y + 16, width - 20, 14, bold=True))
    return drawing


def _resolver(lookup: Lookup, width: float) -> Box:
    conf = lookup.resolver
    lines = (
        f"/etc/resolv.conf of a pod in namespace {lookup.namespace}",
        shorten(f"search {' '.join(conf.search)}", room(width - 40)),
        f"nameserver {conf.nameserver} · ndots:{conf.ndots}",
    )
    return Box(10, 8, width - 20, 62, lines, frame=True)


def _with_answer(number: int, query: Query, y: float, width: float) -> Box:
    skipped = query.status == "not asked"
    lines = (f"{number}. {query.asked}", query.why, "→ not asked" if skipped else f"→ {query.answer}")
    short = [fit(lines[0], width - 40), *(shorten(line, room(width - 40)) for line in lines[1:])]
    return Box(10, y, width - 20, _HIGH + 15, short, _tone(query), dashed=skipped)


def _result(lookup: Lookup) -> str:
    if not lookup.finished:
        return "…"
    return f"Address: {', '.join(lookup.addresses)}" if lookup.addresses else _NOWHERE


def _draw_query(drawing: Drawing, number: int, query: Query, y: float) -> None:
    skipped, middle, tone = query.status == "not asked", y + _HIGH / 2, _tone(query)
    lines = (fit(f"{number}. {query.asked}", _ASKED_WIDTH - 24), query.why)
    drawing.add(Box(10, y, _ASKED_WIDTH, _HIGH, lines, tone, dashed=skipped))
    if skipped:
        drawing.add(Text(_ANSWERS + 10, middle + 4, "not asked", 12))
    else:
        drawing.add(
            Arrow(10 + _ASKED_WIDTH, middle, _ANSWERS + 6, middle, "", tone),
            Text(_ANSWERS + 10, middle + 4, shorten(query.answer, 40), 12, bold=bool(query.addresses)),
        )


def _tone(query: Query) -> str:
    if query.status == "not asked":
        return "muted"
    if query.addresses:
        return "ready"
    return "waiting" if query.status in ("NXDOMAIN", "NOERROR", "not there") else "broken"


def picture(cluster: Cluster, name: str, namespace: str | None = None, *, client: str = "client") -> Picture:
    """Draw the queries that the resolver makes, from the first to the address (arguments as for :func:`read`)."""
    found = read(cluster, name, namespace, client=client)
    return picture_of(lambda width: draw(found, width=width))
