"""A look-up as a picture."""

from __future__ import annotations

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import Drawing
from kubelearn.views.shapes import WIDTH, Arrow, Box, Text, shorten

from .model import Lookup, Query, read

#: Height of a row and of the box in it, and where the first one begins.
_ROW = 56
_HIGH = 42
_TOP = 96
#: Width of the box with the question, and where the answers begin.
_ASKED_WIDTH = 440
_ANSWERS = 480
_NOWHERE = "No address: the program hears that the name is unknown"


def draw(lookup: Lookup, rows: int = 0) -> Drawing:
    """Draw a lookup: its queries from top to bottom, the answers beside them.

    Args:
        rows: how many queries to leave room for, so that the page does not jump.
    """
    drawing = Drawing(WIDTH, _TOP + _ROW * max(rows, len(lookup.queries)) + 50, lookup.summary)
    drawing.add(
        _resolver(lookup),
        Text(10, _TOP - 8, "Asked for", 12, bold=True),
        Text(_ANSWERS + 10, _TOP - 8, "Answer", 12, bold=True),
    )
    y: float = _TOP
    for number, query in enumerate(lookup.queries, 1):
        _draw_query(drawing, number, query, y)
        if number < len(lookup.queries):
            skipped = lookup.queries[number].status == "not asked"
            drawing.add(Arrow(30, y + _HIGH, 30, y + _ROW, "", "muted" if skipped else "plain", dashed=skipped))
        y += _ROW
    drawing.add(Text(10, y + 16, shorten(_result(lookup), 90), 14, bold=True))
    return drawing


def _resolver(lookup: Lookup) -> Box:
    conf = lookup.resolver
    lines = (
        f"/etc/resolv.conf of a pod in namespace {lookup.namespace}",
        f"search {shorten(' '.join(conf.search), 100)}",
        f"nameserver {conf.nameserver} · ndots:{conf.ndots}",
    )
    return Box(10, 8, WIDTH - 20, 62, lines, frame=True)


def _result(lookup: Lookup) -> str:
    if not lookup.finished:
        return "…"
    return f"Address: {', '.join(lookup.addresses)}" if lookup.addresses else _NOWHERE


def _draw_query(drawing: Drawing, number: int, query: Query, y: float) -> None:
    skipped, middle, tone = query.status == "not asked", y + _HIGH / 2, _tone(query)
    lines = (f"{number}. {shorten(query.asked, 56)}", query.why)
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
    return draw(read(cluster, name, namespace, client=client)).picture()
