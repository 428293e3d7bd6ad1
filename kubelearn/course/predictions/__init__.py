"""Predictions: what will the next cell show? Chosen before it runs, and shown beside what happened.

They are data: ``LESSON.yml`` in this folder; ``entries`` reads them, ``view`` shows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .entries import Prediction, UnknownPredictionError, find, names, read

if TYPE_CHECKING:
    from .view import Expectation

__all__ = ["Prediction", "UnknownPredictionError", "find", "names", "predict", "read"]


def predict(key: str) -> Expectation:
    """Return a question about the next cell; as the last line of a cell it shows what could happen.

    Choose, then run the next cell: your choice is shown beside what happened. Without a choice it says what happened.

    Args:
        key: which question.

    Raises:
        UnknownPredictionError: there is none; the message lists those of each lesson.
    """
    from .view import Expectation

    return Expectation(find(key))
