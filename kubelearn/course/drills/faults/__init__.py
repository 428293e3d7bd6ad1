"""Faults: each is a file ``NAME.yml`` in this folder, which says how to break a situation, and what cures it.

``$app``, ``$port`` and the other fields of a :class:`kubelearn.course.drills.shapes.Route` stand for what the drill is
made of. CONTRIBUTING.md says how to add one.
"""

from __future__ import annotations

from .fault import Fault, UnknownFaultError, Wrong, names, read
from .putting_in import broken

__all__ = ["Fault", "UnknownFaultError", "Wrong", "broken", "names", "read"]
