"""A rollout along the time: its pods, and the requests that were lost.

``recorder`` updates a Deployment and notes what happens, ``model`` is what it noted, ``diagram`` draws that, and
``widget`` does it live. Nothing can be read here: what is shown has to happen first, hence :func:`record`.
"""

from .diagram import draw, picture
from .model import Phase, Recording, Track, rows, table
from .recorder import Recorder, record, state_of, target_port

__all__ = [
    "Phase",
    "Recorder",
    "Recording",
    "Track",
    "draw",
    "picture",
    "record",
    "rows",
    "state_of",
    "table",
    "target_port",
]
