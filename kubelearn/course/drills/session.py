"""What a learner holds: a drill on a cluster, with ``diagnose()``, ``check()``, ``hint()`` and ``explain()``."""

from __future__ import annotations

from kubelearn.course.exercises.core import NotAttempted, NotYet, not_running
from kubelearn.course.exercises.outcome import Kind, Outcome, Text, sentence, why
from kubelearn.course.exercises.probe import bounded
from kubelearn.target.connection import Cluster
from kubelearn.target.execution import NotRunningError

from . import making
from .faults import UnknownFaultError, read
from .judging import cured
from .plan import Plan


class Drill:
    """A ticket about a situation on a cluster; as the last line of a cell it shows the ticket.

    Attributes:
        plan: what it is made of. Whoever reads it knows the answer.
    """

    def __init__(self, plan: Plan, cluster: Cluster):
        self.plan = plan
        self._cluster = cluster
        self._diagnosed: tuple[str, ...] = ()
        self._over = False
        making.make(cluster, plan.situation, plan.faults, plan.mark)

    def _repr_markdown_(self) -> str:
        return self.plan.ticket

    def __repr__(self) -> str:
        return repr(Text(self._repr_markdown_()))

    def diagnose(self, *names: str) -> Text:
        """Commit a diagnosis, or show what there is to choose from.

        Args:
            names: of the diagnosis; of both, where there are two faults.

        Raises:
            UnknownFaultError: it is none of the choices; the message lists them.
        """
        for name in names:
            if name not in self.plan.choices:
                raise UnknownFaultError(f"{name!r} is none of: {', '.join(self.plan.choices)}")
        if not names:
            listed = "\n".join(f"- `{name}`: {read(name).diagnosis}" for name in self.plan.choices)
            return Text(
                f'**What is it?** Commit it with its name, such as `diagnose("{self.plan.choices[0]}")`:\n\n{listed}'
            )
        self._diagnosed = names
        said = " ".join(sentence(read(name).diagnosis) for name in names)
        return Text(f"**Committed.** {said} Now cure it, and call `check()`.")

    def check(self) -> Outcome:
        """Judge the diagnosis and the cure; never raises.

        Returns:
            One of four outcomes: passed, not yet, not attempted, could not be checked. Each says why.
        """
        if not self._diagnosed:
            return _outcome(Kind.NOT_ATTEMPTED, "No diagnosis is committed yet", "Call `diagnose()`, then cure it.")
        right = sorted(self._diagnosed) == sorted(fault.name for fault in self.plan.faults)
        try:
            with bounded():
                proof = cured(self._cluster, self.plan.situation, self.plan.placed)
        except (NotAttempted, NotYet) as reason:
            return _outcome(Kind.NOT_YET, f"{_verdict(right)} The cure is not: {reason}", "For help, call `hint()`.")
        except NotRunningError as error:
            return _outcome(Kind.NOT_YET, f"{_verdict(right)} The cure is not: {not_running(error)}")
        except Exception as error:  # noqa: BLE001 - told as the outcome; the notebook goes on
            return _outcome(Kind.UNCHECKED, why(error))
        if not right:
            return _outcome(Kind.NOT_YET, f"{_verdict(right)} It is cured, though: {proof}", "Diagnose it again.")
        self._over = True
        return _outcome(Kind.PASSED, f"{_verdict(right)} The cure, too: {proof}", "`explain()` tells more.")

    def hint(self) -> Text:
        """Return the rung of the ladder to look at next."""
        fault = self.plan.faults[0]
        return Text(f"**Hint.** Look at this rung of the ladder: {fault.rung}.")

    def explain(self) -> Text:
        """Return what was broken, what would have shown it soonest, and what else cures it; not before it is over."""
        if not self._over:
            return Text("**Not yet.** This is told once the drill is passed, or given up with `give_up()`.")
        return Text("\n\n".join(_explained(fault.diagnosis, fault.see, fault.cures) for fault in self.plan.faults))

    def give_up(self) -> Text:
        """End the drill, and return its explanation."""
        self._over = True
        return self.explain()

    def clean_up(self) -> None:
        """Delete what the drill has made."""
        making.remove(self._cluster, self.plan.situation)


def _explained(diagnosis: str, see: tuple[str, ...], cures: tuple[str, ...]) -> str:
    shown = "\n".join(see)
    ways = "\n\n".join(f"```bash\n{cure.strip()}\n```" for cure in cures)
    return f"**{sentence(diagnosis)}** What shows it soonest:\n\n```bash\n{shown}\n```\n\nWhat cures it:\n\n{ways}"


def _verdict(right: bool) -> str:
    return "The diagnosis is right." if right else "The diagnosis is not right."


def _outcome(kind: Kind, reason: str, pointer: str = "") -> Outcome:
    return Outcome(kind, sentence(reason), pointer, "drill")
