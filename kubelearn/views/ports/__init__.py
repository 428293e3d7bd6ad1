"""The ports on the way: the caller's, the Service's, the container's and the process's.

``model`` follows a URL and tries the pods' ports, ``diagram`` draws the way, ``widget`` follows it.
"""

from .diagram import draw, picture
from .model import KINDS, Answers, End, Way, build, probe, read, rows, split, table

__all__ = [
    "KINDS",
    "Answers",
    "End",
    "Way",
    "build",
    "draw",
    "picture",
    "probe",
    "read",
    "rows",
    "split",
    "table",
]
