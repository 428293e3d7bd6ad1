"""What a learner holds: a drill on a cluster, with ``diagnose()``, ``check()``, ``hint()`` and ``explain()``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kubernetes.client import ApiException

from kubelearn.course.cards import Look
from kubelearn.course.drills import making, spacing
from kubelearn.course.drills.faults import Fault, UnknownFaultError, read
from kubelearn.course.drills.judging import cured, keeps_out
from kubelearn.course.drills.plan import Plan, plan
from kubelearn.course.drills.rungs import RUNGS, up_to
from kubelearn.course.exercises.core import NotYet, not_running
from kubelearn.course.exercises.outcome import Kind, Outcome, Text, sentence, why
from kubelearn.course.exercises.probe import bounded
from kubelearn.course.exercises.words import counted, together
from kubelearn.target.connection import Cluster
from kubelearn.target.execution import NotRunningError

from .ticket import ticket

if TYPE_CHECKING:
    from .diagnosis import Diagnosis


#: How an API server answers where something is not allowed, or not served.
_NOT_THERE = (403, 405)


class Drill:
    """A ticket about a situation on a cluster; as the last line of a cell it shows the ticket.

    Attributes:
        plan: what it is made of. Whoever reads it knows the answer.
    """

    def __init__(self, planned: Plan, cluster: Cluster):
        self.plan = planned
        self._cluster = cluster
        self._begin()

    def _begin(self, *, anew: bool = False) -> None:
        self._since = time.monotonic()
        self._diagnosed: tuple[str, ...] = ()
        self._misdiagnosed: set[tuple[str, ...]] = set()
        self._rungs: list[str] = []
        self._over = False
        self._fault = ""
        try:
            if anew:
                self._remove()
            self._make()
        except Exception as error:  # noqa: BLE001 - told to the learner, whose notebook goes on
            self._fault = f"The drill could not be prepared. {why(error)}"

    def _make(self) -> None:
        """Make the situation; another one, if the cluster does not do what a fault needs."""
        needs = [need for fault in self.plan.faults for need in fault.needs]
        if not self._is_made(needs):
            self._remove()
            self.plan = plan(self.plan.level, self.plan.seed, without=needs[0])
            self._is_made([])

    def _remove(self) -> None:
        making.remove(self._cluster, self.plan.situation, self.plan.mark)

    def _is_made(self, needs: Sequence[str]) -> bool:
        """Make the situation, and say whether the symptom is there where a fault needs something of the cluster."""
        try:
            is_new = making.make(self._cluster, self.plan.situation, self.plan.faults, self.plan.mark)
        except ApiException as error:
            if needs and error.status in _NOT_THERE:
                return False
            raise
        concerned = [route for fault, route in self.plan.placed if fault.needs] if is_new and needs else []
        return all(keeps_out(self._cluster, self.plan.situation, route) for route in concerned)

    @property
    def _ticket(self) -> Text:
        shown = ticket(self.plan)
        return Text(f"{shown}\n\n{self._fault}" if self._fault else shown, Look.EXERCISE)

    def _repr_markdown_(self) -> str:
        return self._ticket._repr_markdown_()

    def __repr__(self) -> str:
        return repr(self._ticket)

    def diagnose(self, *names: str) -> Diagnosis | Text:
        """Commit a diagnosis, or show what there is to choose from.

        Args:
            names: of the diagnosis; of both, where there are two faults.

        Raises:
            UnknownFaultError: it is none of the choices; the message lists them.
        """
        if not names:
            from .diagnosis import Diagnosis

            return Diagnosis(self.plan.choices, self._right, self._commit)
        unknown = [name for name in names if name not in self.plan.choices]
        if unknown:
            raise UnknownFaultError(f"{unknown[0]!r} is none of: {', '.join(self.plan.choices)}")
        if len(set(names)) != len(self._right):
            asked = "two faults: name each of them once" if len(self._right) > 1 else "one fault: name that one"
            return Text(f"**Not committed.** This drill has {asked}.")
        self._commit(names)
        said = " ".join(sentence(read(name).diagnosis) for name in names)
        return Text(f"**Committed.** {said} Now cure it, and call `check()`.")

    @property
    def _right(self) -> list[str]:
        return [fault.name for fault, _ in self.plan.placed]

    def _commit(self, names: Sequence[str]) -> None:
        self._diagnosed = tuple(sorted(names))

    def check(self) -> Outcome:
        """Judge the diagnosis and the cure; never raises.

        Returns:
            One of four outcomes: passed, not yet, not attempted, could not be checked. Each says why.
        """
        if self._fault:
            return Outcome(Kind.UNCHECKED, self._fault, "To try again, call `reset()`.")
        if not self._diagnosed:
            return Outcome(Kind.NOT_ATTEMPTED, "No diagnosis is committed.", "Call `diagnose()` first, then cure it.")
        is_right = self._diagnosed == tuple(sorted(self._right))
        if not is_right:
            self._misdiagnosed.add(self._diagnosed)
        verdict = self._verdict(is_right=is_right)
        try:
            with bounded():
                proof = sentence(cured(self._cluster, self.plan.situation, self.plan.placed))
        except NotYet as reason:
            return self._not_yet(verdict, str(reason))
        except NotRunningError as error:
            return self._not_yet(verdict, str(not_running(error)))
        except Exception as error:  # noqa: BLE001 - told as the outcome; the notebook goes on
            return Outcome(Kind.UNCHECKED, why(error))
        if not is_right:
            pointer = "What did you change, and what was wrong there? Diagnose it again."
            return Outcome(Kind.NOT_YET, f"{verdict} The cure is right: {proof}", pointer)
        self._end("passed")
        return Outcome(Kind.PASSED, f"{verdict} The cure is right: {proof}", "`explain()` tells more.")

    def _verdict(self, *, is_right: bool) -> str:
        """Say whether the diagnosis is right; guessing one after the other is told, and noted."""
        if not is_right:
            return "The diagnosis is not right."
        wrong = len(self._misdiagnosed)
        return f"The diagnosis is right, after {counted(wrong, 'wrong one')}." if wrong else "The diagnosis is right."

    def _not_yet(self, verdict: str, reason: str) -> Outcome:
        said = f"{verdict} The cure is not right yet: {sentence(reason)}"
        return Outcome(Kind.NOT_YET, said, "For help, call `hint()`.")

    def _end(self, result: str) -> None:
        """Note how it ended, once."""
        if self._over:
            return
        self._over = True
        for name in self._right:
            record = {
                "level": self.plan.level,
                "seed": self.plan.seed,
                "result": result,
                "seconds": round(time.monotonic() - self._since),
                "rungs": self._rungs,
                "misdiagnosed": len(self._misdiagnosed),
                "well": result == "passed" and not self._rungs and not self._misdiagnosed,
            }
            spacing.note(name, record)

    def hint(self) -> Text:
        """Return the rung of the ladder to look at next; after the last one, that one again."""
        ladder = up_to([fault.rung for fault in self.plan.faults])
        if len(self._rungs) < len(ladder):
            self._rungs = ladder[: len(self._rungs) + 1]
        rung = self._rungs[-1]
        end = " Higher rungs do not help: something shows here." if len(self._rungs) == len(ladder) else ""
        return Text(f"**Hint: {rung}.** {RUNGS[rung]}{end}", Look.HELP)

    def explain(self) -> Text:
        """Return what was broken, what shows it soonest, and what else cures it; not before the drill has ended."""
        if not self._over:
            return Text("**Not yet.** That is told when the drill is passed, or given up with `give_up()`.")
        parts = [*map(_explained, self.plan.faults), "The situation is still there; `clean_up()` deletes it."]
        return Text("\n\n".join(parts))

    def give_up(self) -> Text:
        """End the drill, and return its explanation."""
        self._end("given up")
        return self.explain()

    def reset(self) -> Drill:
        """Make the same situation again, as it was at the beginning."""
        self._begin(anew=True)
        return self

    def clean_up(self) -> Text:
        """Delete what the drill has made: its namespaces, and all that is in them.

        Raises:
            kubelearn.target.workspace.NotOursError: one of them is somebody else's; then nothing is deleted.
        """
        self._remove()
        names = [f"`{name}`" for name in self.plan.situation.namespaces]
        return Text(f"Deleted: {together(names)}, and all that was there.")


def _explained(fault: Fault) -> str:
    shown = "\n".join(fault.see)
    ways = "\n\n".join(f"```bash\n{cure.strip()}\n```" for cure in fault.cures)
    return (
        f"**{sentence(fault.diagnosis)}** It shows at this rung of the ladder: {fault.rung}. What shows it soonest:\n\n"
        f"```bash\n{shown}\n```\n\nEach of these ways cures it:\n\n{ways}"
    )
