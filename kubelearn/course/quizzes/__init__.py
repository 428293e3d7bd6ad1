"""Quizzes: a few questions at the end of a lesson, with feedback for every answer, and some of them at later ones.

The questions are data: ``LESSON.yml`` in this folder. ``questions`` reads them, ``view`` shows them, ``due``
chooses those that a later lesson opens with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.course.choices import Answer, Question

from .questions import UnknownQuizError, names, read

if TYPE_CHECKING:
    from .view import Quiz, Recall

__all__ = ["Answer", "Question", "UnknownQuizError", "names", "quiz", "read", "recall"]


def quiz(lesson: str) -> Quiz:
    """Return the quiz of a lesson; as the last line of a cell it shows the questions.

    Args:
        lesson: the notebook's name without ``.ipynb``.

    Raises:
        UnknownQuizError: there is none; the message lists those there are.
    """
    from .view import Quiz

    return Quiz(lesson, read(lesson))


def recall(lesson: str) -> Recall:
    """Return some questions from the quizzes of earlier lessons, those first that were answered wrong before.

    Args:
        lesson: the notebook's name without ``.ipynb``.

    Raises:
        UnknownQuizError: no lesson before it has a quiz, or there is no such lesson.
    """
    from .due import choose
    from .view import Recall

    return Recall(lesson, choose(lesson))
