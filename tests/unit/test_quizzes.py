"""Quizzes: the questions that there are, and how they show with and without a kernel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kubelearn
from kubelearn.exercises import passed
from kubelearn.quizzes import Answer, Question, UnknownQuizError, names, read
from kubelearn.quizzes.view import Quiz

SAMPLE = [
    Question("Is `<b>` safe?", (Answer("Yes & no", "`<b>` is shown as it is.", correct=True), Answer("No", "It is."))),
    Question("Sure?", (Answer("No", "Be sure."), Answer("Yes", "Good.", correct=True))),
]


@pytest.fixture
def quiz(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Quiz]:
    monkeypatch.setenv(passed.PROGRESS_VARIABLE, str(tmp_path / "progress.json"))
    made = Quiz("99-sample", SAMPLE)
    yield made
    made.close()


@pytest.mark.parametrize("lesson", names())
def test_questions(lesson: str) -> None:
    questions = read(lesson)
    assert 4 <= len(questions) <= 6
    for question in questions:
        assert [answer.correct for answer in question.answers].count(True) == 1, question.question
        assert 2 <= len(question.answers) <= 5
        assert len({answer.text for answer in question.answers}) == len(question.answers)
        assert all(answer.feedback.strip() and answer.text.strip() for answer in question.answers)
    assert len({question.question for question in questions}) == len(questions)


@pytest.mark.parametrize("lesson", names())
def test_the_right_answer_is_not_always_in_the_same_place(lesson: str) -> None:
    places = {[answer.correct for answer in question.answers].index(True) for question in read(lesson)}
    assert len(places) > 1


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
    assert page.startswith("<ol><li><p><strong>Is <code>&lt;b&gt;</code> safe?</strong></p><details><summary>Yes &amp; no</summary><p><strong>Right.</strong> <code>&lt;b&gt;</code> is")
    assert page.count("<details>") == 4
    assert not re.search("script|onclick|id=", page)


def test_an_answer_gets_its_own_feedback_and_only_all_right_is_passed(quiz: Quiz) -> None:
    first, second = quiz.asked
    first.button.click()
    assert "Choose an answer first." in first.feedback.value
    first.choice.value = SAMPLE[0].answers[1]
    first.button.click()
    assert "Not quite.</strong> It is." in first.feedback.value
    first.choice.value = SAMPLE[0].answers[0]
    first.button.click()
    assert "Right.</strong> <code>&lt;b&gt;</code> is shown" in first.feedback.value
    assert "1 of 2 questions" in quiz.status.value
    assert passed.load()[0] == set()
    second.choice.value = SAMPLE[1].answers[1]
    second.button.click()
    assert "2 of 2 questions" in quiz.status.value
    assert passed.load()[0] == {"quiz-99-sample"}
