"""From a name to addresses: every question that a resolver asks, and its answer.

``model`` does what the resolver does, ``diagram`` draws its questions, ``widget`` asks for any name.
"""

from .diagram import draw, picture
from .model import Lookup, Query, Resolver, ask, check, read, resolver, rows, stream, table

__all__ = [
    "Lookup",
    "Query",
    "Resolver",
    "ask",
    "check",
    "draw",
    "picture",
    "read",
    "resolver",
    "rows",
    "stream",
    "table",
]
