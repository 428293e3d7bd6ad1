"""What strategies share whose status has counts that are always there."""

from __future__ import annotations

from typing import ClassVar

from kubelearn.cluster.meta import Object

from .strategy import Context, Strategy


class CountedStrategy(Strategy):
    """The rules of a kind in whose status Go writes some counts even when they are 0.

    Attributes:
        counts: their names.
    """

    has_generation = True
    has_status = True
    counts: ClassVar[tuple[str, ...]] = ("replicas",)

    def prepare_create(self, obj: Object, _context: Context) -> None:
        """Begin the status."""
        obj["status"] = dict.fromkeys(self.counts, 0)

    def prepare_status(self, new: Object, old: Object) -> None:
        """Take the status, with the counts that it lacks."""
        super().prepare_status(new, old)
        new["status"] = {**dict.fromkeys(self.counts, 0), **new["status"]}
