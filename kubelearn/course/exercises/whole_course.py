"""How much of the whole course is passed."""

from __future__ import annotations

from kubelearn.course.cards import bar
from kubelearn.course.passed import QUIZ
from kubelearn.course.quizzes import names as quizzes

from .registry import lessons


def whole_course(passed: set[str]) -> str:
    """Return how much of all exercises and quizzes is passed: a bar in Markdown.

    Args:
        passed: keys of exercises, and of quizzes as :mod:`kubelearn.course.passed` has them.
    """
    everything = {exercise.key for lesson in lessons() for exercise in lesson.exercises}
    everything |= {QUIZ + name for name in quizzes()}
    return f"**The whole course:** {bar(len(passed & everything), len(everything))}"
