"""All pictures have one shape: who knows one of them can use the others."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from kubelearn.views import decisions, names, ports, rollout, selector, termination, topology, variables
from kubelearn.views.decisions import Step, Trace
from kubelearn.views.display import Table
from kubelearn.views.names import Lookup, Query, Resolver
from kubelearn.views.objects import Objects
from kubelearn.views.rollout import Phase
from kubelearn.views.termination import Recording, Span
from kubelearn.views.traffic import Traffic
from kubelearn.views.traffic.load import Attempt, Result
from kubelearn.views.variables import Known, Run, TimeLine

PICTURES = (decisions, names, ports, rollout, selector, termination, topology, variables)
START = "2026-01-01T00:00:00Z"


def shown(objects: Objects) -> list[tuple[ModuleType, Any]]:
    """Return each picture with something that it shows."""
    query = Query("x.", "NOERROR", ("A 10.0.0.1",), "as it is")
    return [
        (decisions, Trace("http://x", "client", (Step("Answer", ("200: x",), "curl"),))),
        (names, Lookup("x", "default", "client", Resolver((), "10.0.0.1", 5, {}), (query,))),
        (ports, ports.build(objects, "http://hello:8081")),
        (rollout, rollout.Recording("hello", (Phase("a", "old", "ready", 0),), (), 1.0, False)),
        (selector, selector.build(objects, "hello", "default")),
        (termination, Recording("hello", "a", 30, -1.0, 1.0, None, False, None, (Span("ready", -1.0, 0.0),), (), {})),
        (topology, topology.build(objects)),
        (variables, TimeLine((Known("db", START, "10.0.0.1"),), (Run("a", "c", START, "", {}),))),
    ]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.__name__)
def test_each_picture_is_asked_in_the_same_words(picture: ModuleType) -> None:
    first = "record" if picture in (rollout, termination) else "read"  # an update has to happen before it can be shown
    assert {first, "rows", "table", "picture", "draw"} <= set(picture.__all__)
    assert all(getattr(picture, name).__doc__ or name.isupper() for name in picture.__all__ if name[0].islower())


def test_what_is_shown_has_rows_a_table_of_as_many_and_words(objects: Objects) -> None:
    for picture, found in shown(objects):
        rows, table = found.rows(), found.table()
        assert rows, picture
        assert all(isinstance(row, dict) and list(row) == list(rows[0]) for row in rows), picture
        assert isinstance(table, Table), picture
        assert len(table) == len(rows), picture
        assert all(len(row) == len(table.headings) for row in table.rows), picture
        assert repr(found) == found.summary == picture.draw(found).alt, picture


def test_counts_of_requests_have_rows_and_a_table_too() -> None:
    counted = Traffic(expected=["a", "b"])
    counted.add("a")
    result = Result((Attempt(0, "a"), Attempt(1, "curl: (7) refused")))
    for found in (counted, result):
        assert [type(row) for row in found.rows()] == [dict, dict]
        assert len(found.table()) == 2
