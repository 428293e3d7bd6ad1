"""EndpointSlices (K/pkg/registry/discovery/endpointslice)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.kinds.strategy import Context, Strategy, bump_generation
from kubelearn.cluster.meta import Object

from . import validation


class EndpointSliceStrategy(Strategy):
    """Rules of ``endpointslices.discovery.k8s.io``."""

    has_generation = True

    def default(self, obj: Object) -> None:
        """Set name and protocol of ports."""
        super().default(obj)
        # Go writes both lists even when they are nil.
        obj.setdefault("endpoints", None)
        obj.setdefault("ports", None)
        for port in obj["ports"] or ():
            if port.get("name") is None:
                port["name"] = ""
            if not port.get("protocol"):
                port["protocol"] = "TCP"
        for endpoint in obj["endpoints"] or ():
            endpoint.setdefault("conditions", {})

    def validate(self, obj: Object) -> list[Cause]:
        """Check addresses by the address type, and ports."""
        return validation.endpointslice(obj)

    def warnings(self, obj: Object, _old: Object | None) -> list[str]:
        """Warn of host names as addresses, which nothing uses."""
        return ["spec.addressType: FQDN endpoints are deprecated"] if obj.get("addressType") == "FQDN" else []

    def prepare_update(self, new: Object, old: Object, _context: Context) -> None:
        """Count a generation when endpoints or labels change."""
        changed = any(new.get(key) != old.get(key) for key in ("addressType", "endpoints", "ports"))
        if changed or new["metadata"].get("labels") != old["metadata"].get("labels"):
            bump_generation(new, old)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement; the address type stays."""
        return validation.endpointslice_update(new, old)
