"""Reading the questions of a quiz."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import yaml

_SUFFIX = ".yml"


class UnknownQuizError(LookupError):
    """There is no quiz for that lesson; the message lists those there are."""


@dataclass(frozen=True)
class Answer:
    """One of the answers to choose from.

    Attributes:
        text: plain text; code may stand in backticks.
        feedback: why it is right or wrong.
        correct: whether it is the right one.
    """

    text: str
    feedback: str
    correct: bool = False


@dataclass(frozen=True)
class Question:
    """A question with exactly one right answer."""

    question: str
    answers: tuple[Answer, ...]


def names() -> list[str]:
    """Return the lessons that have a quiz."""
    return sorted(
        found.name.removesuffix(_SUFFIX) for found in files(__package__).iterdir() if found.name.endswith(_SUFFIX)
    )


def read(lesson: str) -> list[Question]:
    """Return the questions of a lesson.

    Raises:
        UnknownQuizError: there is no quiz for it.
    """
    if lesson not in names():
        raise UnknownQuizError(f"there is no quiz for {lesson!r}; there are: {', '.join(names())}")
    entries = yaml.safe_load(files(__package__).joinpath(lesson + _SUFFIX).read_text(encoding="utf-8"))
    return [Question(entry["question"], tuple(Answer(**answer) for answer in entry["answers"])) for entry in entries]
