"""The last seconds of a pod: what happens between its deletion and its end.

``recorder`` updates a Deployment and notes what happens to an old pod, ``model`` is what it noted, and ``diagram``
draws that. Nothing can be read here: what is shown has to happen first, hence :func:`record`.
"""

from .diagram import draw, picture
from .model import Recording, Span, rows, table
from .recorder import record

__all__ = ["Recording", "Span", "draw", "picture", "record", "rows", "table"]
