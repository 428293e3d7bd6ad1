"""Which drill comes next: what went wrong before comes sooner, and it is the same until it has ended."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import kubelearn
from kubelearn.course import passed
from kubelearn.course.drills import spacing
from kubelearn.course.drills.plan import drawn, of_level


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "progress.json"
    monkeypatch.setenv(passed.PROGRESS_VARIABLE, str(path))
    return path


def end(*, well: bool, number: int = 1) -> dict[str, Any]:
    return {"well": well, "number": number}


def noted(fault: str, *, well: bool, **more: Any) -> None:
    record = {"level": 1, "seed": 7, "result": "passed", "seconds": 150, "rungs": [], "misdiagnosed": 0}
    spacing.note(fault, {**record, "well": well, **more})


@pytest.mark.parametrize(
    ("records", "weight"),
    [
        pytest.param({}, 2, id="never met"),
        pytest.param({"port": [end(well=False)], "image": [end(well=True, number=2)]}, 4, id="went wrong"),
        pytest.param({"port": [end(well=True)], "image": [end(well=True, number=2)]}, 1, id="went well"),
        pytest.param({"port": [end(well=True)] * 3, "image": [end(well=True, number=2)]}, 0.25, id="three times"),
        pytest.param({"port": [end(well=False), end(well=True, number=2)]}, 0.25, id="well just now"),
        pytest.param({"port": [end(well=False)]}, 1, id="wrong just now"),
    ],
)
def test_how_much_sooner_it_comes(records: dict[str, list[dict[str, Any]]], weight: float) -> None:
    assert spacing.weight("port", records) == weight


def test_the_next_one_is_the_same_until_it_has_ended() -> None:
    first = spacing.next_seed(1)
    assert spacing.next_seed(1) == first
    noted(*drawn(1, first), well=True)
    assert spacing.next_seed(1) != first


def test_what_went_wrong_comes_again_more_often() -> None:
    for name in of_level(1):
        noted(name, well=name != "port")
    drawn_names: Counter[str] = Counter()
    for _ in range(60):
        (name,) = drawn(1, spacing.next_seed(1))
        drawn_names[name] += 1
        noted("image", well=True)  # moves the draw on, and nothing else
    assert drawn_names.most_common(1)[0][0] == "port"


def test_progress_tells_how_drills_ended() -> None:
    noted("port", well=False, rungs=["caller", "name"], misdiagnosed=1)
    noted("port", well=True, seconds=40)
    noted("crash", well=False, result="given up", rungs=["caller"], misdiagnosed=2)
    shown = kubelearn.progress()
    assert shown.drill_table().rows == [
        ["crash", "1", "0", "given up after 2 minutes, 2 wrong diagnoses, 1 hint"],
        ["port", "2", "1", "passed after 1 minute"],
    ]
    assert "You have not passed an exercise yet." in repr(shown)
    assert "| port | 2 | 1 | passed after 1 minute |" in shown._repr_markdown_()


@pytest.mark.parametrize("entry", [{"well": True}, "passed", None, {"number": "3"}])
def test_what_another_version_has_noted_otherwise_is_left_out(entry: object) -> None:
    passed.note(spacing.SECTION, "port", entry)
    first = spacing.next_seed(1)
    assert kubelearn.progress().drills == {}
    noted(*drawn(1, first), well=True)
    assert [record["number"] for (record,) in kubelearn.progress().drills.values()] == [1]


@pytest.mark.parametrize("level", [0, 5, None])
def test_there_are_four_levels(level: int) -> None:
    with pytest.raises(ValueError, match="one of 1, 2, 3, 4"):
        spacing.next_seed(level)
