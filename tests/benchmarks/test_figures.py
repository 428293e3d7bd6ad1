"""Figures of two clusters, side by side."""

from __future__ import annotations

from .figures import Figure, beside


def test_figures_of_two_clusters_stand_in_one_table_with_ratios() -> None:
    here = [Figure.of("waits", "connect()", "s", [0.4, 0.2, 0.3]), Figure.one("memory", "idle", "MB", 60)]
    there = [Figure.one("waits", "connect()", "s", 1.5), Figure.one("waits", "pods", "s", 2)]
    assert [line.split() for line in beside(here, there)] == [
        ["waits"],
        ["connect()", "0.300", "1.50", "s", "5.00", "times"],
        ["pods", "-", "2.00", "s"],
        ["memory"],
        ["idle", "60.00", "-", "MB"],
    ]


def test_two_runs_are_compared_by_what_has_changed() -> None:
    before = [Figure.one("waits", "a", "s", 1), Figure.one("waits", "b", "s", 1), Figure.one("waits", "c", "s", 0)]
    after = [Figure.one("waits", "a", "s", 1.1), Figure.one("waits", "b", "s", 0.5), Figure.one("waits", "c", "s", 1)]
    marks = [line.partition(" s ")[2].strip() for line in beside(before, after, least=1.2)]
    assert marks == ["", "", "0.500 times", ""]
