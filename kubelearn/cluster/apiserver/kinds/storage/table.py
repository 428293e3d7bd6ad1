"""Claims, volumes and classes (printPersistentVolume, printPersistentVolumeClaim, printStorageClass)."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.printers import (
    AGE,
    NAME,
    UNSET,
    Column,
    Printer,
    created,
    name_of,
    part,
    quantity,
    wide,
)
from kubelearn.cluster.meta import Object

from . import storageclass

_MODES = (("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP"))


def _access(modes: list[str] | None) -> str:
    return ",".join(short for mode, short in _MODES if mode in (modes or ()))


def _phase(obj: Object) -> str:
    phase: str = "Terminating" if meta.is_terminating(obj) else part(obj, "status").get("phase", "")
    return phase


def _volume(obj: Object) -> list[Any]:
    spec, claim = part(obj, "spec"), part(obj, "spec").get("claimRef")
    return [
        name_of(obj),
        quantity((spec.get("capacity") or {}).get("storage")),
        _access(spec.get("accessModes")),
        spec.get("persistentVolumeReclaimPolicy", ""),
        _phase(obj),
        f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else "",
        storageclass.name_of(obj),
        spec.get("volumeAttributesClassName") or UNSET,
        part(obj, "status").get("reason", ""),
        created(obj),
        spec.get("volumeMode") or UNSET,
    ]


def _claim(obj: Object) -> list[Any]:
    spec, status = part(obj, "spec"), part(obj, "status")
    volume = spec.get("volumeName", "")
    capacity = quantity((status.get("capacity") or {}).get("storage")) if volume else ""
    return [
        name_of(obj),
        _phase(obj),
        volume,
        capacity,
        _access(status.get("accessModes")) if volume else "",
        storageclass.name_of(obj),
        spec.get("volumeAttributesClassName") or UNSET,
        created(obj),
        spec.get("volumeMode") or UNSET,
    ]


def _storage_class(obj: Object) -> list[Any]:
    return [
        name_of(obj) + (" (default)" if storageclass.is_default(obj) else ""),
        obj.get("provisioner", ""),
        obj.get("reclaimPolicy") or "Delete",
        obj.get("volumeBindingMode") or "Immediate",
        bool(obj.get("allowVolumeExpansion")),
        created(obj),
    ]


PRINTERS = {
    "persistentvolumes": Printer(
        (
            NAME,
            Column("Capacity", "Size of the volume"),
            Column("Access Modes", "Ways to mount the volume"),
            Column("Reclaim Policy", "What becomes of the volume when its claim goes"),
            Column("Status", "Phase of the volume"),
            Column("Claim", "The claim that it is bound to"),
            Column("StorageClass", "StorageClass of the pv"),
            Column("VolumeAttributesClass", "VolumeAttributesClass of the pv"),
            Column("Reason", "Why it failed"),
            AGE,
            wide("VolumeMode", "File system or block device"),
        ),
        _volume,
    ),
    "persistentvolumeclaims": Printer(
        (
            NAME,
            Column("Status", "Phase of the claim"),
            Column("Volume", "The volume that it is bound to"),
            Column("Capacity", "Size of the volume"),
            Column("Access Modes", "Ways to mount the volume"),
            Column("StorageClass", "StorageClass of the pvc"),
            Column("VolumeAttributesClass", "VolumeAttributesClass of the pvc"),
            AGE,
            wide("VolumeMode", "File system or block device"),
        ),
        _claim,
    ),
    "storageclasses.storage.k8s.io": Printer(
        (
            NAME,
            Column("Provisioner", "What makes the volumes"),
            Column("ReclaimPolicy", "What becomes of a volume when its claim goes"),
            Column("VolumeBindingMode", "When volumes are made and bound"),
            Column("AllowVolumeExpansion", "Whether volumes can grow"),
            AGE,
        ),
        _storage_class,
    ),
}
