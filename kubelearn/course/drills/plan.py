"""What a drill is going to be: a situation and its faults, by level and seed alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from random import Random

from .faults import Fault, names, read
from .shapes import SHAPES, Names, Route, Situation
from .ticket import ticket

#: How many diagnoses there are to choose from.
_CHOICES = 8


@dataclass(frozen=True)
class Plan:
    """A drill before it is made.

    Attributes:
        level: 1 to 4.
        seed: by which the same drill comes again.
        situation: as it should be.
        placed: the faults, each with the route on which it is.
    """

    level: int
    seed: int
    situation: Situation
    placed: tuple[tuple[Fault, Route], ...]

    @property
    def mark(self) -> str:
        """Which drill it is, without what is wrong in it: learners may see it."""
        return f"level-{self.level}-seed-{self.seed}"

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """The faults, with the names of this drill in all that they say."""
        return tuple(fault.on(route) for fault, route in self.placed)

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """Names of faults to choose from, the right ones among them."""
        chance = Random(f"choices {self.level} {self.seed}")
        right = [fault.name for fault, _ in self.placed]
        others = [name for name in names() if name not in right]
        drawn = chance.sample(others, min(_CHOICES - len(right), len(others)))
        return tuple(sorted([*right, *drawn]))

    @cached_property
    def ticket(self) -> str:
        """What somebody has seen, in Markdown."""
        seen = [(fault.symptom, route) for fault, route in self.placed]
        return ticket(self.situation, seen, self.level, Random(f"ticket {self.level} {self.seed}"))


def plan(level: int, seed: int, fault: str = "", shape: str = "") -> Plan:
    """Return the drill of a level and a seed.

    Args:
        level: 1 to 3.
        seed: of chance.
        fault: its name; drawn if there is none.
        shape: its name; drawn if there is none.
    """
    chance = Random(f"drill {level} {seed}")
    drawn = chance.choice([name for name in names() if read(name).level == level])
    found = read(fault or drawn)
    fitting = chance.choice(found.shapes or tuple(SHAPES))
    situation = SHAPES[shape or fitting](Names(chance))
    return Plan(level, seed, situation, ((found, chance.choice(situation.routes)),))
