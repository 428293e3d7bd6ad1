"""What each kind is made of: fields, types, and how its lists merge.

Field names and Go types come from ``wire_fields.json`` (the numbers of Kubernetes' protobuf
messages) and, for kinds that are not in it, from the official client's models.  Merge rules
are those of the ``patchStrategy``, ``listType`` and ``structType`` markers in k8s.io/api.
"""

from __future__ import annotations

import functools
import json
import re
from importlib import resources
from typing import Any

Fields = dict[str, tuple[str, str]]

_GROUPS = {"v1": "core.v1", "discovery.k8s.io/v1": "discovery.v1", "authentication.k8s.io/v1": "authentication.v1", "authorization.k8s.io/v1": "authorization.v1"}
#: Go structs that are embedded without a name of their own: their fields are the owner's in JSON.
_INLINE = {"volumeSource", "handler", "localObjectReference", "ephemeralContainerCommon"}
_INLINE_TYPES = {"core.v1.VolumeSource", "core.v1.ProbeHandler", "core.v1.LocalObjectReference", "core.v1.EphemeralContainerCommon"}
#: Messages that are one JSON value, whatever protobuf makes of them.
SCALARS = {"intstr.IntOrString", "resource.Quantity", "meta.v1.Time", "meta.v1.MicroTime", "string", "bool", "int32", "int64", "bytes", "double"}

#: (field) → (list keys for server-side apply, strategic patch strategy, strategic merge key), for every type that has it.
_KEYED: dict[str, tuple[tuple[str, ...], str, str]] = {
    "meta.v1.ObjectMeta.ownerReferences": (("uid",), "merge", "uid"),
    "core.v1.PodSpec.containers": (("name",), "merge", "name"),
    "core.v1.PodSpec.initContainers": (("name",), "merge", "name"),
    "core.v1.PodSpec.ephemeralContainers": (("name",), "merge", "name"),
    "core.v1.PodSpec.volumes": (("name",), "merge,retainKeys", "name"),
    "core.v1.PodSpec.imagePullSecrets": (("name",), "merge", "name"),
    "core.v1.PodSpec.hostAliases": (("ip",), "merge", "ip"),
    "core.v1.PodSpec.topologySpreadConstraints": (("topologyKey", "whenUnsatisfiable"), "merge", "topologyKey"),
    "core.v1.PodSpec.schedulingGates": (("name",), "merge", "name"),
    "core.v1.PodSpec.resourceClaims": (("name",), "merge,retainKeys", "name"),
    "core.v1.ResourceRequirements.claims": (("name",), "", ""),
    "core.v1.ContainerStatus.volumeMounts": (("mountPath",), "merge", "mountPath"),
    "core.v1.ServiceSpec.ports": (("port", "protocol"), "merge", "port"),
    "core.v1.ServiceAccount.secrets": (("name",), "merge", "name"),
    "core.v1.PodStatus.podIPs": (("ip",), "merge", "ip"),
    "core.v1.NodeStatus.addresses": (("type",), "merge", "type"),
}
for _owner in ("core.v1.Container", "core.v1.EphemeralContainer"):
    _KEYED |= {
        f"{_owner}.ports": (("containerPort", "protocol"), "merge", "containerPort"),
        f"{_owner}.env": (("name",), "merge", "name"),
        f"{_owner}.volumeMounts": (("mountPath",), "merge", "mountPath"),
        f"{_owner}.volumeDevices": (("devicePath",), "merge", "devicePath"),
    }
for _owner in ("apps.v1.DeploymentStatus", "apps.v1.ReplicaSetStatus", "core.v1.PodStatus", "core.v1.ServiceStatus", "core.v1.NodeStatus", "core.v1.NamespaceStatus"):
    _KEYED[f"{_owner}.conditions"] = (("type",), "merge", "type")
_SETS = {"meta.v1.ObjectMeta.finalizers", "discovery.v1.Endpoint.addresses", "core.v1.NodeSpec.podCIDRs"}
#: Lists that a strategic patch merges although server-side apply treats them otherwise.
_STRATEGIES = {
    "meta.v1.ObjectMeta.finalizers": ("merge", ""), "core.v1.NodeSpec.podCIDRs": ("merge", ""), "batch.v1.JobStatus.conditions": ("merge", "type"),
    "core.v1.PodStatus.hostIPs": ("merge", "ip"), "apps.v1.DeploymentSpec.strategy": ("retainKeys", ""),
}
_ATOMIC_MAPS = {"core.v1.PodSpec.nodeSelector", "core.v1.ServiceSpec.selector"}
_ATOMIC_STRUCTS = {
    "meta.v1.LabelSelector", "meta.v1.OwnerReference", "core.v1.ObjectReference", "core.v1.LocalObjectReference", "core.v1.TypedLocalObjectReference",
    "core.v1.ConfigMapKeySelector", "core.v1.SecretKeySelector", "core.v1.ObjectFieldSelector", "core.v1.ResourceFieldSelector", "core.v1.NodeSelector",
    "core.v1.NodeSelectorTerm", "core.v1.EndpointAddress", "core.v1.EndpointPort", "discovery.v1.EndpointPort", "autoscaling.v1.CrossVersionObjectReference",
}


@functools.cache
def wire() -> dict[str, dict[str, list[str]]]:
    """Return the protobuf messages: name → field number → (JSON name, cardinality, type)."""
    text = resources.files(__package__).joinpath("wire_fields.json").read_text(encoding="utf-8")
    messages: dict[str, dict[str, list[str]]] = json.loads(text)
    return messages


def is_inline(json_name: str, go_type: str) -> bool:
    """Return whether a message's field is an embedded struct."""
    return json_name in _INLINE and go_type in _INLINE_TYPES


@functools.cache
def type_of(api_version: str, kind: str) -> str:
    """Return the Go type of a kind, for example ``core.v1.Service``."""
    if kind == "DeleteOptions":
        return "meta.v1.DeleteOptions"
    group = _GROUPS.get(api_version) or api_version.replace("/", ".").replace(".k8s.io", "")
    return f"{group}.{kind}"


@functools.cache
def fields(go_type: str) -> Fields:
    """Return the JSON fields of a Go type: name → (``one``, ``list`` or ``map``; type); empty for scalars."""
    if go_type in SCALARS or go_type == "meta.v1.FieldsV1" or go_type == "any":
        return {}
    message = wire().get(go_type)
    if message is None:
        return _from_model(go_type)
    found: Fields = {}
    for json_name, cardinality, kind in message.values():
        if is_inline(json_name, kind):
            found |= fields(kind)
        else:
            found[json_name] = (cardinality, kind)
    if "metadata" in found and found["metadata"][1] in ("meta.v1.ObjectMeta", "meta.v1.ListMeta") and go_type != "core.v1.PodTemplateSpec":
        found = {"kind": ("one", "string"), "apiVersion": ("one", "string"), **found}
    elif go_type == "meta.v1.DeleteOptions":
        found = {"kind": ("one", "string"), "apiVersion": ("one", "string"), **found}
    return found


_MODEL_GROUPS = {"core": "", "meta": "", "apps": "", "events": "Events", "discovery": "", "batch": ""}
_PLAIN = {"str": "string", "int": "int32", "bool": "bool", "float": "double", "datetime": "meta.v1.Time", "object": "any", "date": "meta.v1.Time"}


def _from_model(go_type: str) -> Fields:
    """Derive a type's fields from the official client's models."""
    from kubernetes.client import models

    group, version, name = go_type.split(".")
    prefix = version[0].upper() + version[1:]
    model = next((getattr(models, candidate) for candidate in (f"{prefix}{name}", f"{group.capitalize()}{prefix}{name}") if hasattr(models, candidate)), None)
    if model is None:
        return {}
    return {model.attribute_map[key]: _model_type(go_type, text) for key, text in model.openapi_types.items()}


def _model_type(owner: str, text: str) -> tuple[str, str]:
    for cardinality, pattern in (("list", r"list\[(.*)\]"), ("map", r"dict\(str, (.*)\)|dict\[str, ?(.*)\]")):
        found = re.fullmatch(pattern, text, re.IGNORECASE)
        if found:
            return cardinality, _model_type(owner, next(part for part in found.groups() if part))[1]
    if text in _PLAIN:
        return "one", _PLAIN[text]
    known = re.fullmatch(r"(?:[A-Z][a-z]+)?(V\d(?:(?:alpha|beta)\d)?)(\w+)", text)
    if known is None:
        return "one", "any"
    version, name = known.group(1).lower(), known.group(2)
    for group in ("meta", "core", owner.split(".")[0]):
        if f"{group}.{version}.{name}" in wire():
            return "one", f"{group}.{version}.{name}"
    return "one", f"{owner.split('.')[0]}.{version}.{name}"


def list_kind(go_type: str, field: str) -> str | tuple[str, tuple[str, ...]]:
    """Return ``"atomic"``, ``"set"`` or ``("map", keys)`` for a list field."""
    path = f"{go_type}.{field}"
    if path in _KEYED:
        return "map", _KEYED[path][0]
    return "set" if path in _SETS else "atomic"


def map_kind(go_type: str, field: str) -> str:
    """Return ``"atomic"`` or ``"granular"`` for a map field."""
    return "atomic" if f"{go_type}.{field}" in _ATOMIC_MAPS else "granular"


def is_atomic(go_type: str) -> bool:
    """Return whether a struct is replaced as a whole."""
    return go_type in _ATOMIC_STRUCTS


def is_untyped(go_type: str) -> bool:
    """Return whether nothing is known of a type's values."""
    return go_type in ("any", "meta.v1.FieldsV1")


def patch_strategy(go_type: str, field: str) -> str:
    """Return the strategic patch strategy of a field, for example ``merge,retainKeys``."""
    path = f"{go_type}.{field}"
    return _KEYED[path][1] if path in _KEYED else _STRATEGIES.get(path, ("", ""))[0]


def patch_merge_key(go_type: str, field: str) -> str:
    """Return the key by which a strategic patch merges a list's items."""
    path = f"{go_type}.{field}"
    return _KEYED[path][2] if path in _KEYED else _STRATEGIES.get(path, ("", ""))[1]


def show(value: Any) -> str:
    """Name a JSON value's type as Go's encoding/json does."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return {str: "string", list: "array", dict: "object"}[type(value)]
