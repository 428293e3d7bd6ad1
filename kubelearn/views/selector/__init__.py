"""Which pods a selector selects, and why not the others.

``model`` says who is in and why, ``diagram`` draws it, ``widget`` follows it and edits selector and labels.
"""

from .diagram import draw, picture
from .model import KINDS, Candidate, Selection, build, find, read, rows, table

__all__ = ["KINDS", "Candidate", "Selection", "build", "draw", "find", "picture", "read", "rows", "table"]
