"""The choices of a diagnosis: radio buttons where there is a kernel, and a list of names everywhere else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kubelearn.course.choices import Answer, Question
from kubelearn.course.choices.text import code
from kubelearn.course.choices.view import UNANSWERED, Choices
from kubelearn.course.drills.faults import read

_ASKED = 'What is wrong? Commit it with its name, as in `diagnose("NAME")`:'
_ONE = ("What is wrong?",)
_TWO = ("What is one of the two faults?", "What is the other one?")


class Diagnosis(Choices):
    """What may be wrong, to choose from; nothing in the page says what is right.

    Attributes:
        names: of the faults to choose from.
    """

    gives_feedback = False

    def __init__(self, names: Sequence[str], right: Sequence[str], commit: Callable[[Sequence[str]], None]):
        """Show the choices.

        Args:
            names: of the faults to choose from.
            right: of those that there are.
            commit: gets the names of what was chosen.
        """
        self.names = tuple(names)
        self._commit = commit
        asked = [
            Question(text, tuple(Answer(_choice(name), "", correct=name == fault) for name in names))
            for text, fault in zip(_TWO if len(right) > 1 else _ONE, right, strict=True)
        ]
        super().__init__("diagnosis", asked, ["Commit the diagnosis"] * len(asked))

    def on_commit(self, number: int) -> None:
        """Commit the diagnosis once all of it is chosen."""
        self.reply(number, "Committed. It can be changed until it is checked.")
        if all(self.checked) and UNANSWERED not in self.chosen:
            self._commit([self.names[place] for place in self.chosen])

    def __repr__(self) -> str:
        return "\n".join([_ASKED, *map(_choice, self.names)])

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:  # type: ignore[override]  # IPython takes both
        listed = "".join(f"<li>{code(_choice(name))}</li>" for name in self.names)
        return {**super()._repr_mimebundle_(**options), "text/html": f"<p>{code(_ASKED)}</p><ul>{listed}</ul>"}


def _choice(name: str) -> str:
    return f"`{name}`: {read(name).diagnosis}"
