"""A look-up as a picture."""

from __future__ import annotations

from kubelearn.target.connection import Cluster
from kubelearn.views.display import Picture
from kubelearn.views.drawing import WIDTH, Arrow, Box, Drawing, Text, shorten

from .model import Lookup, Query, look_up

_ROW, _HIGH, _TOP = 56, 42, 96


def picture(cluster: Cluster, name: str, namespace: str | None = None, *, client: str = "client") -> Picture:
    """Draw the queries that the resolver makes, from the first to the address (arguments as for :func:`stream`)."""
    return draw(look_up(cluster, name, namespace, client=client)).picture()


def draw(lookup: Lookup, rows: int = 0) -> Drawing:
    """Draw a lookup: its queries from top to bottom, the answers beside them.

    Args:
        rows: how many queries to leave room for, so that the page does not jump.
    """
    drawing = Drawing(WIDTH, _TOP + _ROW * max(rows, len(lookup.queries)) + 50, lookup.summary)
    conf = lookup.resolver
    drawing.add(
        Box(
            10,
            8,
            WIDTH - 20,
            62,
            (
                "/etc/resolv.conf of a pod in namespace " + lookup.namespace,
                "search " + shorten(" ".join(conf.search), 100),
                f"nameserver {conf.nameserver} · ndots:{conf.ndots}",
            ),
            "plain",
            frame=True,
        ),
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
    result = (
        f"Address: {', '.join(lookup.addresses)}"
        if lookup.addresses
        else "No address: the program hears that the name is unknown"
    )
    if not lookup.finished:
        result = "…"
    drawing.add(Text(10, y + 16, shorten(result, 90), 14, bold=True))
    return drawing


_ASKED_WIDTH, _ANSWERS = 440, 480


def _draw_query(drawing: Drawing, number: int, query: Query, y: float) -> None:
    skipped = query.status == "not asked"
    tone = (
        "muted"
        if skipped
        else "ready"
        if query.addresses
        else "waiting"
        if query.status in ("NXDOMAIN", "NOERROR", "not there")
        else "broken"
    )
    drawing.add(
        Box(10, y, _ASKED_WIDTH, _HIGH, (f"{number}. {shorten(query.asked, 56)}", query.why), tone, dashed=skipped)
    )
    if not skipped:
        drawing.add(
            Arrow(10 + _ASKED_WIDTH, y + _HIGH / 2, _ANSWERS + 6, y + _HIGH / 2, "", tone),
            Text(_ANSWERS + 10, y + _HIGH / 2 + 4, shorten(query.answer, 40), 12, bold=bool(query.addresses)),
        )
    else:
        drawing.add(Text(_ANSWERS + 10, y + _HIGH / 2 + 4, "not asked", 12))
