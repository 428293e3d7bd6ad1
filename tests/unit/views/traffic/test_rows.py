"""Bars keep their place and their colour while other pods come and go."""

from __future__ import annotations

from kubelearn.views.traffic.diagram import Rows


def test_who_stays_keeps_place_and_colour_and_who_comes_takes_what_is_free() -> None:
    rows = Rows()
    assert rows.place(["c", "a", "b"]) == {"a": 0, "b": 1, "c": 2}
    assert rows.place(["a", "c"]) == {"a": 0, "c": 2}
    assert list(rows.place(["a", "aa", "c"]).items()) == [("a", 0), ("aa", 1), ("c", 2)]
    assert list(rows.place(["0", "a", "aa", "c"]).items()) == [("a", 0), ("aa", 1), ("c", 2), ("0", 3)]


def test_the_same_pods_again_change_nothing() -> None:
    rows = Rows()
    assert rows.place(["b", "a"]) == rows.place(["a", "b", "a"])
