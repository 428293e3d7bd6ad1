"""The ports on the way: the caller's, the Service's, the container's and the process's."""

from .diagram import draw, picture
from .model import KINDS, Answers, Way, describe, probe, rows, split, table, way

__all__ = [
    "KINDS",
    "Answers",
    "Way",
    "describe",
    "draw",
    "picture",
    "probe",
    "rows",
    "split",
    "table",
    "way",
]
