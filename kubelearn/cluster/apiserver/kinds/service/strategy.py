"""Services (K/pkg/registry/core/service)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.kinds.strategy import Context, Strategy, keep
from kubelearn.cluster.apiserver.validation import addresses
from kubelearn.cluster.meta import Object

from . import fields, ipaddresses, validation
from .allocation import allocate


class ServiceStrategy(Strategy):
    """Rules of ``services``: addresses are allocated before anything is validated."""

    has_status = True
    field_selectors: ClassVar[dict[str, Callable[[Object], str]]] = {
        "spec.clusterIP": lambda obj: obj["spec"].get("clusterIP", ""),
        "spec.type": lambda obj: obj["spec"].get("type", ""),
    }

    def default(self, obj: Object) -> None:
        """Set type, protocols, target ports and policies."""
        super().default(obj)
        fields.default(obj.setdefault("spec", {}))

    def prepare_create(self, obj: Object, context: Context) -> None:
        """Allocate cluster IPs and node ports."""
        obj["status"] = {"loadBalancer": {}}
        fields.drop_unused(obj["spec"])
        fields.normalize_cluster_ips(obj["spec"], None)
        allocate(obj, None, context)

    def validate(self, obj: Object) -> list[Cause]:
        """Check the spec."""
        return validation.service(obj)

    def prepare_update(self, new: Object, old: Object, context: Context) -> None:
        """Allocate what the new spec needs, and keep what it has of the old one."""
        keep(new, old, "status")
        fields.drop_unused(new["spec"])
        fields.patch_allocated(new["spec"], old["spec"])
        fields.normalize_cluster_ips(new["spec"], old["spec"])
        allocate(new, old, context)
        fields.drop_type_dependent(new["spec"], old["spec"])

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement; cluster IPs stay."""
        return validation.service_update(new, old)

    def prepare_status(self, new: Object, old: Object) -> None:
        """Take the status, and labels and annotations with it."""
        labels, annotations = new["metadata"].get("labels"), new["metadata"].get("annotations")
        super().prepare_status(new, old)
        # Only the spec is reset (serviceStatusStrategy).
        for key, value in (("labels", labels), ("annotations", annotations)):
            new["metadata"].pop(key, None)
            if value:
                new["metadata"][key] = value
        for ingress in new["status"].setdefault("loadBalancer", {}).get("ingress") or ():
            if ingress.get("ip"):
                ingress.setdefault("ipMode", "VIP")

    def companions(self, obj: Object) -> dict[tuple[str, str], Object]:
        """Return its IPAddresses."""
        return ipaddresses.of_service(obj)

    def warnings(self, obj: Object, _old: Object | None) -> list[str]:
        """Warn of addresses in an unusual form, of what is deprecated, and of fields that have no effect."""
        spec = obj["spec"]
        found: list[str] = []
        for key in ("clusterIPs", "externalIPs"):
            for index, ip in enumerate(spec.get(key) or ()):
                found += addresses.canonical_warning(ip, f"spec.{key}[{index}]")
        return found + _ignored(spec)


def _ignored(spec: Object) -> list[str]:
    """Name what is deprecated and what has no effect (K/pkg/api/service/warnings.go)."""
    found: list[str] = []
    if spec.get("clusterIP") == "None":
        affinity = spec.get("sessionAffinity") != "None"
        for name, is_set in (("loadBalancerIP", spec.get("loadBalancerIP")), ("externalIPs", spec.get("externalIPs"))):
            if is_set:
                found.append(f"spec.{name} is ignored for headless services")
        if affinity:
            found.append("spec.SessionAffinity is ignored for headless services")
    elif spec.get("externalIPs") and spec.get("type") == "ExternalName":
        found.append('spec.externalIPs is ignored when spec.type is "ExternalName"')
    elif spec.get("externalIPs"):
        found.append("spec.externalIPs is deprecated and may no longer be implemented in some clusters")
    if spec.get("externalName") and spec.get("type") != "ExternalName":
        found.append('spec.externalName is ignored when spec.type is not "ExternalName"')
    if spec.get("trafficDistribution") == "PreferClose":
        found.append('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
    return found
