"""What a learner holds: an exercise on a cluster, with ``check()``, ``hint()``, ``solution()`` and ``reset()``."""

from __future__ import annotations

from dataclasses import replace

from kubelearn.course import passed, proofs
from kubelearn.course.cards import Look
from kubelearn.target.connection import Cluster
from kubelearn.target.execution import NotRunningError

from . import situation, standing
from .core import Exercise, Lesson, NotAttempted, NotYet, Spoiled, not_running
from .outcome import Kind, Outcome, Text, headed, sentence, why
from .probe import bounded
from .registry import find
from .whole_course import whole_course


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
        lesson: the one that it belongs to.
        exercise: what the author wrote.
    """

    def __init__(self, lesson: Lesson, exercise: Exercise, cluster: Cluster):
        self.lesson = lesson
        self.exercise = exercise
        self._cluster = cluster
        self._given = 0
        self._solution_shown = False
        self._fault = ""
        self._note = ""
        standing.shown(cluster, exercise)
        self._prepare()

    def _prepare(self) -> None:
        self._fault = ""
        if self._cluster.closed:
            return
        try:
            situation.prepare(self._cluster, self.exercise)
        except Exception as error:  # noqa: BLE001 - told to the learner, whose notebook goes on
            self._fault = f"The exercise could not be prepared. {why(error)}"

    @property
    def _task(self) -> Text:
        task = f"**Exercise: {self.exercise.title}**\n\n{self.exercise.task.strip()}"
        note = self._ended if self._cluster.closed else self._fault or self._note
        return Text(f"{task}\n\n{note}" if note else task, Look.EXERCISE)

    def _repr_markdown_(self) -> str:
        return self._task._repr_markdown_()

    def __repr__(self) -> str:
        return repr(self._task)

    def check(self) -> Outcome:
        """Check the task; never raises.

        Returns:
            One of four outcomes: passed, not yet, not attempted, could not be checked. Each says why.
        """
        if self._cluster.closed:
            return self._outcome(Kind.UNCHECKED, self._ended)
        if self._fault:
            return self._outcome(Kind.UNCHECKED, self._fault, f"To try again, call `{self._call('reset')}`.")
        help_ = f"For help, call `{self._call('hint')}`."
        try:
            with bounded():
                proof = self.exercise.check(self._cluster)
        except NotAttempted as reason:
            return self._outcome(Kind.NOT_ATTEMPTED, str(reason), help_)
        except Spoiled as reason:
            return self._outcome(Kind.NOT_YET, str(reason), f"To begin again, call `{self._call('reset')}`.")
        except NotYet as reason:
            return self._outcome(Kind.NOT_YET, str(reason), help_)
        except NotRunningError as error:
            return self._outcome(Kind.NOT_YET, str(not_running(error)), help_)
        except Exception as error:  # noqa: BLE001 - told as the outcome; the notebook goes on
            return self._outcome(Kind.UNCHECKED, why(error))
        standing.passed(self._cluster, self.exercise)
        note = passed.record(self.exercise.key)
        outcome = replace(self._outcome(Kind.PASSED, proof or "", note), below=whole_course(passed.load()[0]))
        proofs.record(
            self._cluster, self.exercise.key, outcome.reason, hints=self._given, solution=self._solution_shown
        )
        return outcome

    def _outcome(self, kind: Kind, reason: str, pointer: str = "") -> Outcome:
        return Outcome(kind, sentence(reason), pointer, self.exercise.title)

    def hint(self) -> Text:
        """Return the next hint; after the last one, that one again."""
        hints = self.exercise.hints
        self._given = min(self._given + 1, len(hints))
        text = f"{self._headed(f'Hint {self._given} of {len(hints)}')} {hints[self._given - 1]}"
        if self._given == len(hints):
            text += f" That was the last hint; `{self._call('solution')}` shows a whole solution."
        return Text(text, Look.HELP)

    def solution(self) -> Text:
        """Return one way to do it; others are as good."""
        self._solution_shown = True
        how = f"{self._headed('One way to do it')} In a cell whose first line is `%%bash`:"
        return Text(f"{how}\n\n```bash\n{self.exercise.solution.strip()}\n```", Look.HELP)

    def reset(self) -> Session:
        """Delete what belongs to the exercise, and prepare its situation again; the hints begin from the first."""
        self._given = 0
        self._fault = ""
        self._note = ""
        if self._cluster.closed:
            return self
        standing.shown(self._cluster, self.exercise, again=True)
        try:
            situation.clear(self._cluster, self.exercise)
        except Exception as error:  # noqa: BLE001 - told to the learner, whose notebook goes on
            self._fault = f"The exercise could not be reset. {why(error)}"
            return self
        self._prepare()
        self._note = "Everything is back as it was at the beginning."
        return self

    @property
    def _ended(self) -> str:
        begin = f'`{self.exercise.variable} = kubelearn.exercise("{self.exercise.key}", cluster)`'
        return (
            "The cluster of this notebook has ended. Run the notebook's set-up cell, then the exercise's first cell, "
            f"{begin}, and go on from there."
        )

    def _headed(self, what: str) -> str:
        return headed(what, self.exercise.title)

    def _call(self, method: str) -> str:
        """Return a call as the learner writes it."""
        return f"{self.exercise.variable}.{method}()"
