"""Quizzes: a few questions at the end of a lesson, with feedback for every answer.

The questions are data: ``LESSON.yml`` in this folder; ``questions`` reads them, ``view`` shows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .questions import Answer, Question, UnknownQuizError, names, read

if TYPE_CHECKING:
    from .view import Quiz

__all__ = ["Answer", "Question", "UnknownQuizError", "names", "quiz", "read"]


def quiz(lesson: str) -> Quiz:
    """Return the quiz of a lesson; as the last line of a cell it shows the questions.

    Args:
        lesson: the notebook's name without ``.ipynb``.

    Raises:
        UnknownQuizError: there is none; the message lists those there are.
    """
    from .view import Quiz

    return Quiz(lesson, read(lesson))
