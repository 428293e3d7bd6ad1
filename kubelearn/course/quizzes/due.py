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
    """Return questions from the quizzes of earlier lessons, in an order that is the lesson's own.

    Those come first that were answered wrong more often than right, and those last that were answered right. A learner
    who has answered none sees what every other such learner sees.

    Raises:
        UnknownQuizError: no lesson before it has a quiz, or there is no such lesson.
    """
    earlier = [name for name in names() if name < lesson]
    if lesson not in names() or not earlier:
        raise UnknownQuizError(f"{lesson!r} has nothing to recall; lessons that have: {', '.join(names()[1:])}")
    questions = [question for name in earlier for question in read(name)]
    random.Random(lesson).shuffle(questions)
    answers = passed.noted(ANSWERS)
    return sorted(questions, key=lambda question: _known(answers.get(question.key, [])))[:COUNT]


def _known(answers: list[bool]) -> int:
    """Return how many more answers were right than wrong."""
    return answers.count(True) - answers.count(False)
