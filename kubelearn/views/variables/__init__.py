"""Which containers know a Service by its environment variables."""

from .diagram import draw, picture
from .model import KINDS, Knowledge, Known, Run, TimeLine, build, matches, moments, of, rows, variable

__all__ = [
    "KINDS",
    "Knowledge",
    "Known",
    "Run",
    "TimeLine",
    "build",
    "draw",
    "matches",
    "moments",
    "of",
    "picture",
    "rows",
    "variable",
]
