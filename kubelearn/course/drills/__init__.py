"""Drills: tickets without end, each with a new situation on the learner's cluster and a fault in it.

A drill is a ``plan`` of a seed: a situation of one of the ``shapes``, and ``faults``. ``making`` puts it on the
cluster, ``ticket`` says what somebody has seen, ``judging`` looks at the effect of what the learner does, and
``session`` is what the learner holds.
"""

from __future__ import annotations

from random import SystemRandom
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kubelearn.target.connection import Cluster

    from .session import Drill

__all__ = ["drill"]


def drill(cluster: Cluster, level: int = 1, seed: int | None = None) -> Drill:
    """Make a drill; as the last line of a cell it shows its ticket.

    Args:
        cluster: the handle on the cluster of this notebook.
        level: 1 to 3; 4 for two faults at a time.
        seed: the same drill again; by default another one each time.
    """
    from .plan import plan
    from .session import Drill

    return Drill(plan(level, SystemRandom().randrange(10**6) if seed is None else seed), cluster)
