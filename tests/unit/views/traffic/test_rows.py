"""Bars keep their place and their colour while other pods come and go."""

from __future__ import annotations

import pytest

from kubelearn.views.shapes import NARROW, WIDTH, Text
from kubelearn.views.traffic import Traffic
from kubelearn.views.traffic.diagram import Rows, bars, table


def test_who_stays_keeps_place_and_colour_and_who_comes_takes_what_is_free() -> None:
    rows = Rows()
    assert rows.place(["c", "a", "b"]) == {"a": 0, "b": 1, "c": 2}
    assert rows.place(["a", "c"]) == {"a": 0, "c": 2}
    assert list(rows.place(["a", "aa", "c"]).items()) == [("a", 0), ("aa", 1), ("c", 2)]
    assert list(rows.place(["0", "a", "aa", "c"]).items()) == [("a", 0), ("aa", 1), ("c", 2), ("0", 3)]


def test_the_same_pods_again_change_nothing() -> None:
    rows = Rows()
    assert rows.place(["b", "a"]) == rows.place(["a", "b", "a"])


@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_words_and_table_have_the_order_of_the_bars(width: float) -> None:
    rows = Rows()
    rows.place(["m", "z"])
    counted = Traffic(expected=["a", "m", "z"])
    for line in [*"zzz", *"mm", "a"]:
        counted.add(line)
    places = rows.place([*counted.pods, "not-ready"])
    drawing = bars(counted, {}, 4, places, width)
    texts = [shape for shape in drawing.shapes if isinstance(shape, Text)]
    assert [shape.text for shape in texts if shape.text.isdigit()] == ["2", "3", "1", "0"]
    assert "by 3 of 3 pods: 2, 3, 1." in drawing.alt
    assert [row[:2] for row in table(counted, [*places]).rows] == [["m", 2], ["z", 3], ["a", 1]]
