"""Questions with answers to choose from: what quizzes, predictions and the drills' diagnosis share.

``questions`` reads them from YAML, ``text`` has them for readers without a kernel, ``view`` is the widget.
"""

from .questions import Answer, Question, as_question, entries, names

__all__ = ["Answer", "Question", "as_question", "entries", "names"]
