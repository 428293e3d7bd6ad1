"""Leases (K/pkg/registry/coordination/lease)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.kinds.strategy import Strategy
from kubelearn.cluster.meta import Object

from . import validation


class LeaseStrategy(Strategy):
    """Rules of ``leases.coordination.k8s.io``."""

    unconditional = False

    def default(self, obj: Object) -> None:
        """Write an empty spec, as Go does."""
        super().default(obj)
        obj.setdefault("spec", {})

    def validate(self, obj: Object) -> list[Cause]:
        """Check the holder and the times of a new Lease."""
        return super().validate(obj) + validation.lease(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check the holder and the times of a replaced Lease."""
        return super().validate_update(new, old) + validation.lease(new)
