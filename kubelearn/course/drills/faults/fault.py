"""Reading the faults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from kubelearn.course import choices
from kubelearn.course.drills.shapes import Manifest, Route

_SUFFIX = ".yml"
#: The caller, as an object to change; and in a path, one of a Service's ports.
_CALLER, _ONE_PORT = "Deployment/$caller", "spec/ports/$part"


class UnknownFaultError(LookupError):
    """There is no fault of that name; the message lists those there are."""


@dataclass(frozen=True)
class Wrong:
    """A way that looks like a cure.

    Attributes:
        commands: what a learner would type.
        says: part of what the learner is told of it.
    """

    commands: str
    says: str


@dataclass(frozen=True)
class Fault:
    """A fault, on any route or, after :meth:`on`, on one.

    Attributes:
        name: the file's name without ``.yml``; learners name it in their diagnosis.
        diagnosis: what it is, as one of several that a learner can choose from.
        level: 1 to 3.
        rung: of the ladder of lesson 06, where it shows.
        symptom: what is seen of it from outside; the name of a text in ``ticket``.
        shapes: in which it can be; none for all.
        edits: what is changed in the manifests of the situation: an object's kind and name, and path → value,
            in which None takes the field away.
        adds: manifests of what is there besides.
        then: kubectl commands that are run once everything else is there.
        proves: what has to hold after the cure besides right answers; names in ``judging``.
        needs: what not every cluster does, such as ``policies``: it is found out by the symptom.
        see: commands that show it, the soonest first.
        cures: commands that cure it, each a way of its own.
        wrong: ways that look like cures.
    """

    name: str
    diagnosis: str
    level: int
    rung: str
    symptom: str
    shapes: tuple[str, ...]
    edits: tuple[tuple[str, dict[str, Any]], ...] = ()
    adds: tuple[Manifest, ...] = ()
    then: tuple[str, ...] = ()
    proves: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    cures: tuple[str, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    text: str = field(default="", repr=False)

    def on(self, route: Route) -> Fault:
        """Return the fault on one route: with its names and numbers in all that it says."""
        return _parsed(self.name, route.fill(self.text))

    def reaches(self, route: Route) -> set[str]:
        """Return the Deployments that it and its cures change, on a route; a Service goes with the one behind it."""
        if self._is_at_the_caller:
            return {route.caller, route.app} if self.then else {route.caller}
        return {route.app}

    def concerns(self, route: Route, routes: Iterable[Route]) -> list[Route]:
        """Return which routes have the symptom, if the fault is on one of them."""
        at_one_port = bool(self.edits) and all(_ONE_PORT in path for _, changes in self.edits for path in changes)
        if self._is_at_the_caller or at_one_port:
            return [route]
        return [other for other in routes if (other.app, other.ns) == (route.app, route.ns)]

    @property
    def _is_at_the_caller(self) -> bool:
        return bool(self.edits) and all(target == _CALLER for target, _ in self.edits)


def names() -> list[str]:
    """Return the names of all faults."""
    return choices.names(__package__)


@cache
def read(name: str) -> Fault:
    """Return a fault.

    Raises:
        UnknownFaultError: there is none of that name.
    """
    if name not in names():
        raise UnknownFaultError(f"there is no fault {name!r}; there are: {', '.join(names())}")
    return _parsed(name, files(__package__).joinpath(name + _SUFFIX).read_text(encoding="utf-8"))


def named(document: Manifest) -> str:
    """Return an object's kind and name, as ``Service/shop``."""
    return f"{document['kind']}/{document['metadata']['name']}"


def _parsed(name: str, text: str) -> Fault:
    entry = yaml.safe_load(text)
    edits = tuple((edit["object"], edit["set"]) for edit in entry.get("break", ()))
    adds: tuple[Manifest, ...] = tuple(entry.get("add", ()))
    return Fault(
        name,
        diagnosis=entry["diagnosis"],
        level=entry["level"],
        rung=entry["rung"],
        symptom=entry["symptom"],
        shapes=tuple(entry.get("shapes", ())),
        edits=edits,
        adds=adds,
        then=tuple(entry.get("then", ())),
        proves=tuple(entry.get("proves", ())),
        needs=tuple(entry.get("needs", ())),
        see=tuple(entry["see"]),
        cures=tuple(entry["cures"]),
        wrong=tuple(Wrong(**wrong) for wrong in entry["wrong"]),
        text=text,
    )
