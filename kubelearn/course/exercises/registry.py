"""Finding the lessons: every module that has a ``LESSON``, here, among the drills and in the capstone."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from .core import Exercise, Lesson

#: Where they are. Drills and capstone are made of what exercises have in common, so nothing here imports them.
_PACKAGES = ("kubelearn.course.exercises", "kubelearn.course.drills", "kubelearn.course.capstone")


class UnknownExerciseError(LookupError):
    """There is no exercise of that name; the message lists those there are."""


@cache
def lessons() -> tuple[Lesson, ...]:
    """Return every lesson that has exercises, in the order of the course."""
    modules = [
        importlib.import_module(f"{package}.{found.name}")
        for package in _PACKAGES
        for found in pkgutil.iter_modules(importlib.import_module(package).__path__)
    ]
    return tuple(
        sorted((module.LESSON for module in modules if hasattr(module, "LESSON")), key=lambda lesson: lesson.name)
    )


def find(key: str) -> tuple[Lesson, Exercise]:
    """Return an exercise and its lesson.

    Raises:
        UnknownExerciseError: there is none of that name.
    """
    for lesson in lessons():
        for exercise in lesson.exercises:
            if exercise.key == key:
                return lesson, exercise
    known = ", ".join(exercise.key for lesson in lessons() for exercise in lesson.exercises)
    raise UnknownExerciseError(f"there is no exercise {key!r}; there are: {known}")
