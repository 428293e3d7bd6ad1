"""Progress: kept whole or not at all, broken files lose nothing, and a text takes it along."""

from __future__ import annotations

from pathlib import Path

import pytest

import kubelearn
from kubelearn.exercises import passed


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "progress.json"
    monkeypatch.setenv(passed.PROGRESS_VARIABLE, str(path))
    return path


def test_nothing_passed_makes_no_file(kept: Path) -> None:
    assert repr(kubelearn.progress()) == "You have not passed an exercise yet."
    assert not kept.exists()


def test_what_was_passed_is_shown_and_nothing_else_is_left_in_the_folder(kept: Path) -> None:
    assert passed.record("reach-the-pods") == passed.record("quiz-02-services") == passed.record("reach-the-pods") == ""
    shown = kubelearn.progress()
    assert shown.passed == {"reach-the-pods", "quiz-02-services"}
    assert shown.table().rows == [["02-services", "1 of 3", "passed"]]
    assert "| 02-services | 1 of 3 | passed |" in shown._repr_markdown_()
    assert list(kept.parent.iterdir()) == [kept]


def test_progress_is_taken_along_as_text(kept: Path) -> None:
    passed.record("reach-the-pods")
    passed.record("take-one-out")
    code = kubelearn.progress().code
    assert repr(kubelearn.progress()).endswith(f'kubelearn.progress("{code}")')
    kept.unlink()
    assert kubelearn.progress(f" {code}\nnonsense").passed == {"reach-the-pods", "take-one-out"}
    assert kubelearn.progress("nonsense").note == "Not known in this course, and left out: nonsense."
    assert passed.load() == ({"reach-the-pods", "take-one-out"}, "")


@pytest.mark.parametrize("content", ["", "{", "[]", "3", '{"passed": 3}', '{"passed": [3]}', "null", "\x00"])
def test_a_damaged_file_is_told_and_set_aside(kept: Path, content: str) -> None:
    kept.write_text(content)
    assert "cannot be read: the file is damaged" in repr(kubelearn.progress())
    assert passed.record("reach-the-pods") == ""
    assert passed.load() == ({"reach-the-pods"}, "")
    assert kept.with_suffix(".broken.json").read_text() == content


def test_a_place_that_cannot_be_written_is_a_sentence(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(passed.PROGRESS_VARIABLE, str(kept.parent / "missing" / "progress.json"))
    assert "could not be saved" in passed.record("reach-the-pods")
    assert kubelearn.progress("reach-the-pods").passed == {"reach-the-pods"}  # for this moment, at least


def test_a_file_that_is_a_folder_is_a_sentence(kept: Path) -> None:
    kept.mkdir()
    assert "cannot be read: Is a directory" in repr(kubelearn.progress())


def test_a_write_that_fails_leaves_the_old_file(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passed.record("reach-the-pods")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    assert "No space left on device" in passed.record("take-one-out")
    assert passed.load() == ({"reach-the-pods"}, "")
    assert list(kept.parent.iterdir()) == [kept]
