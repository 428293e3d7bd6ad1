"""Which pods a selector selects, and why not the others."""

from .diagram import draw, picture
from .model import KINDS, describe, find, parse, rows, table

__all__ = ["KINDS", "describe", "draw", "find", "parse", "picture", "rows", "table"]
