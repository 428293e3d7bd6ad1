"""What an author writes: an exercise, and the lesson it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kubelearn.target.connection import Cluster
from kubelearn.target.execution import NotRunningError


class NotAttempted(Exception):
    """Nothing of the task has been done yet; the message says what is missing, as a sentence."""


class NotYet(Exception):
    """The task was begun, but the cluster does not do what is asked; the message says why, as a sentence."""


def not_running(error: NotRunningError) -> NotYet:
    """Return what to raise because a container was asked that does not run, or is between two starts."""
    return NotYet(f"the pod `{error.pod}` is not ready: a container of it was not running when the check asked it")


@contextmanager
def begun() -> Iterator[None]:
    """Let what is missing count as not done yet: a part of the task has been done, or it was there when it began."""
    try:
        yield
    except NotAttempted as reason:
        raise NotYet(str(reason)) from None


class Spoiled(NotYet):
    """What the exercise is about is gone, so that only a reset helps; the message says what is gone, as a sentence."""


@dataclass(frozen=True)
class Exercise:
    """A task on the cluster.

    Attributes:
        key: name by which a notebook asks for it; unique in the course, stable (progress is kept by it).
        title: a few words.
        task: what to do, in Markdown.
        hints: each goes one step further than the one before.
        solution: shell commands as a learner would type them, one a line; here-documents are allowed.
        check: looks at the cluster through the API and from inside pods. Returns when the task is done,
            if it likes with a sentence that proves it; raises :class:`NotAttempted` or :class:`NotYet` otherwise.
            It does not care which commands were used, and takes a bounded time.
        start: prepares the situation, once for each cluster.
        owns: objects that belong to the exercise, those the learner makes too, each as ``kubectl delete`` takes
            it (``"service/shop"``, ``"pods -l app=shop"``); :meth:`Session.reset` deletes them.
    """

    key: str
    title: str
    task: str
    hints: tuple[str, ...]
    solution: str
    check: Callable[[Cluster], str | None]
    start: Callable[[Cluster], None] | None = None
    owns: tuple[str, ...] = ()

    @property
    def variable(self) -> str:
        """The name by which notebooks call the exercise: its key, as Python writes names."""
        return self.key.replace("-", "_")


@dataclass(frozen=True)
class Lesson:
    """The exercises of one notebook.

    Attributes:
        name: the notebook's name without ``.ipynb``.
        exercises: in the order in which the notebook has them.
    """

    name: str
    exercises: tuple[Exercise, ...]
