"""Finding the lessons: every module of this package that has a ``LESSON``, and those that are built on exercises."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from .core import Exercise, Lesson

#: Lessons that are packages of their own, by name: they import this package.
_ELSEWHERE = ("kubelearn.course.capstone",)


class UnknownExerciseError(LookupError):
    """There is no exercise of that name; the message lists those there are."""


@cache
def lessons() -> tuple[Lesson, ...]:
    """Return every lesson that has exercises, in the order of the course."""
    package = importlib.import_module(__package__)
    names = [f"{__package__}.{found.name}" for found in pkgutil.iter_modules(package.__path__)]
    modules = [importlib.import_module(name) for name in (*names, *_ELSEWHERE)]
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
