"""ServiceAccounts (K/pkg/registry/core/serviceaccount)."""

from __future__ import annotations

from kubelearn.cluster.meta import Object

from .base import Strategy, drop_empty


class ServiceAccountStrategy(Strategy):
    """Rules of ``serviceaccounts``: a name, and little else."""

    def default(self, obj: Object) -> None:
        super().default(obj)
        drop_empty(obj, frozenset({"metadata", "automountServiceAccountToken"}))
