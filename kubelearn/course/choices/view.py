"""The widget of questions: radio buttons where there is a kernel, and what ``text`` makes everywhere else."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import anywidget
import traitlets

from kubelearn.notebook import cell

from .questions import Question
from .text import Verdicts, as_html, as_text, code, told

UNANSWERED = -1

#: Questions that are on a page → the cell that shows them.
_open: weakref.WeakKeyDictionary[Choices, cell.Place] = weakref.WeakKeyDictionary()


def _source(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


class Choices(anywidget.AnyWidget):
    """Questions with answers to choose from; everything can be done with the keyboard.

    Running a cell again closes those that its last run made. A subclass says what happens with the answers, in
    :meth:`on_choice` and :meth:`on_commit`.

    Attributes:
        verdicts: what stands in front of the feedback.
        gives_feedback: whether the page has the feedback and shows it, so that a busy kernel does not delay it.
            If not, nothing of it is in the page, and only the kernel answers (:meth:`reply`).
        counts: whether the page numbers the questions and says how many are answered right.
        name: what it shows: showing the same in the same cell replaces it.
        place: the cell that shows it.
        asked: the questions, in their order.
        page: the same as HTML, for the browser.
        chosen: for each question the place of the chosen answer, or :data:`UNANSWERED`.
        checked: for each question whether the chosen answer was committed: a slip is no answer.
        replies: for each question what the kernel says of it, as HTML, and its ``outcome`` (:meth:`reply`). What was
            said of a committed answer goes when another is chosen.
        locked: for each question whether its answer stays.
        recorded: a sentence as HTML, that all right answers were recorded or why not; empty before. None if nobody
            waits for that.
    """

    _esm = _source("choices.js")
    _css = _source("choices.css")
    verdicts = Verdicts()
    gives_feedback = True
    page = traitlets.List(traitlets.Dict()).tag(sync=True)
    counts = traitlets.Bool(False).tag(sync=True)
    chosen = traitlets.List(traitlets.Int()).tag(sync=True)
    checked = traitlets.List(traitlets.Bool()).tag(sync=True)
    replies = traitlets.List(traitlets.Dict()).tag(sync=True)
    locked = traitlets.List(traitlets.Bool()).tag(sync=True)
    recorded = traitlets.Unicode(None, allow_none=True).tag(sync=True)

    def __init__(self, name: str, questions: Sequence[Question], commits: Sequence[str] = ()):
        """Make the widget.

        Args:
            name: what it shows.
            questions: in the order in which they are shown.
            commits: a label for each question's button; without one, choosing is enough.
        """
        self.asked = tuple(questions)
        self.name = name
        self.place = cell.current()
        for other, before in list(_open.items()):
            if before.gives_way_to(self.place, same_name=other.name == name):
                other.close()
        count = len(self.asked)
        labels = list(commits) or [""] * count
        super().__init__(
            page=[self._page(*drawn) for drawn in zip(self.asked, labels, strict=True)],
            chosen=[UNANSWERED] * count,
            checked=[False] * count,
            replies=[{}] * count,
            locked=[False] * count,
        )
        self._seen = list(zip(self.chosen, self.checked, strict=True))
        self.observe(self._follow, ["chosen", "checked"])
        _open[self] = self.place

    def on_choice(self, number: int) -> None:
        """Do what follows a choice that may still change; ``number`` is the question's place."""

    def on_commit(self, number: int) -> None:
        """Do what follows an answer; ``number`` is the question's place."""

    def reply(self, number: int, html: str, outcome: str = "", *, lock: bool = False) -> None:
        """Say something of a question, in place of feedback.

        Args:
            html: what; the caller has escaped what others wrote.
            outcome: ``right``, ``wrong``, ``other`` (than expected: no fault), or nothing.
            lock: whether the answer stays from now on.
        """
        self.replies = _with(self.replies, number, {"html": html, "outcome": outcome})
        self.locked = _with(self.locked, number, self.locked[number] or lock)

    @property
    def right(self) -> int:
        """How many questions are answered right, and were committed."""
        return sum(map(self.is_right, range(len(self.asked))))

    def is_right(self, number: int) -> bool:
        """Whether a question is answered right, and that was committed."""
        return self.checked[number] and self.chosen[number] == self.asked[number].right

    def __repr__(self) -> str:
        return as_text(self.asked, self.verdicts)

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:  # type: ignore[override]  # IPython takes both
        shown = super()._repr_mimebundle_(**options)
        bundle: dict[str, Any] = shown[0] if shown else {}
        return {**bundle, "text/plain": repr(self), "text/html": as_html(self.asked, self.verdicts)}

    def close(self) -> None:
        """Take the questions off the page; safe to call twice."""
        _open.pop(self, None)
        self.layout.close()
        super().close()

    def _page(self, question: Question, commit: str) -> dict[str, Any]:
        answers: list[dict[str, Any]] = [{"text": code(answer.text)} for answer in question.answers]
        if self.gives_feedback:
            answers = [
                {**shown, "verdict": told(question, answer, self.verdicts), "correct": answer.correct}
                for shown, answer in zip(answers, question.answers, strict=True)
            ]
        return {"question": code(question.question), "answers": answers, "commit": commit}

    def _follow(self, _: object) -> None:
        """Tell what is new; the page may change several things at once, or one after the other."""
        before, self._seen = self._seen, list(zip(self.chosen, self.checked, strict=True))
        for number, (old, new) in enumerate(zip(before, self._seen, strict=True)):
            chosen, checked = new
            if chosen != old[0]:
                self.on_choice(number)
            if checked and chosen != UNANSWERED and new != old and not self.locked[number]:
                self.on_commit(number)


def _with(values: list[Any], place: int, value: Any) -> list[Any]:
    return [*values[:place], value, *values[place + 1 :]]
