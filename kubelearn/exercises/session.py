"""What a learner holds: an exercise on a cluster, with ``check()``, ``ex.hint()`` and ``ex.solution()``."""

from __future__ import annotations

from ..target import Cluster
from . import passed, situation
from .core import Exercise, Lesson, NotAttempted, NotYet
from .outcome import Kind, Outcome, Text, sentence, why
from .registry import find

_TO_HINT = "For help, call `ex.hint()`."


def exercise(key: str, cluster: Cluster) -> Session:
    """Return an exercise, and prepare its situation on the cluster unless that was done before.

    Args:
        key: name of the exercise.
        cluster: the handle on the cluster of this notebook.

    Raises:
        UnknownExerciseError: there is no such exercise; the message lists those there are.
    """
    lesson, found = find(key)
    return Session(lesson, found, cluster)


class Session:
    """An exercise on a cluster; as the last line of a cell it shows the task.

    Attributes:
        exercise: what the author wrote.
    """

    def __init__(self, lesson: Lesson, exercise: Exercise, cluster: Cluster):
        self.exercise = exercise
        self._lesson, self._cluster, self._given = lesson, cluster, 0
        self._fault = ""
        self._prepare()

    def _prepare(self) -> None:
        self._fault = ""
        try:
            situation.prepare(self._cluster, self.exercise)
        except Exception as error:  # noqa: BLE001 - told to the learner, whose notebook goes on
            self._fault = f"The exercise could not be prepared. {why(error)}"

    def _repr_markdown_(self) -> str:
        task = f"**Exercise: {self.exercise.title}**\n\n{self.exercise.task.strip()}"
        return f"{task}\n\n{self._fault}" if self._fault else task

    def __repr__(self) -> str:
        return repr(Text(self._repr_markdown_()))

    def check(self) -> Outcome:
        """Look whether the task is done; never raises.

        Returns:
            One of four outcomes: passed, not yet, not attempted, could not be checked. Each says why.
        """
        if self._cluster.closed:
            return Outcome(Kind.UNCHECKED, "The cluster of this notebook has ended.", "Run the notebook's set-up cell again, and then the exercise's first cell.")
        if self._fault:
            return Outcome(Kind.UNCHECKED, self._fault, "To try again, call `ex.reset()`.")
        try:
            proof = self.exercise.check(self._cluster)
        except NotAttempted as reason:
            return Outcome(Kind.NOT_ATTEMPTED, sentence(str(reason)), _TO_HINT)
        except NotYet as reason:
            return Outcome(Kind.NOT_YET, sentence(str(reason)), _TO_HINT)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong here is told as the outcome; a notebook that is run as a whole goes on
            return Outcome(Kind.UNCHECKED, why(error))
        return Outcome(Kind.PASSED, sentence(proof or ""), passed.record(self.exercise.key))

    def hint(self) -> Text:
        """Return the next hint; after the last one, that one again."""
        hints = self.exercise.hints
        self._given = min(self._given + 1, len(hints))
        last = " That was the last hint; `ex.solution()` shows the whole way." if self._given == len(hints) else ""
        return Text(f"**Hint {self._given} of {len(hints)}.** {hints[self._given - 1]}{last}")

    def solution(self) -> Text:
        """Return one way to do it; others are as good."""
        return Text(f"**One way to do it**, in a cell whose first line is `%%bash`:\n\n```bash\n{self.exercise.solution.strip()}\n```")

    def reset(self) -> Session:
        """Delete what belongs to the exercise, and prepare its situation anew; the hints begin again."""
        self._given, self._fault = 0, ""
        try:
            situation.clear(self._cluster, self.exercise)
        except Exception as error:  # noqa: BLE001 - told to the learner, whose notebook goes on
            self._fault = f"The exercise could not be reset. {why(error)}"
        else:
            self._prepare()
        return self
