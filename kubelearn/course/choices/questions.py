"""Questions, and reading them: a folder of the course has a file ``LESSON.yml`` of entries with keys."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

_SUFFIX = ".yml"


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
    """A question with exactly one right answer.

    Attributes:
        question: plain text; code may stand in backticks.
        answers: in the order in which they are shown.
        key: its name in the learner's progress; empty if it is not kept.
        lesson: where it is taught, if that has to be said.
    """

    question: str
    answers: tuple[Answer, ...]
    key: str = ""
    lesson: str = ""

    @property
    def right(self) -> int:
        """The place of the right answer."""
        return [answer.correct for answer in self.answers].index(True)


def names(package: str) -> list[str]:
    """Return what a folder of the course has files for: lessons, in the order of the course, or faults of drills."""
    return sorted(
        found.name.removesuffix(_SUFFIX) for found in files(package).iterdir() if found.name.endswith(_SUFFIX)
    )


def entries(package: str, lesson: str) -> dict[str, dict[str, Any]]:
    """Return what a lesson's file has: key → entry."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(
        files(package).joinpath(lesson + _SUFFIX).read_text(encoding="utf-8")
    )
    return found


def as_question(entry: dict[str, Any], key: str, lesson: str = "") -> Question:
    """Return the question of an entry."""
    return Question(entry["question"], tuple(Answer(**answer) for answer in entry["answers"]), key, lesson)
