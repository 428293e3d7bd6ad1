"""What a learner sees of a drill: its ticket, the choices of a diagnosis, hints, verdicts and the explanation."""

from .session import Drill

__all__ = ["Drill"]
