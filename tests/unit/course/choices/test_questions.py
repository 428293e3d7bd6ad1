"""All questions of the course: each can be answered, and none by its form alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from importlib.resources import files

import pytest

from kubelearn.course import predictions, quizzes
from kubelearn.course.choices import Answer, Question

#: Verdicts, which are put in front of feedback.
_VERDICT = re.compile(
    r"(yes|no|right|wrong|correct|incorrect|true|false|exactly|indeed|nearly|almost|not (quite|necessarily|really))\b",
    re.IGNORECASE,
)
#: Words that do not hold in another lesson.
_ONLY_THERE = re.compile(r"this lesson|lesson before|(earlier|last|previous) lesson", re.IGNORECASE)


def all_questions() -> list[Question]:
    asked = [question for lesson in quizzes.names() for question in quizzes.read(lesson)]
    expected = [prediction.question for lesson in predictions.names() for prediction in predictions.read(lesson)]
    return [*asked, *expected]


def texts(question: Question) -> list[str]:
    return [question.question, *(text for answer in question.answers for text in (answer.text, answer.feedback))]


every = pytest.mark.parametrize("question", all_questions(), ids=lambda question: question.key)


@every
def test_it_has_one_right_answer_and_feedback_on_each(question: Question) -> None:
    assert [answer.correct for answer in question.answers].count(True) == 1
    assert 2 <= len(question.answers) <= 5
    assert len({answer.text for answer in question.answers}) == len(question.answers)
    assert all(text.strip() for text in texts(question))


@every
def test_feedback_does_not_give_the_verdict_again(question: Question) -> None:
    assert [answer.feedback for answer in question.answers if _VERDICT.match(answer.feedback)] == []


@every
def test_backticks_are_in_pairs(question: Question) -> None:
    assert [text for text in texts(question) if text.count("`") % 2] == []


@every
def test_it_can_be_asked_in_another_lesson(question: Question) -> None:
    assert [text for text in texts(question) if _ONLY_THERE.search(text)] == []


def test_keys_are_written_once_in_a_file() -> None:
    for package in (quizzes, predictions):
        for lesson in package.names():
            source = files(package).joinpath(f"{lesson}.yml").read_text(encoding="utf-8")
            keys = re.findall(r"^(\S+):", source, re.MULTILINE)
            assert keys == list(dict.fromkeys(keys))


def by_chance(questions: Iterable[Question]) -> Fraction:
    """Return how many right answers a mark on one answer of each question finds, on average."""
    return sum((Fraction(1, len(question.answers)) for question in questions), Fraction(0))


def stands_out(question: Question, *, longest: bool) -> bool:
    """Whether the right answer alone is the longest, or the shortest."""
    lengths = [len(answer.text) for answer in question.answers]
    extreme = max(lengths) if longest else min(lengths)
    return lengths.count(extreme) == 1 and lengths.index(extreme) == question.right


@pytest.mark.parametrize("longest", [True, False])
def test_the_right_answer_stands_out_by_its_length_no_more_often_than_by_chance(longest: bool) -> None:
    found = [question.key for question in all_questions() if stands_out(question, longest=longest)]
    assert len(found) <= by_chance(all_questions()), found
    assert len(found) >= by_chance(all_questions()) / 2, "then it is the one in the middle"


@pytest.mark.parametrize("lesson", quizzes.names())
def test_the_right_answer_of_a_quiz_is_seldom_the_longest(lesson: str) -> None:
    questions = quizzes.read(lesson)
    assert sum(stands_out(question, longest=True) for question in questions) <= by_chance(questions)


def test_the_right_answers_are_spread_over_the_places() -> None:
    for count in {len(question.answers) for question in all_questions()}:
        questions = [question for question in all_questions() if len(question.answers) == count]
        places = Counter(question.right for question in questions)
        few = len(questions) / count / 2
        assert all(places[place] >= int(few) for place in range(count)), (count, places)


def test_what_stands_out_is_seen() -> None:
    question = Question("Which?", (Answer("long", "."), Answer("longest", ".", correct=True), Answer("x", ".")))
    assert stands_out(question, longest=True)
    assert not stands_out(question, longest=False)
    assert by_chance([question, question]) == Fraction(2, 3)
