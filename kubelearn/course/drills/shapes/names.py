"""Names that say nothing about a fault: drawn for each drill, none of them twice in one."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from random import Random
from typing import TypeVar

import yaml

Thing = TypeVar("Thing")

_WORDS: dict[str, str] = yaml.safe_load(files(__package__).joinpath("names.yml").read_text(encoding="utf-8"))
#: Ports on which servers listen; none is one that a Service has by chance.
_TARGETS = (3000, 4040, 5000, 5050, 6060, 7070, 8000, 8081, 8088, 8888, 9191)
#: Ports of Services; the first is the usual one.
_PORTS = (80, 81, 88, 800, 7000, 7400, 8800, 9000)
#: How often the usual one is taken.
_USUAL = 0.4


class Names:
    """What a drill is made of by chance; the same for the same seed."""

    def __init__(self, chance: Random):
        self._applications = _shuffled(chance, _WORDS["applications"].split())
        self._places = [
            f"{place}-{chance.randrange(100, 1000)}" for place in _shuffled(chance, _WORDS["places"].split())
        ]
        self._targets = _shuffled(chance, _TARGETS)
        usual, *others = _PORTS
        self._ports = [*_shuffled(chance, others), *([usual] if chance.random() < _USUAL else [])]
        self._chance = chance

    def application(self) -> str:
        """Return the next name for an application."""
        return self._applications.pop()

    def place(self) -> str:
        """Return the next name for a namespace."""
        return self._places.pop()

    def target(self) -> int:
        """Return the next port on which a server listens."""
        return self._targets.pop()

    def port(self) -> int:
        """Return the next port of a Service; it is often 80."""
        return self._ports.pop()

    def replicas(self) -> int:
        """Return a number of pods."""
        return self._chance.choice((2, 2, 3))


class Given(Names):
    """Names and numbers that somebody chose."""

    def __init__(self, applications: Sequence[str], place: str, target: int):
        """Take them in the order in which a shape asks for them.

        Args:
            applications: the application's, its caller's, and one that nothing has.
            place: the namespace.
            target: where the server listens; the Service's port is the usual one.
        """
        super().__init__(Random(0))
        self._applications = list(reversed(applications))
        self._places = [place]
        self._targets = [target + 1, target]
        self._ports = [_PORTS[0]]

    def replicas(self) -> int:
        """Return the usual number of pods."""
        return 2


def _shuffled(chance: Random, things: Sequence[Thing]) -> list[Thing]:
    return chance.sample(things, len(things))
