"""Every point of the section is shown by a cell, and every correction by one in which the wrong version fails."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from .course import NOTEBOOKS, notebook, printed

POINTS: list[dict[str, Any]] = yaml.safe_load((NOTEBOOKS / "points.yml").read_text(encoding="utf-8"))
#: The points of the section, those that the course adds, by a word, and those of the section that it corrects.
ALL = range(1, 26)
CORRECTED = {6, 8, 14, 15, 16, 19, 21}

PLACES = [
    pytest.param(place, id=f"{entry['point']}-{place['cell']}")
    for entry in POINTS
    for place in [*entry["shown"], *entry.get("correction", ())]
]


def test_all_points_in_their_order_and_then_what_the_course_adds() -> None:
    points = [entry["point"] for entry in POINTS]
    assert points[: len(ALL)] == list(ALL)
    added = points[len(ALL) :]
    assert all(isinstance(point, str) for point in added)
    assert len(set(added)) == len(added)


@pytest.mark.parametrize("entry", POINTS, ids=lambda entry: str(entry["point"]))
def test_a_point_is_said_and_shown(entry: dict[str, Any]) -> None:
    assert set(entry) <= {"point", "says", "shown", "correction"}
    assert entry["says"].endswith(".")
    assert entry["shown"]
    assert bool(entry.get("correction")) == (entry["point"] in CORRECTED)


@pytest.mark.parametrize("place", PLACES)
def test_the_cell_is_there_and_its_output_proves_it(place: dict[str, str]) -> None:
    assert set(place) == {"notebook", "cell", "output"}
    cell = notebook(place["notebook"]).cell(place["cell"])
    assert cell is not None, "no such cell"
    assert cell.cell_type == "code"
    assert place["output"]
    assert place["output"] in printed(cell)
