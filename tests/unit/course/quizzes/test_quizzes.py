"""Quizzes: the questions that there are, how they show without a kernel, and what is recorded.

What the page does with them is in ``tests/browser/test_quiz.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ipywidgets.widgets import widget as ipywidgets_widget

import kubelearn
from kubelearn.course import passed
from kubelearn.course.quizzes import Answer, Question, UnknownQuizError, names, read
from kubelearn.course.quizzes.view import Quiz
from kubelearn.notebook import cell

SAMPLE = [
    Question("Is `<b>` safe?", (Answer("Yes & no", "`<b>` is shown as it is.", correct=True), Answer("No", "It is."))),
    Question("Sure?", (Answer("No", "Be sure."), Answer("Yes", "Good.", correct=True))),
]


@pytest.fixture(autouse=True)
def progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is passed here is not passed in the lessons that this process tests, too."""
    monkeypatch.setenv(passed.PROGRESS_VARIABLE, str(tmp_path / "progress.json"))


@pytest.fixture
def quiz() -> Iterator[Quiz]:
    made = Quiz("99-sample", SAMPLE)
    yield made
    made.close()


@pytest.mark.parametrize("lesson", names())
def test_a_quiz_is_short(lesson: str) -> None:
    questions = read(lesson)
    assert 4 <= len(questions) <= 7
    assert len({question.question for question in questions}) == len(questions)
    assert len({question.right for question in questions}) > 1, "always in the same place"


def test_an_unknown_quiz_lists_those_there_are() -> None:
    with pytest.raises(UnknownQuizError, match=r"no quiz for 'services'; there are: .*02-services"):
        kubelearn.quiz("services")


def test_plain_text_has_questions_answers_and_all_feedback() -> None:
    quiz = kubelearn.quiz("02-services")
    text = repr(quiz)
    for question in read("02-services"):
        assert question.question in text
        assert all(f") {answer.text}\n" in text and answer.feedback in text for answer in question.answers)
    quiz.close()


def test_html_needs_no_script_and_escapes_what_authors_write(quiz: Quiz) -> None:
    page = quiz._repr_mimebundle_()["text/html"]
    assert page.startswith(
        "<ol><li><p><strong>Is <code>&lt;b&gt;</code> safe?</strong></p><details><summary>Yes &amp;"
        " no</summary><p><strong>Right.</strong> <code>&lt;b&gt;</code> is"
    )
    assert page.count("<details>") == 4
    assert not re.search("script|onclick|id=", page)


def test_what_the_page_gets_is_escaped_and_code_stays_code(quiz: Quiz) -> None:
    assert quiz.page[0] == {
        "question": "Is <code>&lt;b&gt;</code> safe?",
        "answers": [
            {
                "text": "Yes &amp; no",
                "verdict": "<strong>Right.</strong> <code>&lt;b&gt;</code> is shown as it is.",
                "correct": True,
            },
            {"text": "No", "verdict": "<strong>Not quite.</strong> It is.", "correct": False},
        ],
        "commit": "Answer question 1",
    }


def answer(quiz: Quiz, *chosen: int, checked: bool = True) -> None:
    """Do what the page does."""
    quiz.set_state({"chosen": list(chosen), "checked": [checked] * len(chosen)})


@pytest.mark.parametrize(
    ("chosen", "checked", "right"),
    [
        ((0, 1), True, 2),
        ((0, 0), True, 1),
        ((1, 0), True, 0),
        ((-1, 1), True, 1),  # not the last answer
        ((0, -1), True, 1),
        ((0, 1), False, 0),
    ],
)
def test_only_all_right_and_checked_is_recorded(quiz: Quiz, chosen: tuple[int, ...], checked: bool, right: int) -> None:
    answer(quiz, *chosen, checked=checked)
    assert quiz.right == right
    assert passed.load()[0] == ({"quiz-99-sample"} if right == 2 else set())
    assert bool(quiz.recorded) == (right == 2)


def test_it_says_that_it_was_recorded(quiz: Quiz) -> None:
    answer(quiz, 0, 1)
    assert quiz.recorded == "Recorded: <code>kubelearn.progress()</code> shows what you have passed."


def test_it_says_why_it_was_not_recorded(quiz: Quiz, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as lost:
        lost.setattr(passed, "record", lambda key: f"({key} <lost>: see `a<b`.)")
        answer(quiz, 0, 1)
        assert quiz.recorded == "(quiz-99-sample &lt;lost&gt;: see <code>a&lt;b</code>.)"
    answer(quiz, 1, 1)
    answer(quiz, 0, 1)
    assert "Recorded" in quiz.recorded


def test_a_closed_quiz_leaves_nothing_behind() -> None:
    before = len(ipywidgets_widget._instances)
    quiz = Quiz("99-sample", SAMPLE)
    assert len(ipywidgets_widget._instances) > before
    quiz.close()
    quiz.close()
    assert len(ipywidgets_widget._instances) == before


def test_running_the_cell_again_closes_the_quiz_of_its_last_run(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = cell.Place("cell-1", 1, "")
    monkeypatch.setattr(cell, "current", lambda: ran)
    before = len(ipywidgets_widget._instances)
    first = Quiz("99-sample", SAMPLE)
    one = len(ipywidgets_widget._instances)
    other = Quiz("98-other", SAMPLE)
    assert first.comm is not None, "two quizzes of one cell"
    ran = cell.Place("cell-1", 2, "")
    again = Quiz("99-sample", SAMPLE)
    assert len(ipywidgets_widget._instances) == one
    ran = cell.Place("cell-2", 3, "")
    elsewhere = Quiz("99-sample", SAMPLE)
    assert len(ipywidgets_widget._instances) - before == 2 * (one - before)
    for quiz in (first, other, again, elsewhere):
        quiz.close()
    assert len(ipywidgets_widget._instances) == before
