"""Reading the questions of a quiz."""

from __future__ import annotations

from kubelearn.course import choices
from kubelearn.course.choices import Question, as_question


class UnknownQuizError(LookupError):
    """There is no quiz for that lesson; the message lists those there are."""


def names() -> list[str]:
    """Return the lessons that have a quiz, in the order of the course."""
    return choices.names(__package__)


def read(lesson: str) -> list[Question]:
    """Return the questions of a lesson. Old ones name the lesson that taught the point; the others name their own.

    Raises:
        UnknownQuizError: there is no quiz for it.
    """
    if lesson not in names():
        raise UnknownQuizError(f"there is no quiz for {lesson!r}; there are: {', '.join(names())}")
    return [
        as_question(entry, f"{lesson}/{key}", entry.get("old", lesson))
        for key, entry in choices.entries(__package__, lesson).items()
    ]
