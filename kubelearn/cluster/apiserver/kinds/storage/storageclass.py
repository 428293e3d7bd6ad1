"""StorageClasses (K/pkg/registry/storage/storageclass, K/pkg/apis/storage/validation)."""

from __future__ import annotations

from typing import Final

from kubelearn.cluster.apiserver.errors import Cause, forbidden_field, invalid_value, not_supported, required, too_long
from kubelearn.cluster.apiserver.go.values import drop_empty, set_defaults
from kubelearn.cluster.apiserver.kinds import default_class
from kubelearn.cluster.apiserver.kinds.strategy import ClusterScopedStrategy
from kubelearn.cluster.apiserver.validation import metadata, names
from kubelearn.cluster.apiserver.validation.causes import IMMUTABLE, invalid_each
from kubelearn.cluster.meta import Object, annotations_of
from kubelearn.cluster.store import StoredObjects

CLASSES: Final = "storageclasses.storage.k8s.io"
#: Annotations that make a class the default.
DEFAULTS: Final = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
#: The annotation that was there before the field of a claim or a volume.
ANNOTATION: Final = "volume.beta.kubernetes.io/storage-class"
_CHOICES: Final = {"reclaimPolicy": ("Delete", "Retain"), "volumeBindingMode": ("Immediate", "WaitForFirstConsumer")}


class StorageClassStrategy(ClusterScopedStrategy):
    """Rules of ``storageclasses.storage.k8s.io``."""

    def default(self, obj: Object) -> None:
        """Set what becomes of volumes, and when they are bound."""
        super().default(obj)
        drop_empty(obj, "storage.v1.StorageClass")
        obj.setdefault("provisioner", "")
        set_defaults(obj, {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"})

    def validate(self, obj: Object) -> list[Cause]:
        """Check the name, and all fields."""
        return super().validate(obj) + _fields(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement: what volumes were made with stays."""
        causes = metadata.validate_update(new, old)
        if (new.get("parameters") or {}) != (old.get("parameters") or {}):
            causes.append(forbidden_field("parameters", "updates to parameters are forbidden."))
        causes += [
            forbidden_field(key, f"updates to {key} are forbidden.")
            for key in ("provisioner", "reclaimPolicy")
            if new.get(key) != old.get(key)
        ]
        if new.get("volumeBindingMode") != old.get("volumeBindingMode"):
            causes.append(invalid_value("volumeBindingMode", new.get("volumeBindingMode"), IMMUTABLE))
        return causes


def _fields(obj: Object) -> list[Cause]:
    provisioner = obj["provisioner"]
    causes = invalid_each("provisioner", provisioner, names.qualified_name(provisioner.lower())) if provisioner else []
    if not provisioner:
        causes.append(required("provisioner"))
    if len(obj.get("parameters") or ()) > 512:
        causes.append(too_long("parameters", 512))
    for key, choices in _CHOICES.items():
        if obj[key] not in choices:
            causes.append(not_supported(key, obj[key], choices))
    return causes


def name_of(obj: Object) -> str:
    """Return the name of the class of a claim or a volume; empty for none."""
    annotations = annotations_of(obj)
    if ANNOTATION in annotations:
        return str(annotations[ANNOTATION])
    return str((obj.get("spec") or {}).get("storageClassName") or "")


def warnings(obj: Object) -> list[str]:
    """Warn of the annotation that was there before the field of a claim or a volume."""
    if ANNOTATION not in annotations_of(obj):
        return []
    return [f'metadata.annotations[{ANNOTATION}]: deprecated since v1.8; use "storageClassName" attribute instead']


def is_default(obj: Object) -> bool:
    """Return whether a class is marked as the default."""
    return default_class.is_marked(obj, DEFAULTS)


def default_name(registry: StoredObjects) -> str:
    """Return the name of the newest default class, empty for none (GetDefaultClass)."""
    return default_class.newest(registry, CLASSES, DEFAULTS)
