"""What a learner has passed: kept in a small file beside the notebooks, and taken along as text."""

from __future__ import annotations

import os
from pathlib import Path

from kubelearn.quizzes import names as quizzes
from kubelearn.views.display import Table

from . import progress_file
from .outcome import plain
from .registry import lessons

#: Where to keep it; by default ``kubelearn-progress.json`` beside the notebook.
PROGRESS_VARIABLE = "KUBELEARN_PROGRESS"
_FILE = "kubelearn-progress.json"
#: What a passed quiz is called in the file: this and the lesson's name.
QUIZ = "quiz-"
_ONLY_HERE = "What you pass is kept until this notebook's kernel ends; `kubelearn.progress()` shows a line with which you can take it along."
#: What was passed in this kernel and is not in the file of that path, which could not be written.
_kept_here: dict[Path, set[str]] = {}
#: Paths of which the learner was told that.
_said: set[Path] = set()


def path() -> Path:
    """Return where progress is kept; a notebook's working directory is its own folder."""
    return Path(os.environ.get(PROGRESS_VARIABLE) or _FILE)


def record(key: str) -> str:
    """Note that something was passed: in the file, or, if that cannot be, until this kernel ends.

    Returns:
        Nothing, or a sentence that says why it is not in the file; the same sentence is said once.
    """
    kept_here = _kept_here.setdefault(path(), set())
    try:
        progress_file.add(path(), {key, *kept_here})
    except OSError as error:
        kept_here.add(key)
        return _once(f"Your progress could not be saved in `{path()}` ({error.strerror}). {_ONLY_HERE}")
    del _kept_here[path()]
    _said.discard(path())
    return ""


def load() -> tuple[set[str], str]:
    """Return what was passed, and nothing or a sentence that says what of it is not in the file, and why."""
    kept_here = _kept_here.get(path(), set())
    try:
        passed = progress_file.read(path())
    except OSError as error:
        return set(kept_here), f"Your progress in `{path()}` cannot be read: {error.strerror}. {_ONLY_HERE}"
    except progress_file.DamagedError:
        return set(kept_here), (
            f"Your progress in `{path()}` cannot be read: the file is damaged. "
            "It is set aside when you pass the next exercise; all lessons work without it.")
    return passed | kept_here, f"Your progress could not be saved in `{path()}`. {_ONLY_HERE}" if kept_here - passed else ""


def _once(sentence: str) -> str:
    """Return a sentence the first time: the next exercises that are passed have the same to say."""
    if path() in _said:
        return ""
    _said.add(path())
    return sentence


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
