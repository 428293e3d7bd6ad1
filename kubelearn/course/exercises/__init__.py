"""Exercises: tasks on the learner's cluster, checked by what the cluster does.

One module per lesson holds a :class:`Lesson`, in the constant ``LESSON``; the registry finds it by that name.
"""

from __future__ import annotations

from .cleaning import clean_up
from .core import Exercise, Lesson, NotAttempted, NotYet
from .outcome import Kind, Outcome
from .registry import UnknownExerciseError, find, lessons
from .session import Session, exercise

__all__ = [
    "Exercise",
    "Kind",
    "Lesson",
    "NotAttempted",
    "NotYet",
    "Outcome",
    "Session",
    "UnknownExerciseError",
    "clean_up",
    "exercise",
    "find",
    "lessons",
]
