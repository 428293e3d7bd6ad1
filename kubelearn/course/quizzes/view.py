"""A quiz: radio buttons where there is a kernel, a page that opens and closes where there is none, and plain text."""

from __future__ import annotations

import html
import re
import weakref
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import anywidget
import traitlets

from kubelearn.course import passed
from kubelearn.notebook import cell

from .questions import Answer, Question

_LETTERS = "abcdefgh"
_UNANSWERED = -1
_RECORDED = "Recorded: `kubelearn.progress()` shows what you have passed."

#: Quiz that is on a page → the cell that shows it.
_open: weakref.WeakKeyDictionary[Quiz, cell.Place] = weakref.WeakKeyDictionary()


def _source(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


class Quiz(anywidget.AnyWidget):
    """The questions of a lesson; everything can be done with the keyboard.

    Running a cell again closes the quiz that its last run made.

    Attributes:
        asked: the questions, in their order.
        page: the same as HTML, for the browser.
        lesson: the notebook's name without ``.ipynb``.
        chosen: for each question the place of the chosen answer, or -1.
        checked: for each question whether the chosen answer was checked: a slip does not give an answer away.
        recorded: a sentence as HTML, that it was recorded as passed or why not; empty before.
    """

    _esm = _source("quiz.js")
    _css = _source("quiz.css")
    page = traitlets.List(traitlets.Dict()).tag(sync=True)
    chosen = traitlets.List(traitlets.Int()).tag(sync=True)
    checked = traitlets.List(traitlets.Bool()).tag(sync=True)
    recorded = traitlets.Unicode("").tag(sync=True)

    def __init__(self, lesson: str, questions: Sequence[Question]):
        """Make the quiz.

        Args:
            lesson: the notebook's name without ``.ipynb``; a passed quiz is kept by it.
        """
        self.asked = tuple(questions)
        self.lesson = lesson
        place = cell.current()
        for other, before in list(_open.items()):
            if before.gives_way_to(place, same_name=other.lesson == lesson):
                other.close()
        super().__init__(
            page=[_page(question) for question in self.asked],
            chosen=[_UNANSWERED] * len(self.asked),
            checked=[False] * len(self.asked),
        )
        self.observe(self._record, ["chosen", "checked"])
        _open[self] = place

    @property
    def right(self) -> int:
        """How many questions are answered right, and were checked."""
        answers = zip(self.asked, self.chosen, self.checked, strict=True)
        return sum(
            checked and chosen != _UNANSWERED and question.answers[chosen].correct
            for question, chosen, checked in answers
        )

    def _record(self, _: object) -> None:
        if self.right == len(self.asked):
            self.recorded = code(passed.record(passed.QUIZ + self.lesson) or _RECORDED)

    def __repr__(self) -> str:
        return as_text(self.asked)

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:  # type: ignore[override]  # IPython takes both
        shown = super()._repr_mimebundle_(**options)
        bundle: dict[str, Any] = shown[0] if shown else {}
        return {**bundle, "text/plain": repr(self), "text/html": as_html(self.asked)}

    def close(self) -> None:
        """Take the quiz off the page; safe to call twice."""
        _open.pop(self, None)
        self.layout.close()
        super().close()


def _page(question: Question) -> dict[str, Any]:
    answers = [
        {"text": code(answer.text), "verdict": verdict(answer), "correct": answer.correct}
        for answer in question.answers
    ]
    return {"question": code(question.question), "answers": answers}


def code(text: str) -> str:
    """Return text as HTML, with what stands in backticks as code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text, quote=False))


def verdict(answer: Answer) -> str:
    """Return the feedback on an answer as HTML."""
    return f"<strong>{'Right' if answer.correct else 'Not quite'}.</strong> {code(answer.feedback)}"


def as_html(questions: Sequence[Question]) -> str:
    """Return the questions for a page without a kernel, as HTML.

    Each answer opens to its feedback, by mouse or keyboard, without a script.
    """
    parts = []
    for question in questions:
        answers = "".join(
            f"<details><summary>{code(answer.text)}</summary><p>{verdict(answer)}</p></details>"
            for answer in question.answers
        )
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
