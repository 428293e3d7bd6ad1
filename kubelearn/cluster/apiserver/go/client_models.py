"""API types as the official client's models have them: fields, types, descriptions.

The models lack what Go knows (the package of a type, int64, quantities); the tables below say it
for the types that need it.  Importing the client takes 0.2 s, so it is done when first needed.
"""

from __future__ import annotations

import functools
import re
from typing import Any, Final

from kubelearn.cluster.apiserver.resources import RESOURCES

#: Types that are models of the client, and yet one JSON value.
_TIMES: Final = {"datetime": "meta.v1.Time", "date": "meta.v1.Time"}
_SCALARS: Final = {
    "str": "string",
    "int": "int32",
    "bool": "bool",
    "float": "double",
    "bytes": "bytes",
    "object": "any",
    **_TIMES,
}
#: Integers that are int64 in Go.
_LONG: Final = frozenset(
    {
        "activeDeadlineSeconds",
        "deletionGracePeriodSeconds",
        "expirationSeconds",
        "fsGroup",
        "generation",
        "gid",
        "gracePeriodSeconds",
        "observedGeneration",
        "remainingItemCount",
        "runAsGroup",
        "runAsUser",
        "seconds",
        "sizeBytes",
        "startingDeadlineSeconds",
        "supplementalGroups",
        "terminationGracePeriodSeconds",
        "tolerationSeconds",
        "uid",
        "sinceSeconds",
        "tailLines",
        "limitBytes",
    }
)
_QUANTITIES: Final = frozenset(
    {
        "averageValue",
        "divisor",
        "sizeLimit",
        "capacity",
        "allocatable",
        "limits",
        "requests",
        "hard",
        "used",
        "overhead",
        "allocatedResources",
        "default",
        "defaultRequest",
        "max",
        "maxLimitRequestRatio",
        "min",
    }
)
_QUANTITIES_OF: Final = frozenset({"MetricTarget.value", "MetricValueStatus.value"})
_INT_OR_STRING: Final = frozenset({"maxSurge", "maxUnavailable", "minAvailable", "port", "targetPort"})
_MICRO_TIMES: Final = frozenset({"acquireTime", "renewTime", "eventTime", "lastObservedTime"})
_META: Final = frozenset(
    {
        "ObjectMeta",
        "ListMeta",
        "LabelSelector",
        "LabelSelectorRequirement",
        "OwnerReference",
        "ManagedFieldsEntry",
        "DeleteOptions",
        "Preconditions",
        "Status",
        "StatusDetails",
        "StatusCause",
        "Condition",
        "FieldSelectorRequirement",
        "APIResource",
        "APIResourceList",
        "APIGroup",
        "APIGroupList",
        "APIVersions",
        "WatchEvent",
    }
)
#: Types of the core group that types of other groups have in their fields.
_CORE: Final = frozenset(
    {
        "ObjectReference",
        "LocalObjectReference",
        "TypedLocalObjectReference",
        "PodTemplateSpec",
        "NodeSelector",
        "TopologySelectorTerm",
        "ResourceRequirements",
        "PersistentVolumeClaim",
        "PersistentVolumeClaimSpec",
        "Toleration",
        "TopologySpreadConstraint",
    }
)
#: Names that the client has in two groups: it puts the group in front.
_PREFIXES: Final = ("Core", "Events", "Discovery", "Authentication", "Storage", "Rbac", "Resource", "Flowcontrol")
_KINDS: Final = {r.kind: r.group.partition(".")[0] or "core" for r in RESOURCES}
_LIST: Final = re.compile(r"[Ll]ist\[(.*)\]")
_MAP: Final = re.compile(r"[Dd]ict[\[(]str, ?(.*)[\])]")
_MODEL: Final = re.compile(rf"({'|'.join(_PREFIXES)})?(V\d(?:(?:alpha|beta)\d)?)(\w+)")


@functools.cache
def _models() -> Any:
    from kubernetes.client import models

    return models


@functools.cache
def model_of(message: str) -> Any | None:
    """Return the client's model class of a message such as ``networking.v1.Ingress``; None when it has none."""
    package, version, name = message.split(".")
    version = version[0].upper() + version[1:]
    models = _models()
    for candidate in (f"{package.capitalize()}{version}{name}", f"{version}{name}"):
        if hasattr(models, candidate):
            return getattr(models, candidate)
    return None


def fields(message: str) -> list[tuple[str, str, str]]:
    """Return (JSON name, cardinality, type) of a message's fields; nothing for an unknown one."""
    model = model_of(message)
    if model is None:
        return []
    names: dict[str, str] = model.attribute_map
    kinds: dict[str, str] = model.openapi_types
    hidden = ("kind", "apiVersion") if "metadata" in kinds else ()
    return [
        (names[key], *type_of(message, names[key], text)) for key, text in kinds.items() if names[key] not in hidden
    ]


def type_of(owner: str, name: str, text: str) -> tuple[str, str]:
    """Translate a model's type.

    Args:
        owner: message that has the field.
        name: the field's name in JSON.
        text: type as in the model's ``openapi_types``, for example ``List[V1ServicePort]``.

    Returns:
        Cardinality (``one``, ``list``, ``map``) and type.
    """
    for cardinality, pattern in (("list", _LIST), ("map", _MAP)):
        found = pattern.fullmatch(text)
        if found:
            return cardinality, type_of(owner, name, found[1])[1]
    if text == "str" and (name in _QUANTITIES or f"{owner.rpartition('.')[2]}.{name}" in _QUANTITIES_OF):
        return "one", "resource.Quantity"
    if text == "int" and name in _LONG:
        return "one", "int64"
    if text == "object" and name in _INT_OR_STRING:
        return "one", "intstr.IntOrString"
    if text == "datetime" and name in _MICRO_TIMES:
        return "one", "meta.v1.MicroTime"
    known = _SCALARS.get(text)
    return ("one", known) if known is not None else ("one", _message_of(owner, text))


def _message_of(owner: str, text: str) -> str:
    found = _MODEL.fullmatch(text)
    if found is None:
        return "any"
    prefix, version, name = found[1], found[2].lower(), found[3]
    if prefix:
        package = prefix.lower()
    elif name in _META:
        package = "meta"
    elif name in _CORE:
        package = "core"
    else:
        package = _KINDS.get(name, owner.partition(".")[0])
    return f"{package}.{version}.{name}"
