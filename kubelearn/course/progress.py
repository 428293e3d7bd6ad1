"""The progress through the course, as a learner sees it."""

from __future__ import annotations

from typing import Any

from kubelearn.views.display import Table

from .drills import spacing
from .exercises.outcome import plain
from .exercises.registry import lessons
from .exercises.whole_course import whole_course
from .exercises.words import counted
from .passed import QUIZ, load, record
from .quizzes import names as quizzes

_NOTHING = "You have not passed an exercise yet."


class Progress:
    """What was passed; as the last line of a cell it shows a table, and a line that brings it elsewhere.

    Attributes:
        passed: keys of the exercises, and of the quizzes with ``quiz-`` before the lesson's name.
        note: what is to be said about it; may be empty.
        drills: name of a fault → how its drills ended, the last one last.
    """

    def __init__(self, passed: set[str], note: str = "", drills: dict[str, list[Any]] | None = None):
        self.passed = passed
        self.note = note
        self.drills = drills or {}

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

    def drill_table(self) -> Table:
        """Return a row for each fault that a drill was about; those that did not go well come sooner again."""
        rows = [
            (name, str(len(ended)), str(sum(each["well"] for each in ended)), _how(ended[-1]))
            for name, ended in sorted(self.drills.items())
        ]
        return Table(("Fault", "Drills", "Went well", "The last time"), rows, caption="Your drills")

    def _quiz(self, lesson: str) -> str:
        if lesson not in quizzes():
            return "none"
        return "passed" if QUIZ + lesson in self.passed else "not yet"

    @property
    def _tables(self) -> list[Table]:
        return [*([self.table()] if self.passed else []), *([self.drill_table()] if self.drills else [])]

    def _repr_markdown_(self) -> str:
        parts = [self.note] if self.note else []
        parts += [whole_course(self.passed)] if self.passed else [_NOTHING, whole_course(self.passed)]
        parts += map(_as_markdown, self._tables)
        if self.passed:
            parts.append(f"To take it with you, copy this line and run it elsewhere:\n\n```python\n{self._line}\n```")
        return "\n\n".join(parts)

    @property
    def _line(self) -> str:
        return f'kubelearn.progress("{self.code}")'

    def __repr__(self) -> str:
        parts = [plain(self.note)] if self.note else []
        course = plain(whole_course(self.passed))
        parts += [course] if self.passed else [_NOTHING, course]
        parts += map(repr, self._tables)
        if self.passed:
            parts.append(f"To take it with you, copy this line and run it elsewhere:\n{self._line}")
        return "\n\n".join(parts)


def _as_markdown(table: Table) -> str:
    rows = [table.headings, ["---"] * len(table.headings), *table.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _how(ended: dict[str, Any]) -> str:
    """Say how a drill ended, and what help it took."""
    wrong, hints = ended["misdiagnosed"], len(ended["rungs"])
    help_ = [counted(wrong, "wrong diagnosis") if wrong == 1 else f"{wrong} wrong diagnoses"] if wrong else []
    help_ += [counted(hints, "hint")] if hints else []
    minutes = max(round(ended["seconds"] / 60), 1)
    return ", ".join([f"{ended['result']} after {counted(minutes, 'minute')}", *help_])


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
    said = " ".join(dict.fromkeys(note for note in [*notes, fault] if note))
    return Progress((passed | set(given)) & known, said, spacing.ended())
