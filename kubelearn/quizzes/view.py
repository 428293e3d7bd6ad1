"""A quiz on the page: radio buttons where there is a kernel, a page that opens and closes where there is none, and plain text."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from ..exercises import passed
from .questions import Answer, Question

_LETTERS = "abcdefgh"


class Quiz(widgets.VBox):
    """The questions of a lesson; everything can be done with the keyboard.

    Attributes:
        asked: the questions, in their order.
    """

    def __init__(self, lesson: str, questions: Sequence[Question]):
        """Make the quiz.

        Args:
            lesson: the notebook's name without ``.ipynb``; a passed quiz is kept by it.
        """
        self.asked = [Asked(number, question, self._answered) for number, question in enumerate(questions, 1)]
        self._lesson = lesson
        self.status = widgets.HTML()
        super().__init__([*(part for asked in self.asked for part in asked.parts), self.status])

    def _answered(self) -> None:
        right = sum(asked.right for asked in self.asked)
        note = passed.record(passed.QUIZ + self._lesson) if right == len(self.asked) else ""
        self.status.value = f'<p role="status">{right} of {len(self.asked)} questions answered right. {code(note)}</p>'

    def __repr__(self) -> str:
        return as_text([asked.question for asked in self.asked])

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        return {**super()._repr_mimebundle_(**options), "text/plain": repr(self), "text/html": as_html([asked.question for asked in self.asked])}

    def close(self) -> None:
        """Close the widget and everything in it."""
        for part in (*(part for asked in self.asked for part in asked.parts), self.status):
            part.close()
        super().close()


class Asked:
    """One question on the page.

    Attributes:
        choice: the radio buttons.
        button: gives the feedback, so that a slip does not give an answer away.
        feedback: why the chosen answer is right or wrong.
        right: whether the latest answer was the right one.
    """

    def __init__(self, number: int, question: Question, answered: Callable[[], None]):
        self.question, self.right, self._answered = question, False, answered
        self.text = widgets.HTML(f"<p><strong>{number}. {code(question.question)}</strong></p>")
        options = [(answer.text.replace("`", ""), answer) for answer in question.answers]
        self.choice = widgets.RadioButtons(options=options, value=None, layout={"width": "auto"}, tooltip=f"Answers to question {number}")
        self.button = widgets.Button(description=f"Answer question {number}", layout={"width": "auto", "align_self": "flex-start"})
        self.feedback = widgets.HTML()
        self.button.on_click(lambda _: self.answer())
        self.parts = (self.text, self.choice, self.button, self.feedback)

    def answer(self) -> None:
        """Give feedback on the chosen answer, as the button does."""
        chosen: Answer | None = self.choice.value
        self.right = bool(chosen and chosen.correct)
        self.feedback.value = f'<p role="status">{verdict(chosen) if chosen else "Choose an answer first."}</p>'
        self._answered()


def code(text: str) -> str:
    """Return text as HTML, with what stands in backticks as code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text, quote=False))


def verdict(answer: Answer) -> str:
    """Return the feedback on an answer as HTML."""
    return f"<strong>{'Right' if answer.correct else 'Not quite'}.</strong> {code(answer.feedback)}"


def as_html(questions: Sequence[Question]) -> str:
    """Return the questions for a page without a kernel: each answer opens to its feedback, by mouse or keyboard, without a script."""
    parts = []
    for question in questions:
        answers = "".join(f"<details><summary>{code(answer.text)}</summary><p>{verdict(answer)}</p></details>" for answer in question.answers)
        parts.append(f"<li><p><strong>{code(question.question)}</strong></p>{answers}</li>")
    return f"<ol>{''.join(parts)}</ol>"


def as_text(questions: Sequence[Question]) -> str:
    """Return the questions as plain text, with the feedback after all of them."""
    asked, told = [], []
    for number, question in enumerate(questions, 1):
        asked.append(f"{number}. {question.question}")
        for letter, answer in zip(_LETTERS, question.answers, strict=False):
            asked.append(f"   {letter}) {answer.text}")
            told.append(f"{number} {letter}: {'Right' if answer.correct else 'Not quite'}. {answer.feedback}")
    return "\n".join([*asked, "", "Feedback:", *told])
