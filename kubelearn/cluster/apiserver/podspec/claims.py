"""What a PersistentVolumeClaim asks for: in a claim, and in a pod's template of one.

Source: K/pkg/apis/core/validation/validation.go, ValidatePersistentVolumeClaimSpec, release 1.36.
"""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause, forbidden_field, invalid_value, not_supported, required
from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.apiserver.validation import names, quantities, selectors
from kubelearn.cluster.apiserver.validation.causes import invalid_each
from kubelearn.cluster.meta import Object

ACCESS_MODES = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
VOLUME_MODES = ("Block", "Filesystem")
_ALONE = "may not use ReadWriteOncePod with other access modes"


def default(spec: Object) -> None:
    """Fill in what a claim asks for, in place.

    Raises:
        QuantityError: a size is none.
    """
    drop_empty(spec, "core.v1.PersistentVolumeClaimSpec")
    resources = spec.setdefault("resources", {})
    drop_empty(resources, "core.v1.VolumeResourceRequirements")
    quantities.canonicalize(resources)
    if spec.get("volumeMode") is None:
        spec["volumeMode"] = "Filesystem"
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if source is not None and reference is None:
        spec["dataSourceRef"] = dict(source)
    elif reference is not None and source is None and not reference.get("namespace"):
        spec["dataSource"] = {key: value for key, value in reference.items() if key != "namespace"}


def access_modes(spec: Object, path: str, detail: str = "") -> list[Cause]:
    """Check the access modes of a claim or a volume.

    Args:
        detail: what is said when there is none.
    """
    modes = spec.get("accessModes") or ()
    causes = [] if modes else [required(f"{path}.accessModes", detail)]
    causes += [not_supported(f"{path}.accessModes", mode, ACCESS_MODES) for mode in modes if mode not in ACCESS_MODES]
    if "ReadWriteOncePod" in modes and set(modes) != {"ReadWriteOncePod"}:
        causes.append(forbidden_field(f"{path}.accessModes", _ALONE))
    return causes


def positive(amount: object, path: str) -> list[Cause]:
    """Check a size."""
    if quantities.value_of(amount) > 0:
        return []
    return [invalid_value(path, quantities.canonical(amount), "must be greater than zero")]


def class_and_mode(spec: Object, path: str) -> list[Cause]:
    """Check the name of the storage class, and the volume mode."""
    causes: list[Cause] = []
    if name := spec.get("storageClassName"):
        causes += invalid_each(f"{path}.storageClassName", name, names.dns1123_subdomain(name))
    mode = spec.get("volumeMode")
    if mode is not None and mode not in VOLUME_MODES:
        causes.append(not_supported(f"{path}.volumeMode", mode, VOLUME_MODES))
    return causes


def claim_spec(spec: Object, path: str) -> list[Cause]:
    """Check what a claim asks for."""
    causes = access_modes(spec, path, "at least 1 access mode is required")
    if spec.get("selector") is not None:
        causes += selectors.validate(spec["selector"], f"{path}.selector")
    size = (spec["resources"].get("requests") or {}).get("storage")
    here = f"{path}.resources[storage]"
    causes += [required(here)] if size is None else positive(size, here)
    causes += class_and_mode(spec, path)
    for key in ("dataSource", "dataSourceRef"):
        if spec.get(key) is not None:
            causes += _data_source(spec[key], f"{path}.{key}")
    return causes


def _data_source(source: Object, path: str) -> list[Cause]:
    causes = [required(f"{path}.{key}") for key in ("name", "kind") if not source.get(key)]
    if not source.get("apiGroup") and source.get("kind") != "PersistentVolumeClaim":
        why = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
        causes.append(invalid_value(path, source.get("kind") or "", why))
    return causes
