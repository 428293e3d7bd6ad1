"""Every point of the section is shown by a cell, and every correction by one in which the wrong version fails."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from kubelearn.course import quizzes
from kubelearn.course.exercises import find

from .course import NOTEBOOKS, notebook, printed

POINTS: list[dict[str, Any]] = yaml.safe_load((NOTEBOOKS / "points.yml").read_text(encoding="utf-8"))
#: The points of the section, those that the course adds, by a word, and those of the section that it corrects.
ALL = range(1, 26)
CORRECTED = {6, 8, 14, 15, 16, 19, 21}
#: What the course adds to the section.
ADDED = (
    "in-flight",
    "grace-period",
    "kept-connection",
    "conditions",
    "policy",
    "one-call",
    "port-forward",
    "affinity",
    "headless",
    "slice-by-hand",
    "external-name",
)
#: A check sees the cluster: nothing there differs after a look through a forwarded port or one call from a pod,
#: affinity does not differ from luck, and a client's kept connection is the client's. Policies are a drill's.
NOT_PRACTISED = {"port-forward", "one-call", "affinity", "kept-connection", "policy"}

PLACES = [
    pytest.param(place, id=f"{entry['point']}-{place['cell']}")
    for entry in POINTS
    for place in [*entry["shown"], *entry.get("correction", ())]
]


def test_all_points_in_their_order() -> None:
    assert [entry["point"] for entry in POINTS] == [*ALL, *ADDED]


@pytest.mark.parametrize("entry", POINTS, ids=lambda entry: str(entry["point"]))
def test_a_point_is_said_shown_practised_and_asked(entry: dict[str, Any]) -> None:
    assert set(entry) <= {"point", "says", "shown", "correction", "practised", "asked"}
    assert entry["says"].endswith(".")
    assert entry["shown"]
    assert bool(entry.get("correction")) == (entry["point"] in CORRECTED)
    assert bool(entry["practised"]) == (entry["point"] not in NOT_PRACTISED)
    assert all(find(key) for key in entry["practised"])
    asked = [question.question for question in quizzes.read(entry["asked"]["quiz"])]
    assert len([question for question in asked if entry["asked"]["question"] in question]) == 1


@pytest.mark.parametrize("place", PLACES)
def test_the_cell_is_there_and_its_output_proves_it(place: dict[str, str]) -> None:
    assert set(place) == {"notebook", "cell", "output"}
    cell = notebook(place["notebook"]).cell(place["cell"])
    assert cell is not None, "no such cell"
    assert cell.cell_type == "code"
    assert place["output"]
    assert place["output"] in printed(cell)
