"""Endpoints (K/pkg/registry/core/endpoint)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.kinds.strategy import Strategy
from kubelearn.cluster.meta import Object

from . import validation


class EndpointsStrategy(Strategy):
    """Rules of ``endpoints``."""

    def default(self, obj: Object) -> None:
        """Set the protocol of ports."""
        super().default(obj)
        if not obj.get("subsets", True):
            del obj["subsets"]
        for subset in obj.get("subsets") or ():
            for port in subset.get("ports") or ():
                port.setdefault("protocol", "TCP")
                if not port.get("name", True):
                    del port["name"]

    def validate(self, obj: Object) -> list[Cause]:
        """Check addresses and ports."""
        return validation.endpoints(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement as a new object."""
        return validation.endpoints_update(new, old)
