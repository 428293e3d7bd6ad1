"""From a name to addresses: every question that a resolver asks, and its answer."""

from .diagram import draw, picture
from .model import Lookup, Query, Resolver, ask, check, look_up, resolver, rows, stream

__all__ = [
    "Lookup",
    "Query",
    "Resolver",
    "ask",
    "check",
    "draw",
    "look_up",
    "picture",
    "resolver",
    "rows",
    "stream",
]
