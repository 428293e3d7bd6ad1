"""PersistentVolumes (K/pkg/registry/core/persistentvolume)."""

from __future__ import annotations

from typing import Final

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.go.values import drop_empty, set_defaults
from kubelearn.cluster.apiserver.kinds.strategy import ClusterScopedStrategy, Context, keep
from kubelearn.cluster.apiserver.podspec import sources
from kubelearn.cluster.apiserver.podspec.resources import canonical_list
from kubelearn.cluster.apiserver.validation.quantities import decoding
from kubelearn.cluster.meta import Object

from . import storageclass, validation
from .claim import protect

VOLUMES: Final = "persistentvolumes"
PROTECTION: Final = "kubernetes.io/pv-protection"
_RECYCLES: Final = (
    "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach "
    "is to use dynamic provisioning."
)


class PersistentVolumeStrategy(ClusterScopedStrategy):
    """Rules of ``persistentvolumes``."""

    has_status = True

    def default(self, obj: Object) -> None:
        """Set the reclaim policy and the volume mode, and what the source leaves out.

        Raises:
            ApiError: 400, a size is none.
        """
        super().default(obj)
        spec = obj["spec"] = obj.get("spec") or {}
        drop_empty(spec, "core.v1.PersistentVolumeSpec")
        set_defaults(spec, {"persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem"})
        for kind in validation.source_kinds(spec):
            sources.default(kind, spec[kind])
        with decoding("PersistentVolume"):
            if spec.get("capacity"):
                spec["capacity"] = canonical_list(spec["capacity"])

    def prepare_create(self, obj: Object, context: Context) -> None:  # noqa: ARG002 - all strategies have the same form
        """Protect the volume, and begin its status."""
        protect(obj, PROTECTION)
        obj["status"] = {"phase": "Pending", "lastPhaseTransitionTime": meta.timestamp()}

    def validate(self, obj: Object) -> list[Cause]:
        """Check the spec."""
        return super().validate(obj) + validation.volume(obj)

    def prepare_update(self, new: Object, old: Object, context: Context) -> None:  # noqa: ARG002 - likewise
        """Keep the status."""
        keep(new, old, "status")

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement: the source stays."""
        return super().validate_update(new, old) + validation.volume_update(new, old)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:  # noqa: ARG002 - said again at each write
        """Warn of what is out of date (K/pkg/api/persistentvolume/util.go)."""
        found = storageclass.warnings(obj) + sources.warnings(obj["spec"], "spec")
        return [*found, _RECYCLES] if obj["spec"].get("persistentVolumeReclaimPolicy") == "Recycle" else found

    def prepare_status(self, new: Object, old: Object) -> None:
        """Take the status, and note when the phase changed."""
        super().prepare_status(new, old)
        before = old.get("status") or {}
        changed = new["status"].get("phase") != before.get("phase")
        if changed and new["status"].get("lastPhaseTransitionTime") == before.get("lastPhaseTransitionTime"):
            new["status"]["lastPhaseTransitionTime"] = meta.timestamp()
