"""Questions as HTML and as plain text, for readers without a kernel."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import NamedTuple

from .questions import Answer, Question

_LETTERS = "abcdefgh"


class Verdicts(NamedTuple):
    """What stands in front of the feedback on an answer, and above all feedback in plain text."""

    right: str = "Right."
    wrong: str = "Not quite."
    heading: str = "Feedback:"

    def of(self, answer: Answer) -> str:
        """Return the verdict on an answer."""
        return self.right if answer.correct else self.wrong


def code(text: str) -> str:
    """Return text as HTML, with what stands in backticks as code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text, quote=False))


def feedback(question: Question, answer: Answer) -> str:
    """Return what is said of an answer; after a wrong one also where to look again, if that is another lesson."""
    where = f" See lesson {question.lesson}." if question.lesson and not answer.correct else ""
    return answer.feedback + where


def told(question: Question, answer: Answer, verdicts: Verdicts) -> str:
    """Return verdict and feedback on an answer as HTML."""
    return f"<strong>{code(verdicts.of(answer))}</strong> {code(feedback(question, answer))}"


def as_html(questions: Sequence[Question], verdicts: Verdicts) -> str:
    """Return the questions for a page without a kernel, as HTML.

    Each answer opens to its feedback, by mouse or keyboard, without a script.
    """
    parts = []
    for question in questions:
        answers = "".join(
            f"<details><summary>{code(answer.text)}</summary><p>{told(question, answer, verdicts)}</p></details>"
            for answer in question.answers
        )
        parts.append(f"<p><strong>{code(question.question)}</strong></p>{answers}")
    if len(parts) == 1:
        return parts[0]
    return f"<ol>{''.join(f'<li>{part}</li>' for part in parts)}</ol>"


def as_text(questions: Sequence[Question], verdicts: Verdicts) -> str:
    """Return the questions as plain text, with the feedback after all of them."""
    asked, below = [], []
    for number, question in enumerate(questions, 1):
        place = f"{number} " if len(questions) > 1 else ""
        asked.append(f"{number}. {question.question}" if place else question.question)
        for letter, answer in zip(_LETTERS, question.answers, strict=False):
            asked.append(f"   {letter}) {answer.text}")
            below.append(f"{place}{letter}: {verdicts.of(answer)} {feedback(question, answer)}")
    return "\n".join([*asked, "", verdicts.heading, *below])
