"""What a learner has passed: kept in a small file beside the notebooks, and taken along as text."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ..display import Table
from ..quizzes import names as quizzes
from .outcome import plain
from .registry import lessons

#: Where to keep it; by default ``kubelearn-progress.json`` beside the notebook.
PROGRESS_VARIABLE = "KUBELEARN_PROGRESS"
_FILE = "kubelearn-progress.json"
#: What a passed quiz is called in the file: this and the lesson's name.
QUIZ = "quiz-"


def path() -> Path:
    """Return where progress is kept; a notebook's working directory is its own folder."""
    return Path(os.environ.get(PROGRESS_VARIABLE) or _FILE)


def record(key: str) -> str:
    """Note that something was passed.

    Returns:
        Nothing, or a sentence that says why it could not be kept.
    """
    passed, fault = load()
    if key in passed:
        return ""
    try:
        if fault:
            path().replace(path().with_suffix(".broken.json"))
        _save({*passed, key})
    except OSError as error:
        return f"(Your progress could not be saved in `{path()}`: {error.strerror}. Everything else works.)"
    return ""


def load() -> tuple[set[str], str]:
    """Return what was passed, and nothing or a sentence that says why the file cannot be read."""
    try:
        passed = json.loads(path().read_text(encoding="utf-8"))["passed"]
        if not (isinstance(passed, list) and all(isinstance(key, str) for key in passed)):
            raise ValueError("`passed` is not a list of names")
    except FileNotFoundError:
        return set(), ""
    except OSError as error:
        return set(), f"Your progress in `{path()}` cannot be read: {error.strerror}."
    except (ValueError, LookupError, TypeError):
        return set(), f"Your progress in `{path()}` cannot be read: the file is damaged. It is set aside when you pass the next exercise; all lessons work without it."
    return set(passed), ""


def _save(passed: Iterable[str]) -> None:
    """Write the file whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    target = path()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"passed": sorted(passed)}, file, indent=1)
        os.replace(name, target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


class Progress:
    """What was passed; as the last line of a cell it shows a table and the text to take along.

    Attributes:
        passed: keys of the exercises, and of the quizzes with ``quiz-`` before the lesson's name.
        note: what is to be said about it; may be empty.
    """

    def __init__(self, passed: set[str], note: str = ""):
        self.passed, self.note = passed, note

    @property
    def code(self) -> str:
        """The progress as text: paste it in ``kubelearn.progress("…")`` elsewhere."""
        return " ".join(sorted(self.passed))

    def table(self) -> Table:
        """Return a row for each lesson in which something was passed."""
        rows = []
        for lesson in lessons():
            done = sum(exercise.key in self.passed for exercise in lesson.exercises)
            quiz = self._quiz(lesson.name)
            if done or quiz == "passed":
                rows.append((lesson.name, f"{done} of {len(lesson.exercises)}", quiz))
        return Table(("Lesson", "Exercises", "Quiz"), rows, caption="What you have passed")

    def _quiz(self, lesson: str) -> str:
        if lesson not in quizzes():
            return "none"
        return "passed" if QUIZ + lesson in self.passed else "not yet"

    def _repr_markdown_(self) -> str:
        parts = [self.note] if self.note else []
        if not self.passed:
            return "\n\n".join([*parts, "You have not passed an exercise yet."])
        table = self.table()
        rows = [table.headings, ["---"] * len(table.headings), *table.rows]
        return "\n\n".join([*parts, "\n".join(f"| {' | '.join(row)} |" for row in rows), f"To take it along, copy this line and run it elsewhere:\n\n```python\n{self._line}\n```"])

    @property
    def _line(self) -> str:
        return f'kubelearn.progress("{self.code}")'

    def __repr__(self) -> str:
        parts = [plain(self.note)] if self.note else []
        if not self.passed:
            return "\n\n".join([*parts, "You have not passed an exercise yet."])
        return "\n\n".join([*parts, repr(self.table()), f"To take it along, copy this line and run it elsewhere:\n{self._line}"])


def progress(code: str = "") -> Progress:
    """Show what was passed.

    Args:
        code: text from elsewhere, to add to what was passed here.
    """
    known = {exercise.key for lesson in lessons() for exercise in lesson.exercises} | {QUIZ + lesson.name for lesson in lessons()}
    given = code.split()
    notes = [record(key) for key in given if key in known]
    unknown = [key for key in given if key not in known]
    if unknown:
        notes.append(f"Not known in this course, and left out: {', '.join(unknown)}.")
    passed, fault = load()
    return Progress(passed | (set(given) & known), " ".join(dict.fromkeys(note for note in [*notes, fault] if note)))
