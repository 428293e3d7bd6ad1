"""Who is where, and who reaches whom."""

from .diagram import draw, picture
from .model import KINDS, Calls, build, describe, describe_services, graph, rows, table

__all__ = [
    "KINDS",
    "Calls",
    "build",
    "describe",
    "describe_services",
    "draw",
    "graph",
    "picture",
    "rows",
    "table",
]
