"""Drills: tickets without end, each with a new situation on the learner's cluster and a fault in it.

A drill is a ``plan`` of a seed: a situation of one of the ``shapes``, and ``faults``. ``spacing`` says which comes
next, ``making`` puts it on the cluster, ``judging`` looks at the effect of what the learner does, and ``learner`` is
what that one sees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kubelearn.target.connection import Cluster

    from .learner import Drill

__all__ = ["drill"]


def drill(cluster: Cluster, level: int = 1, seed: int | None = None) -> Drill:
    """Make a drill; as the last line of a cell it shows its ticket.

    Args:
        cluster: the handle on the cluster of this notebook.
        level: 1 to 3; 4 for two faults at a time.
        seed: of one drill, which is always the same. By default it is the next one by your progress, which is the same
            until it is passed or given up.

    Raises:
        ValueError: there is no such level.
    """
    from .learner import Drill
    from .plan import plan
    from .spacing import next_seed

    return Drill(plan(level, next_seed(level) if seed is None else seed), cluster)
