"""Claims and volumes.

Source: K/pkg/apis/core/validation/validation.go, release 1.36.
"""

from __future__ import annotations

import posixpath
from fractions import Fraction
from typing import Final

from kubelearn.cluster.apiserver.errors import Cause, forbidden_field, invalid_value, not_supported, required
from kubelearn.cluster.apiserver.go.internal import as_internal
from kubelearn.cluster.apiserver.podspec import claims, placement, sources
from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.apiserver.validation import differences, metadata, names
from kubelearn.cluster.apiserver.validation.causes import IMMUTABLE
from kubelearn.cluster.apiserver.validation.quantities import value_of
from kubelearn.cluster.meta import Object

RECLAIM_POLICIES: Final = ("Delete", "Recycle", "Retain")
_FROZEN_CLAIM: Final = (
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
)
_FROZEN_SOURCE: Final = "spec.persistentvolumesource is immutable after creation"


def claim(obj: Object) -> list[Cause]:
    """Check a new claim."""
    return metadata.validate(obj, names.dns1123_subdomain) + claims.claim_spec(obj["spec"], "spec")


def claim_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced claim."""
    causes = metadata.validate_update(new, old) + claims.claim_spec(new["spec"], "spec")
    spec, before = new["spec"], {**old["spec"]}
    if not before.get("volumeName") and spec.get("volumeName"):
        before["volumeName"] = spec["volumeName"]
    if before.get("storageClassName") is None and spec.get("storageClassName") and not old["spec"].get("volumeName"):
        before["storageClassName"] = spec["storageClassName"]  # a class that became the default later
    frozen, known = _without_size(new, spec), _without_size(new, before)
    if frozen != known:
        difference = differences.show("core.PersistentVolumeClaimSpec", frozen, known)
        causes.append(forbidden_field("spec", f"{_FROZEN_CLAIM}\n{difference}"))
    capacity = ((new.get("status") or {}).get("capacity") or {}).get("storage", "0")
    if size_of(new) < size_of(old) and size_of(new) < value_of(capacity):
        where = "spec.resources.requests.storage"
        causes.append(forbidden_field(where, "field can not be less than status.capacity"))
    return causes


def size_of(obj: Object) -> Fraction:
    """Return what a claim asks for, in bytes."""
    return value_of(((obj["spec"].get("resources") or {}).get("requests") or {}).get("storage", "0"))


def _without_size(obj: Object, spec: Object) -> Object:
    """Return a spec without what a bound claim may change."""
    if (obj.get("status") or {}).get("phase") != "Bound":
        return spec
    resources = spec.get("resources") or {}
    requests = {key: value for key, value in (resources.get("requests") or {}).items() if key != "storage"}
    kept = {key: value for key, value in spec.items() if key != "volumeAttributesClassName"}
    return {**kept, "resources": {**resources, "requests": requests}}


def source_kinds(spec: Object) -> list[str]:
    """Return which sources a volume names, in the order of the alphabet of its type's fields."""
    found = types.of("core.v1.PersistentVolumeSource")
    return [field.name for field in found.declared if spec.get(field.name) is not None] if found is not None else []


def volume(obj: Object) -> list[Cause]:
    """Check the spec of a volume."""
    spec = obj["spec"]
    causes = claims.access_modes(spec, "spec") + _capacity(spec)
    policy = spec.get("persistentVolumeReclaimPolicy")
    if policy not in RECLAIM_POLICIES:
        causes.append(not_supported("spec.persistentVolumeReclaimPolicy", policy, RECLAIM_POLICIES))
    needed = (spec.get("nodeAffinity") or {}).get("required")
    if spec.get("nodeAffinity") is not None:
        if needed is None:
            causes.append(required("spec.nodeAffinity.required", "must specify required node constraints"))
        else:
            causes += placement.node_selector(needed, "spec.nodeAffinity.required.nodeSelectorTerms")
    causes += _sources(spec, has_affinity=bool((needed or {}).get("nodeSelectorTerms")))
    host = (spec.get("hostPath") or {}).get("path")
    if host and posixpath.normpath(host) == "/" and policy == "Recycle":
        why = "may not be 'recycle' for a hostPath mount of '/'"
        causes.append(forbidden_field("spec.persistentVolumeReclaimPolicy", why))
    return causes + claims.class_and_mode(spec, "spec")


def _capacity(spec: Object) -> list[Cause]:
    capacity = spec.get("capacity") or {}
    causes = [] if capacity else [required("spec.capacity")]
    if set(capacity) != {"storage"}:
        causes.append(not_supported("spec.capacity", capacity or None, ("storage",)))
    for name, size in capacity.items():
        causes += claims.positive(size, f"spec.capacity[{name}]")
    return causes


def _sources(spec: Object, *, has_affinity: bool) -> list[Cause]:
    kinds = source_kinds(spec)
    if not kinds:
        return [required("spec", "must specify a volume type")]
    first, *others = kinds
    causes = sources.source(first, spec[first], f"spec.{first}")
    if first == "csi" and not spec[first].get("volumeHandle"):
        causes.append(required("spec.csi.volumeHandle"))
    causes += [forbidden_field(f"spec.{kind}", "may not specify more than 1 volume type") for kind in others]
    if "local" in kinds and not has_affinity:
        causes.append(required("spec.nodeAffinity", "Local volume requires node affinity"))
    return causes


def volume_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced volume."""
    causes = volume(new)
    spec, before = new["spec"], old["spec"]
    named = (source_kinds(spec), source_kinds(before))
    if named[0] != named[1] or any(spec[kind] != before[kind] for kind in named[0]):
        found, known = ({kind: one[kind] for kind in kinds} for one, kinds in zip((spec, before), named, strict=True))
        difference = differences.show("core.PersistentVolumeSource", found, known)
        causes.append(forbidden_field("spec.persistentvolumesource", f"{_FROZEN_SOURCE}\n{difference}"))
    if spec.get("volumeMode") != before.get("volumeMode"):
        causes.append(invalid_value("spec.volumeMode", spec.get("volumeMode"), IMMUTABLE))
    if before.get("nodeAffinity") is not None and spec.get("nodeAffinity") != before["nodeAffinity"]:
        affinity = as_internal("core.v1.VolumeNodeAffinity", spec.get("nodeAffinity") or {})
        causes.append(invalid_value("spec.nodeAffinity", affinity, IMMUTABLE))
    return causes
