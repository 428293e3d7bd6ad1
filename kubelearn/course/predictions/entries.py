"""Reading predictions."""

from __future__ import annotations

from dataclasses import dataclass

from kubelearn.course import choices
from kubelearn.course.choices import Question, as_question


class UnknownPredictionError(LookupError):
    """There is no prediction of that name; the message lists those of each lesson."""


@dataclass(frozen=True)
class Prediction:
    """A question about what a cell will show.

    Attributes:
        key: names it in the notebook, unique in the course.
        lesson: the notebook's name without ``.ipynb``.
        cell: the id of the cell in which it happens.
        question: what could happen; the right answer is what happens.
    """

    key: str
    lesson: str
    cell: str
    question: Question


def names() -> list[str]:
    """Return the lessons that have predictions, in the order of the course."""
    return choices.names(__package__)


def read(lesson: str) -> list[Prediction]:
    """Return the predictions of a lesson that has some."""
    return [
        Prediction(key, lesson, entry["cell"], as_question(entry, key))
        for key, entry in choices.entries(__package__, lesson).items()
    ]


def find(key: str) -> Prediction:
    """Return a prediction.

    Raises:
        UnknownPredictionError: there is none of that name.
    """
    known = [prediction for lesson in names() for prediction in read(lesson)]
    for prediction in known:
        if prediction.key == key:
            return prediction
    listed = "; ".join(f"{lesson}: {', '.join(entry.key for entry in read(lesson))}" for lesson in names())
    raise UnknownPredictionError(f"there is no prediction {key!r}; there are: {listed}")
