"""Which old questions a lesson opens with."""

from __future__ import annotations

import random

from kubelearn.course import passed
from kubelearn.course.choices import Question

from .questions import UnknownQuizError, names, read

#: Section of the learner's progress: a question's key → whether each first answer was right.
ANSWERS = "answers"
COUNT = 3


def choose(lesson: str) -> list[Question]:
    """Return questions from the quizzes of earlier lessons.

    Those come first that were answered wrong more often than right, and those last that were answered right. A learner
    who has answered none sees what every other such learner sees, and each question at the head of one lesson only.

    Raises:
        UnknownQuizError: no lesson before it has a quiz, or there is no such lesson.
    """
    if lesson not in names()[1:]:
        raise UnknownQuizError(f"{lesson!r} has nothing to recall; lessons that have: {', '.join(names()[1:])}")
    answers = passed.noted(ANSWERS)
    return sorted(_in_order(lesson), key=lambda question: _known(answers.get(question.key, [])))[:COUNT]


def _in_order(lesson: str) -> list[Question]:
    """Return the questions of earlier lessons in an order of the lesson's own; those that others open with are last."""
    earlier: list[Question] = []
    order: list[Question] = []
    taken: set[str] = set()
    for name in names()[: names().index(lesson) + 1]:
        order = random.Random(name).sample(earlier, len(earlier))
        order.sort(key=lambda question: question.key in taken)
        taken |= {question.key for question in order[:COUNT]}
        earlier += read(name)
    return order


def _known(answers: list[bool]) -> int:
    """Return how many more answers were right than wrong."""
    return answers.count(True) - answers.count(False)
