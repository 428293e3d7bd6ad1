"""ServiceAccounts (K/pkg/registry/core/serviceaccount)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.apiserver.kinds.strategy import Strategy
from kubelearn.cluster.meta import Object


class ServiceAccountStrategy(Strategy):
    """Rules of ``serviceaccounts``: a name, and little else."""

    def default(self, obj: Object) -> None:
        """Drop empty lists."""
        super().default(obj)
        drop_empty(obj, "core.v1.ServiceAccount")
