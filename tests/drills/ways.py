"""The ways to go with a drill, right and wrong, and what has to be said of each."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import kubelearn
from kubelearn.course.drills.faults import read
from kubelearn.course.drills.learner import Drill
from kubelearn.course.drills.plan import plan
from kubelearn.course.exercises import Kind, Outcome
from tests.exercises.bench import shell


@dataclass(frozen=True)
class Way:
    """What somebody does with a drill.

    Attributes:
        fault: the name of the drill's.
        kind: ``untouched``, ``cure``, ``wrong`` or ``misdiagnosed``.
        number: of the cure, right or wrong, among those of the fault.
    """

    fault: str
    kind: str
    number: int = 0

    @property
    def is_cured(self) -> bool:
        """Whether the fault is cured."""
        return self.kind in ("cure", "misdiagnosed")

    def __str__(self) -> str:
        return f"{self.fault}: {self.kind} {self.number}"


@dataclass(frozen=True)
class Verdict:
    """What became of a way.

    Attributes:
        outcome: what the check said.
        complaint: what it should have said; nothing if it did.
        made: seconds until the drill was there.
        checked: seconds that the check took.
    """

    outcome: Outcome
    complaint: str
    made: float
    checked: float


def ways(fault: str) -> Iterator[Way]:
    """Yield every way to go with a fault."""
    found = read(fault)
    yield Way(fault, "untouched")
    yield Way(fault, "misdiagnosed")
    yield from (Way(fault, "cure", number) for number in range(len(found.cures)))
    yield from (Way(fault, "wrong", number) for number in range(len(found.wrong)))


def judged(way: Way, cluster: kubelearn.Cluster, seed: int, shape: str = "") -> Verdict:
    """Go a way on a new drill, in a situation of a shape, or in any."""
    planned = plan(read(way.fault).level, seed, (way.fault,), shape)
    (fault,) = planned.faults
    begin = time.monotonic()
    drill = Drill(planned, cluster)
    made = time.monotonic() - begin
    assert "could not be prepared" not in repr(drill), drill
    try:
        drill.diagnose(_other(planned.choices, way.fault) if way.kind == "misdiagnosed" else way.fault)
        if way.is_cured:
            shell(cluster, fault.cures[way.number])
        if way.kind == "wrong":
            shell(cluster, fault.wrong[way.number].commands)
        begin = time.monotonic()
        outcome = drill.check()
        checked = time.monotonic() - begin
    finally:
        drill.clean_up()
    says = fault.wrong[way.number].says if way.kind == "wrong" else ""
    return Verdict(outcome, _complaint(way.kind, outcome, says), made, checked)


def _other(choices: tuple[str, ...], fault: str) -> str:
    return next(name for name in choices if name != fault)


def _complaint(kind: str, outcome: Outcome, says: str) -> str:
    said = repr(outcome)
    if kind == "cure":
        return "" if outcome.passed else f"a right cure does not pass: {said}"
    if outcome.kind is not Kind.NOT_YET:
        return f"{kind}: {outcome.kind.value}: {said}"
    wanted = {
        "untouched": "The diagnosis is right. The cure is not right yet",
        "misdiagnosed": "The diagnosis is not right. The cure is right",
        "wrong": says.replace("`", ""),
    }[kind]
    return "" if wanted.lower() in said.lower() else f"should say {wanted!r}: {said}"
