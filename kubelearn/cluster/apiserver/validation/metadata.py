"""ObjectMeta: names, labels, annotations, owners and finalizers.

Source: k8s.io/apimachinery/pkg/api/validation/objectmeta.go, release 1.36.
"""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver.errors import Cause, forbidden_field, invalid_value, required, too_long
from kubelearn.cluster.apiserver.go.values import string_list_syntax
from kubelearn.cluster.meta import Object

from . import names
from .causes import IMMUTABLE, invalid_each

_STANDARD_FINALIZERS = ("kubernetes", "orphan", "foregroundDeletion")
#: All annotations of an object together, keys and values, in bytes.
ANNOTATIONS_LIMIT = 256 * 1024


def validate(obj: Object, rule: names.NameRule, *, namespaced: bool = True, path: str = "metadata") -> list[Cause]:
    """Check the metadata of an object that is created; its name is already generated."""
    metadata = obj["metadata"]
    causes: list[Cause] = []
    prefix, name = metadata.get("generateName"), metadata.get("name")
    if prefix:
        causes += invalid_each(f"{path}.generateName", prefix, names.for_generation(rule, prefix))
    if not name:
        causes.append(required(f"{path}.name", "name or generateName is required"))
    else:
        causes += invalid_each(f"{path}.name", name, rule(name))
    namespace = metadata.get("namespace")
    if not namespaced:
        if namespace:
            causes.append(forbidden_field(f"{path}.namespace", "not allowed on this type"))
    elif not namespace:
        causes.append(required(f"{path}.namespace"))
    else:
        causes += invalid_each(f"{path}.namespace", namespace, names.dns1123_label(namespace))
    return causes + _common(metadata, path) + finalizers(metadata.get("finalizers") or (), f"{path}.finalizers")


def validate_update(new: Object, old: Object, path: str = "metadata") -> list[Cause]:
    """Check the metadata of an object that is replaced."""
    metadata, before = new["metadata"], old["metadata"]
    causes: list[Cause] = []
    if "deletionTimestamp" in before:
        extra = sorted(set(metadata.get("finalizers") or ()) - set(before.get("finalizers") or ()))
        if extra:
            why = (
                "no new finalizers can be added if the object is being deleted, found new finalizers "
                f"{string_list_syntax(extra)}"
            )
            causes.append(forbidden_field(f"{path}.finalizers", why))
    causes += [
        invalid_value(f"{path}.{key}", metadata.get(key, ""), IMMUTABLE)
        for key in ("name", "namespace")
        if metadata.get(key) != before.get(key)
    ]
    if metadata.get("deletionTimestamp") != before.get("deletionTimestamp"):
        causes.append(
            invalid_value(
                f"{path}.deletionTimestamp",
                metadata.get("deletionTimestamp"),
                IMMUTABLE,
            )
        )
    grace = metadata.get("deletionGracePeriodSeconds")
    if grace != before.get("deletionGracePeriodSeconds"):
        causes.append(invalid_value(f"{path}.deletionGracePeriodSeconds", grace, IMMUTABLE))
    return causes + _common(metadata, path)


def _common(metadata: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    if found := metadata.get("labels"):
        causes += labels(found, f"{path}.labels")
    if found := metadata.get("annotations"):
        causes += annotation_map(found, f"{path}.annotations")
    if found := metadata.get("ownerReferences"):
        causes += owner_references(found, f"{path}.ownerReferences")
    return causes


def labels(found: dict[str, str], path: str) -> list[Cause]:
    """Check a map of labels (or an equality selector, or a nodeSelector)."""
    causes: list[Cause] = []
    for key, value in found.items():
        if problems := names.qualified_name(key):
            causes += invalid_each(path, key, problems)
        if problems := names.label_value(value):
            causes += invalid_each(path, value, problems)
    return causes


def annotation_map(found: dict[str, str], path: str) -> list[Cause]:
    """Check annotations: keys as for labels but in any case, values by their total size."""
    causes: list[Cause] = []
    size = 0
    for key, value in found.items():
        if problems := names.qualified_name(key.lower()):
            causes += invalid_each(path, key, problems)
        size += len(key) + len(value)
    # A character has at most four bytes: only count bytes when it may matter.
    if (
        size * 4 > ANNOTATIONS_LIMIT
        and sum(len(k.encode()) + len(v.encode()) for k, v in found.items()) > ANNOTATIONS_LIMIT
    ):
        causes.append(too_long(path, ANNOTATIONS_LIMIT))
    return causes


def owner_references(found: list[Object], path: str) -> list[Cause]:
    """Check owner references: all four parts given, at most one controller, no Event."""
    causes: list[Cause] = []
    controller = ""
    for reference in found:
        causes += _owner_reference(reference, path)  # the API server reports these without the index
        if reference.get("controller"):
            name = f"{reference.get('kind', '')}/{reference.get('name', '')}"
            if controller:
                why = (
                    f'Only one reference can have Controller set to true. Found "true" in references for {controller} '
                    f"and {name}"
                )
                causes.append(invalid_value(path, [_owner_as_json(one) for one in found], why))
            else:
                controller = name
    return causes


def _owner_reference(reference: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    version = reference.get("apiVersion") or ""
    if not version:
        causes.append(invalid_value(f"{path}.apiVersion", "", "version must not be empty"))
    elif version.count("/") > 1 or version.endswith("/"):
        causes.append(invalid_value(f"{path}.apiVersion", version, "must be <group>/<version> or <version>"))
    causes += [
        invalid_value(f"{path}.{key}", "", "must not be empty")
        for key in ("kind", "name", "uid")
        if not reference.get(key)
    ]
    if (version, reference.get("kind")) == ("v1", "Event"):
        why = "/v1, Kind=Event is disallowed from being an owner"
        causes.append(invalid_value(path, _owner_as_json(reference), why))
    return causes


def _owner_as_json(reference: Object) -> Object:
    shown: Object = {key: reference.get(key) or "" for key in ("apiVersion", "kind", "name", "uid")}
    flags = ("controller", "blockOwnerDeletion")
    return shown | {key: reference[key] for key in flags if reference.get(key) is not None}


def finalizers(found: Any, path: str) -> list[Cause]:
    """Check finalizers: qualified names, and not both of the garbage collector's."""
    causes: list[Cause] = []
    for finalizer in found:
        causes += invalid_each(path, finalizer, names.qualified_name(finalizer))
    for index, finalizer in enumerate(found):
        if "/" not in finalizer and finalizer not in _STANDARD_FINALIZERS:
            why = "name is neither a standard finalizer name nor is it fully qualified"
            causes.append(invalid_value(f"{path}[{index}]", finalizer, why))
    if "orphan" in found and "foregroundDeletion" in found:
        why = "finalizer orphan and foregroundDeletion cannot be both set"
        causes.append(invalid_value(path, list(found), why))
    return causes
