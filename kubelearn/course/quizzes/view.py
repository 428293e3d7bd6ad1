"""The quiz of a lesson and the questions that a later one opens with, as widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kubelearn.course import passed
from kubelearn.course.choices import Question
from kubelearn.course.choices.text import code
from kubelearn.course.choices.view import Choices

from .due import ANSWERS

_RECORDED = "Recorded: `kubelearn.progress()` shows what you have passed."


class _Asked(Choices):
    """Questions whose first answers go into the learner's progress; later ones are given after the feedback."""

    def __init__(self, name: str, questions: Sequence[Question]):
        self._noted: set[int] = set()
        labels = [f"Answer question {number}" for number in range(1, len(questions) + 1)]
        super().__init__(name, questions, labels)
        self.counts = True

    def on_commit(self, number: int) -> None:
        """Note the first answer to a question."""
        if number not in self._noted and self.asked[number].key:
            passed.note(ANSWERS, self.asked[number].key, self.is_right(number))
        self._noted.add(number)


class Quiz(_Asked):
    """The questions of a lesson. When all are answered right, that is recorded as passed.

    Attributes:
        lesson: the notebook's name without ``.ipynb``.
    """

    def __init__(self, lesson: str, questions: Sequence[Question]):
        """Make the quiz.

        Args:
            lesson: the notebook's name without ``.ipynb``; a passed quiz is kept by it.
            questions: in their order.
        """
        self.lesson = lesson
        # Only what an old question asks for is in another lesson.
        own = [replace(question, lesson="") if question.lesson == lesson else question for question in questions]
        super().__init__(passed.QUIZ + lesson, own)
        self.recorded = ""

    def on_commit(self, number: int) -> None:
        """Note an answer, and whether all are right now."""
        super().on_commit(number)
        if self.right == len(self.asked):
            self.recorded = code(passed.record(passed.QUIZ + self.lesson) or _RECORDED)


class Recall(_Asked):
    """Old questions at the head of a lesson."""

    def __init__(self, lesson: str, questions: Sequence[Question]):
        """Show the questions.

        Args:
            lesson: the notebook's name without ``.ipynb``.
            questions: in their order.
        """
        super().__init__(f"recall-{lesson}", questions)
