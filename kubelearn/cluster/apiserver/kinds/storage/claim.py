"""PersistentVolumeClaims (K/pkg/registry/core/persistentvolumeclaim).

Of admission (K/plugin/pkg/admission): DefaultStorageClass, StorageObjectInUseProtection, PersistentVolumeClaimResize.
"""

from __future__ import annotations

from typing import Final

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.kinds.strategy import Context, Strategy, keep
from kubelearn.cluster.apiserver.podspec import claims
from kubelearn.cluster.apiserver.validation.quantities import decoding, value_of
from kubelearn.cluster.meta import Object

from . import storageclass, validation

CLAIMS: Final = "persistentvolumeclaims"
PROTECTION: Final = "kubernetes.io/pvc-protection"
_NOT_RESIZABLE: Final = (
    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
)


def name_for(pod: Object, volume: Object) -> str:
    """Return the name of the claim that is made for a pod's ephemeral volume (ephemeral.VolumeClaimName)."""
    return f"{meta.name_of(pod)}-{volume['name']}"


class PersistentVolumeClaimStrategy(Strategy):
    """Rules of ``persistentvolumeclaims``."""

    has_status = True

    def default(self, obj: Object) -> None:
        """Set the volume mode.

        Raises:
            ApiError: 400, a size is none.
        """
        super().default(obj)
        spec = obj["spec"] = obj.get("spec") or {}
        with decoding("PersistentVolumeClaim"):
            claims.default(spec)

    def prepare_create(self, obj: Object, context: Context) -> None:
        """Give the claim the default class and its protection, and begin its status."""
        spec = obj["spec"]
        annotations = meta.annotations_of(obj)
        if spec.get("storageClassName") is None and storageclass.ANNOTATION not in annotations:
            name = storageclass.default_name(context.registry)
            if name:
                spec["storageClassName"] = name
        protect(obj, PROTECTION)
        obj["status"] = {"phase": "Pending"}

    def validate(self, obj: Object) -> list[Cause]:
        """Check what is asked for."""
        return validation.claim(obj)

    def prepare_update(self, new: Object, old: Object, context: Context) -> None:
        """Keep the status, and refuse to let a claim grow whose class does not allow it.

        Raises:
            ApiError: 403.
        """
        keep(new, old, "status")
        if validation.claim_update(new, old) or validation.size_of(new) <= validation.size_of(old):
            return  # what is not valid is said first
        if (old.get("status") or {}).get("phase") != "Bound":
            self._forbid(new, "Only bound persistent volume claims can be expanded")
        name = storageclass.name_of(new)
        found = context.registry.find(storageclass.CLASSES, "", name) if name else None
        if found is None or not found.get("allowVolumeExpansion"):
            self._forbid(new, _NOT_RESIZABLE)

    def _forbid(self, claim: Object, why: str) -> None:
        raise errors.forbidden(CLAIMS, meta.name_of(claim), why)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement: only the size may change, and the volume once."""
        return validation.claim_update(new, old)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:  # noqa: ARG002 - said again at each write
        """Warn of what is out of date, and of a size that is no whole number of bytes."""
        size = ((obj["spec"].get("resources") or {}).get("requests") or {}).get("storage", "0")
        where = "spec.resources.requests[storage]"
        fraction = f'{where}: fractional byte value "{size}" is invalid, must be an integer'
        return [*storageclass.warnings(obj), *([fraction] if value_of(size).denominator != 1 else [])]


def protect(obj: Object, finalizer: str) -> None:
    """Hold an object back from deletion as long as it is in use (StorageObjectInUseProtection)."""
    found = obj["metadata"].get("finalizers") or []
    if finalizer not in found:
        obj["metadata"]["finalizers"] = [*found, finalizer]
