"""Shapes of applications: each makes a situation in which all is well, of names that are drawn for it."""

from __future__ import annotations

from collections.abc import Callable

from . import headless, one_tier, several_ports, slice_by_hand, two_namespaces, two_tiers
from .names import Given, Names
from .situation import ADDRESS, CALLS, PART_OF, POD_ADDRESS, Manifest, Route, Situation

__all__ = ["ADDRESS", "CALLS", "PART_OF", "POD_ADDRESS", "SHAPES", "Given", "Manifest", "Names", "Route", "Situation"]

#: Name of a shape → what makes a situation of it.
SHAPES: dict[str, Callable[[Names], Situation]] = {
    "headless": headless.make,
    "one-tier": one_tier.make,
    "several-ports": several_ports.make,
    "slice-by-hand": slice_by_hand.make,
    "two-namespaces": two_namespaces.make,
    "two-tiers": two_tiers.make,
}
