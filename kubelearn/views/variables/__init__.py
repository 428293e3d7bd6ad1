"""Which containers know a Service by its environment variables.

``model`` asks the containers, ``diagram`` draws Services and containers along the time, ``widget`` follows them.
"""

from .diagram import draw, picture
from .model import KINDS, Knowledge, Known, Run, TimeLine, build, moments, read, rows, table, variable

__all__ = [
    "KINDS",
    "Knowledge",
    "Known",
    "Run",
    "TimeLine",
    "build",
    "draw",
    "moments",
    "picture",
    "read",
    "rows",
    "table",
    "variable",
]
