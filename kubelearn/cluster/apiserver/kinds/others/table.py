"""Configuration, storage, quotas and leases, and the two columns of whatever has no printer."""

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

_MODES = (("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP"))
_CLASS = "volume.beta.kubernetes.io/storage-class"
_DEFAULTS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


def _config_map(obj: Object) -> list[Any]:
    return [name_of(obj), len(obj.get("data") or ()) + len(obj.get("binaryData") or ()), created(obj)]


def _secret(obj: Object) -> list[Any]:
    return [name_of(obj), obj.get("type", ""), len(obj.get("data") or ()), created(obj)]


def _service_account(obj: Object) -> list[Any]:
    return [name_of(obj), created(obj)]


def _lease(obj: Object) -> list[Any]:
    return [name_of(obj), part(obj, "spec").get("holderIdentity") or "", created(obj)]


def _access(modes: list[str] | None) -> str:
    return ",".join(short for mode, short in _MODES if mode in (modes or ()))


def _storage_class_name(obj: Object) -> str:
    annotations = obj["metadata"].get("annotations") or {}
    name: str = annotations[_CLASS] if _CLASS in annotations else part(obj, "spec").get("storageClassName") or ""
    return name


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
        _storage_class_name(obj),
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
        _storage_class_name(obj),
        spec.get("volumeAttributesClassName") or UNSET,
        created(obj),
        spec.get("volumeMode") or UNSET,
    ]


def _storage_class(obj: Object) -> list[Any]:
    annotations = obj["metadata"].get("annotations") or {}
    default = any(annotations.get(key) == "true" for key in _DEFAULTS)
    return [
        name_of(obj) + (" (default)" if default else ""),
        obj.get("provisioner", ""),
        obj.get("reclaimPolicy") or "Delete",
        obj.get("volumeBindingMode") or "Immediate",
        bool(obj.get("allowVolumeExpansion")),
        created(obj),
    ]


def _quota(obj: Object) -> list[Any]:
    status = part(obj, "status")
    used = status.get("used") or {}
    requests: list[str] = []
    limits: list[str] = []
    for name, hard in sorted((status.get("hard") or {}).items()):
        (limits if name.startswith("limits.") else requests).append(
            f"{name}: {quantity(used.get(name))}/{quantity(hard)}"
        )
    return [name_of(obj), ", ".join(requests), ", ".join(limits), created(obj)]


def _plain(obj: Object) -> list[Any]:
    return [name_of(obj), obj["metadata"].get("creationTimestamp") or "0001-01-01T00:00:00Z"]


#: rest.NewDefaultTableConvertor: for kinds without a printer, LimitRanges for example.
PLAIN = Printer((NAME, Column("Created At", "Time when the object was created", "date")), _plain)

PRINTERS = {
    "configmaps": Printer((NAME, Column("Data", "Number of entries"), AGE), _config_map),
    "secrets": Printer(
        (NAME, Column("Type", "What the secret is for"), Column("Data", "Number of entries"), AGE), _secret
    ),
    "serviceaccounts": Printer((NAME, AGE), _service_account),
    "leases.coordination.k8s.io": Printer((NAME, Column("Holder", "Who holds the lease"), AGE), _lease),
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
    "resourcequotas": Printer(
        (NAME, Column("Request", "Used and allowed requests"), Column("Limit", "Used and allowed limits"), AGE), _quota
    ),
}
