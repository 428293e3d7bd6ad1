"""The report of the capstone: what was proved, by which observation, when and where, and what is open."""

from __future__ import annotations

from pathlib import Path

from kubelearn.course import proofs
from kubelearn.course.exercises.core import Exercise
from kubelearn.course.exercises.outcome import Text, plain
from kubelearn.course.exercises.words import counted, together
from kubelearn.course.proofs import Proof
from kubelearn.target.connection import Cluster

from . import tasks


class Report:
    """A report; as the last line of a cell it shows what is proved so far.

    Attributes:
        parts: the exercises of the capstone, in their order, each with its proof if there is one.
    """

    def __init__(self, cluster: Cluster):
        found = proofs.last()
        self._here = "" if cluster.closed else proofs.handle(cluster)
        self.parts: tuple[tuple[Exercise, Proof | None], ...] = tuple(
            (exercise, found.get(exercise.key)) for exercise in tasks.LESSON.exercises
        )

    @property
    def open(self) -> list[Exercise]:
        """The parts that are not proved; what was cleaned up before the last proof has to be cleaned up again."""
        return [exercise for exercise, proof in self.parts if proof is None or self._is_too_early(exercise, proof)]

    @property
    def complete(self) -> bool:
        """Whether every part is proved."""
        return not self.open

    def _is_too_early(self, exercise: Exercise, proof: Proof) -> bool:
        last, _ = self.parts[-1]
        return exercise is last and any(other.at > proof.at for _, other in self.parts if other)

    def markdown(self) -> str:
        """Return the whole report."""
        done = len(self.parts) - len(self.open)
        head = f"**Report: {done} of {counted(len(self.parts), 'part')} proved.**"
        if self.open:
            head += f" Open: {together(exercise.title for exercise in self.open)}."
        return "\n\n".join([head, *self._clusters(), *map(self._part, range(len(self.parts)))])

    def _clusters(self) -> list[str]:
        """Return what is to be said if the proofs are not all of one cluster, or not of this notebook's."""
        handles = {proof.handle for _, proof in self.parts if proof}
        if len(handles) > 1:
            return [f"These proofs are from {len(handles)} clusters."]
        return ["These proofs are from another cluster than this notebook's."] if handles - {self._here} else []

    def _part(self, number: int) -> str:
        exercise, proof = self.parts[number]
        title = f"{number + 1}. **{exercise.title}**"
        if proof is None:
            return f"{title}: open. `{exercise.variable}.check()` proves it."
        again = " Something else was proved later, so this is open again." if exercise in self.open else ""
        return (
            f"{title}: proved at {proof.at} UTC, {_help(proof)}, on {proof.cluster}.{again}\n\n"
            f"   Observed: {' '.join(proof.observation.split())}"
        )

    def save(self, path: str) -> Text:
        """Keep the report as Markdown; a file of that name is replaced.

        Args:
            path: of the file; a notebook's working directory is its own folder.

        Returns:
            Where it is, or why it could not be written.
        """
        try:
            Path(path).write_text(f"# A shop, all by yourself\n\n{self.markdown()}\n", encoding="utf-8")
        except OSError as error:
            return Text(f"**Not saved.** `{path}`: {error.strerror}.")
        return Text(f"**Saved** as `{path}`.")

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __repr__(self) -> str:
        return plain(self.markdown())


def _help(proof: Proof) -> str:
    """Say how much help was asked for."""
    if proof.solution:
        return "after a look at a solution"
    return f"with {counted(proof.hints, 'hint')}" if proof.hints else "without a hint"


def report(cluster: Cluster) -> Report:
    """Show what of the capstone is proved; ``save("PATH.md")`` keeps it.

    Args:
        cluster: the handle on the cluster of this notebook.
    """
    return Report(cluster)
