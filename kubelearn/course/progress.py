"""The progress through the course, as a learner sees it."""

from __future__ import annotations

from kubelearn.views.display import Table

from .exercises.outcome import plain
from .exercises.registry import lessons
from .passed import QUIZ, load, record
from .quizzes import names as quizzes


class Progress:
    """What was passed; as the last line of a cell it shows a table, and a line that brings it elsewhere.

    Attributes:
        passed: keys of the exercises, and of the quizzes with ``quiz-`` before the lesson's name.
        note: what is to be said about it; may be empty.
    """

    def __init__(self, passed: set[str], note: str = ""):
        self.passed = passed
        self.note = note

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
        parts.append("\n".join(f"| {' | '.join(row)} |" for row in rows))
        parts.append(f"To take it with you, copy this line and run it elsewhere:\n\n```python\n{self._line}\n```")
        return "\n\n".join(parts)

    @property
    def _line(self) -> str:
        return f'kubelearn.progress("{self.code}")'

    def __repr__(self) -> str:
        parts = [plain(self.note)] if self.note else []
        if not self.passed:
            return "\n\n".join([*parts, "You have not passed an exercise yet."])
        parts.append(repr(self.table()))
        parts.append(f"To take it with you, copy this line and run it elsewhere:\n{self._line}")
        return "\n\n".join(parts)


def progress(code: str = "") -> Progress:
    """Show what was passed.

    Args:
        code: text from elsewhere, to add to what was passed here.
    """
    exercises = {exercise.key for lesson in lessons() for exercise in lesson.exercises}
    known = exercises | {QUIZ + lesson.name for lesson in lessons()}
    given = code.split()
    notes = [record(key) for key in given if key in known]
    unknown = [key for key in given if key not in known]
    if unknown:
        notes.append(f"Not known in this course, and left out: {', '.join(unknown)}.")
    passed, fault = load()
    return Progress((passed | set(given)) & known, " ".join(dict.fromkeys(note for note in [*notes, fault] if note)))
