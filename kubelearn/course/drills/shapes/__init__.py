"""Shapes of applications: each makes a situation in which all is well, of names that are drawn for it."""

from __future__ import annotations

from collections.abc import Callable

from . import one_tier, two_namespaces
from .names import Names
from .situation import ADDRESS, CALLS, Manifest, Route, Situation

__all__ = ["ADDRESS", "CALLS", "SHAPES", "Manifest", "Names", "Route", "Situation"]

#: Name of a shape → what makes a situation of it.
SHAPES: dict[str, Callable[[Names], Situation]] = {
    "one-tier": one_tier.make,
    "two-namespaces": two_namespaces.make,
}
