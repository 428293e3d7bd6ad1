"""A prediction as a widget: it waits for the cell that it speaks of, and then says what was expected and what was."""

from __future__ import annotations

from typing import Any

from kubelearn.course.choices.text import Verdicts, code
from kubelearn.course.choices.view import UNANSWERED, Choices
from kubelearn.notebook import cell

from .entries import Prediction

_CHOOSE = "Choose what you expect, then run the next cell."
_RUN = "Now run the next cell."

#: Prediction → the place of the answer that was chosen last: running its cell again does not forget it.
_expected: dict[str, int] = {}


class Expectation(Choices):
    """A question about the next cell. Its answer is given when that cell has run, and not before.

    Attributes:
        prediction: what is asked, and of which cell.
    """

    verdicts = Verdicts("This happens.", "This does not happen.", "What happens:")
    gives_feedback = False

    def __init__(self, prediction: Prediction):
        """Show the question, and wait for the cell."""
        self.prediction = prediction
        self._events: Any = None
        super().__init__(f"predict-{prediction.key}", [prediction.question])
        self.chosen = [_expected.get(prediction.key, UNANSWERED)]
        self.reply(0, _CHOOSE if self.chosen[0] == UNANSWERED else _RUN)
        shell = cell.shell()
        if shell is not None:
            self._events = shell.events
            self._events.register("post_run_cell", self._after_cell)

    def on_choice(self, number: int) -> None:
        """Keep the choice, unless the cell has run meanwhile: the page shows again what was chosen before."""
        if self.locked[number]:
            self.chosen = [_expected.get(self.prediction.key, UNANSWERED)]
        elif self.chosen[number] != UNANSWERED:
            _expected[self.prediction.key] = self.chosen[number]
            self.reply(number, _RUN)

    def tell(self) -> None:
        """Say what happened, beside what was expected."""
        question = self.prediction.question
        happened = question.answers[question.right]
        if self.chosen[0] == UNANSWERED:
            self.reply(0, f"<strong>It was:</strong> {code(happened.text)}<br>{code(happened.feedback)}", lock=True)
            return
        expected = question.answers[self.chosen[0]]
        as_expected = expected is happened
        reasons = [happened.feedback] if as_expected else [expected.feedback, happened.feedback]
        self.reply(
            0,
            f"<strong>You expected:</strong> {code(expected.text)}<br><strong>It was:</strong> {code(happened.text)}"
            f"<br>{code(' '.join(reasons))}",
            "right" if as_expected else "other",
            lock=True,
        )

    def close(self) -> None:
        """Take it off the page, and wait no longer; safe to call twice."""
        self._wait_no_longer()
        super().close()

    def _after_cell(self, result: Any) -> None:
        if result.success and self._speaks_of(cell.current()):
            self._wait_no_longer()
            self.tell()

    def _speaks_of(self, ran: cell.Place) -> bool:
        """Whether this is the cell. Where the front end does not tell ids as the notebook has them, it is the next."""
        if self.place.cell == self.name:
            return ran.cell == self.prediction.cell
        return (ran.cell, ran.code) != (self.place.cell, self.place.code)

    def _wait_no_longer(self) -> None:
        if self._events is not None:
            self._events.unregister("post_run_cell", self._after_cell)
            self._events = None
