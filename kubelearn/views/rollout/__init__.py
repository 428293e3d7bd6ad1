"""A rollout along the time: its pods, and the requests that were lost."""

from .diagram import draw, picture
from .model import Phase, Recorder, Recording, Track, record, rows, state_of, target_port

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
    "target_port",
]
