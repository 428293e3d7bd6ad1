"""What a drill is going to be: a situation and its faults, by level and seed alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations
from random import Random

from .faults import Fault, names, read
from .shapes import SHAPES, Names, Route, Situation

#: The level with two faults at a time; the others have one, of their own.
TWO = 4
LEVELS = (1, 2, 3, TWO)
#: The symptom that hides others.
_SILENT = "silent"
#: How many diagnoses there are to choose from.
_CHOICES = 8

#: A fault and where it is.
Placed = tuple[Fault, Route]


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
    placed: tuple[Placed, ...]

    @property
    def mark(self) -> str:
        """Which drill it is, without what is wrong in it: learners may see it."""
        return f"level-{self.level}-seed-{self.seed}"

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """The faults, with the names of this drill in all that they say."""
        return tuple(fault.on(route) for fault, route in self.placed)

    @cached_property
    def symptoms(self) -> dict[Route, str]:
        """Which routes have which symptom; of two on one route, no answer at all is what is seen."""
        loudest_last = sorted(self.placed, key=lambda placed: placed[0].symptom == _SILENT)
        return {
            route: fault.symptom
            for fault, place in loudest_last
            for route in fault.concerns(place, self.situation.routes)
        }

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """Names of faults to choose from, the right ones among them."""
        right = [fault.name for fault, _ in self.placed]
        others = [name for name in names() if name not in right]
        drawn = self.chance("choices").sample(others, min(_CHOICES - len(right), len(others)))
        return tuple(sorted([*right, *drawn]))

    def chance(self, purpose: str) -> Random:
        """Return chance that is the same for the same drill and purpose."""
        return Random(f"{purpose} {self.level} {self.seed}")


def plan(level: int, seed: int, faults: tuple[str, ...] = (), shape: str = "", without: str = "") -> Plan:
    """Return the drill of a level and a seed.

    Args:
        level: 1 to 4.
        seed: of chance.
        faults: their names; drawn if there are none.
        shape: its name; drawn if there is none.
        without: what the cluster does not do: no fault needs it.

    Raises:
        ValueError: there is no such level.
    """
    has_level(level)
    wanted = [read(name) for name in faults or drawn(level, seed, without)]
    chance = Random(f"situation {level} {seed} {without}".strip())
    found, places = chance.choice(_possible(wanted, shape))
    situation = SHAPES[found](Names(chance))
    placed = zip(wanted, (situation.routes[place] for place in places), strict=True)
    return Plan(level, seed, situation, tuple(placed))


def has_level(level: int) -> None:
    """Raise unless there are drills of a level.

    Raises:
        ValueError: there are none.
    """
    if level not in LEVELS:
        raise ValueError(f"a drill's level is one of {', '.join(map(str, LEVELS))}, not {level!r}")


def drawn(level: int, seed: int, without: str = "") -> tuple[str, ...]:
    """Return the names of a drill's faults; quicker than its whole plan."""
    chance = Random(f"faults {level} {seed}")
    possible = _pairs() if level == TWO else [(name,) for name in of_level(level)]
    return chance.choice([names for names in possible if not any(without in read(name).needs for name in names)])


def of_level(level: int) -> list[str]:
    """Return the names of the faults that drills of a level have."""
    return [name for name in names() if level in (read(name).level, TWO)]


@cache
def _pairs() -> list[tuple[str, str]]:
    """Return the names of faults that can be in one drill."""
    return [pair for pair in combinations(names(), 2) if _possible([read(name) for name in pair])]


def _possible(wanted: list[Fault], only: str = "") -> list[tuple[str, tuple[int, ...]]]:
    """Return in which shapes faults can be together, and on which of their routes."""
    shapes = [only] if only else list(SHAPES)
    return [
        (shape, places)
        for shape in shapes
        if all(shape in (fault.shapes or SHAPES) for fault in wanted)
        for places in _places(wanted, _routes(shape))
    ]


@cache
def _routes(shape: str) -> tuple[Route, ...]:
    """Return the routes of a shape, with any names."""
    return SHAPES[shape](Names(Random(0))).routes


def _places(wanted: list[Fault], routes: tuple[Route, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the routes on which faults can be so that the cure of one is not the other's."""
    numbers = range(len(routes))
    if len(wanted) == 1:
        yield from ((number,) for number in numbers)
        return
    one, other = wanted
    for place in numbers:
        for where in numbers:
            if not one.reaches(routes[place]) & other.reaches(routes[where]):
                yield place, where
