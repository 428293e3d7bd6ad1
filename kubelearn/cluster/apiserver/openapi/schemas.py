"""The schemas of OpenAPI documents: what ``kubectl explain`` shows.

Fields, types and merge rules are those of ``go.messages`` and ``managedfields.structure``, so that explain, strict
decoding and patches agree; the words are those of the official client's models.
"""

from __future__ import annotations

import re
from typing import Any, Final

from kubelearn.cluster.apiserver.go import client_models, messages
from kubelearn.cluster.apiserver.go import types as go_types
from kubelearn.cluster.apiserver.managedfields import structure

from .paths import schema_name

_CONVENTIONS: Final = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md"
_SCALARS: Final[dict[str, dict[str, Any]]] = {
    "string": {"type": "string"},
    "bool": {"type": "boolean"},
    "int32": {"type": "integer", "format": "int32"},
    "int64": {"type": "integer", "format": "int64"},
    "double": {"type": "number", "format": "double"},
    "bytes": {"type": "string", "format": "byte"},
    "any": {"type": "object"},
    "authentication.v1.ExtraValue": {"type": "array", "items": {"type": "string", "default": ""}},
}
_ZEROS: Final = {"string": "", "bool": False, "int32": 0, "int64": 0, "double": 0}
#: Types that are one JSON value with a schema of their own.
_NAMED_VALUES: Final[dict[str, dict[str, Any]]] = {
    "meta.v1.Time": {
        "description": (
            "Time is a wrapper around time.Time which supports correct marshaling to YAML and JSON.  Wrappers are "
            "provided for many of the factory methods that the time package offers."
        ),
        "type": "string",
        "format": "date-time",
    },
    "meta.v1.MicroTime": {
        "description": "MicroTime is version of Time with microsecond level precision.",
        "type": "string",
        "format": "date-time",
    },
    "meta.v1.FieldsV1": {
        "description": "FieldsV1 stores a set of fields in a data structure like a Trie, in JSON format.",
        "type": "object",
    },
    "meta.v1.Patch": {
        "description": "Patch is provided to give a concrete name and type to the Kubernetes PATCH request body.",
        "type": "object",
    },
    "intstr.IntOrString": {
        "description": (
            "IntOrString is a type that can hold an int32 or a string.  When used in JSON or YAML marshalling and "
            "unmarshalling, it produces or consumes the inner type.  This allows you to have, for example, a JSON "
            "field that can accept a name or number."
        ),
        "format": "int-or-string",
        "oneOf": [{"type": "integer"}, {"type": "string"}],
    },
    "resource.Quantity": {
        "description": (
            "Quantity is a fixed-point representation of a number. It provides convenient marshaling/unmarshaling in "
            "JSON and YAML, in addition to String() and AsInt64() accessors."
        ),
        "oneOf": [{"type": "string"}, {"type": "number"}],
    },
}
_TYPE_META: Final = {
    "apiVersion": (
        "APIVersion defines the versioned schema of this representation of an object. Servers should convert "
        "recognized schemas to the latest internal value, and may reject unrecognized values. More info: "
        f"{_CONVENTIONS}#resources"
    ),
    "kind": (
        "Kind is a string value representing the REST resource this object represents. Servers may infer this from the "
        "endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: "
        f"{_CONVENTIONS}#types-kinds"
    ),
}
#: Descriptions of fields that are objects, which the client's models lack.
_DESCRIPTIONS: Final = {
    "metadata": f"Standard object's metadata. More info: {_CONVENTIONS}#metadata",
    "spec": f"Specification of the desired behavior of the object. More info: {_CONVENTIONS}#spec-and-status",
    "status": (
        "Most recently observed status of the object. Populated by the system. Read-only. More info: "
        f"{_CONVENTIONS}#spec-and-status"
    ),
    "core.v1.Service.spec": f"Spec defines the behavior of a service. {_CONVENTIONS}#spec-and-status",
    "core.v1.Service.status": (
        "Most recently observed status of the service. Populated by the system. Read-only. "
        f"More info: {_CONVENTIONS}#spec-and-status"
    ),
    "core.v1.Pod.spec": f"Specification of the desired behavior of the pod. More info: {_CONVENTIONS}#spec-and-status",
    "core.v1.Pod.status": (
        "Most recently observed status of the pod. This data may not be up to date. Populated by the system. "
        f"Read-only. More info: {_CONVENTIONS}#spec-and-status"
    ),
    "core.v1.PodTemplateSpec.spec": (
        f"Specification of the desired behavior of the pod. More info: {_CONVENTIONS}#spec-and-status"
    ),
    "apps.v1.Deployment.spec": "Specification of the desired behavior of the Deployment.",
    "apps.v1.Deployment.status": "Most recently observed status of the Deployment.",
    "apps.v1.DeploymentSpec.selector": (
        "Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by "
        "this deployment. It must match the pod template's labels."
    ),
    "apps.v1.DeploymentSpec.strategy": "The deployment strategy to use to replace existing pods with new ones.",
    "apps.v1.DeploymentSpec.template": (
        "Template describes the pods that will be created. The only allowed template.spec.restartPolicy value is "
        '"Always".'
    ),
    "core.v1.ServiceSpec.sessionAffinityConfig": (
        "sessionAffinityConfig contains the configurations of session affinity."
    ),
    "core.v1.ServiceStatus.loadBalancer": (
        "LoadBalancer contains the current status of the load-balancer, if one is present."
    ),
    "core.v1.Container.resources": (
        "Compute Resources required by this container. Cannot be updated. "
        "More info: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"
    ),
    "core.v1.Container.readinessProbe": (
        "Periodic probe of container service readiness. Container will be removed from service endpoints if the probe "
        "fails. Cannot be updated. More info: "
        "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes"
    ),
    "core.v1.Container.livenessProbe": (
        "Periodic probe of container liveness. Container will be restarted if the probe fails. Cannot be updated. "
        "More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes"
    ),
    "core.v1.Container.lifecycle": (
        "Actions that the management system should take in response to container lifecycle events. Cannot be updated."
    ),
    "discovery.v1.Endpoint.conditions": "conditions contains information about the current status of the endpoint.",
    "discovery.v1.Endpoint.targetRef": "targetRef is a reference to a Kubernetes object that represents this endpoint.",
}
_PROTOCOLS: Final = ("SCTP", "TCP", "UDP")
_EFFECTS: Final = ("NoExecute", "NoSchedule", "PreferNoSchedule")
#: Values of string types that are marked ``+enum`` in Go.
_ENUMS: Final = {
    "apps.v1.DeploymentStrategy.type": ("Recreate", "RollingUpdate"),
    "core.v1.Container.imagePullPolicy": ("Always", "IfNotPresent", "Never"),
    "core.v1.Container.terminationMessagePolicy": ("FallbackToLogsOnError", "File"),
    "core.v1.ContainerPort.protocol": _PROTOCOLS,
    "core.v1.HTTPGetAction.scheme": ("HTTP", "HTTPS"),
    "core.v1.NamespaceStatus.phase": ("Active", "Terminating"),
    "core.v1.PodSpec.dnsPolicy": ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
    "core.v1.PodSpec.preemptionPolicy": ("Never", "PreemptLowerPriority"),
    "core.v1.PodSpec.restartPolicy": ("Always", "Never", "OnFailure"),
    "core.v1.PodStatus.phase": ("Failed", "Pending", "Running", "Succeeded", "Unknown"),
    "core.v1.ServicePort.protocol": _PROTOCOLS,
    "core.v1.ServiceSpec.externalTrafficPolicy": ("Cluster", "Local"),
    "core.v1.ServiceSpec.internalTrafficPolicy": ("Cluster", "Local"),
    "core.v1.ServiceSpec.ipFamilyPolicy": ("PreferDualStack", "RequireDualStack", "SingleStack"),
    "core.v1.ServiceSpec.sessionAffinity": ("ClientIP", "None"),
    "core.v1.ServiceSpec.type": ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort"),
    "core.v1.Taint.effect": _EFFECTS,
    "core.v1.Toleration.effect": _EFFECTS,
    "core.v1.Toleration.operator": ("Equal", "Exists"),
    "core.v1.EndpointPort.protocol": _PROTOCOLS,
    "discovery.v1.EndpointSlice.addressType": ("FQDN", "IPv4", "IPv6"),
    "batch.v1.JobSpec.completionMode": ("Indexed", "NonIndexed"),
}


class Builder:
    """Collects the schemas that the kinds of one group version need.

    Attributes:
        schemas: name → schema.
    """

    def __init__(self, group: str, version: str):
        self._group = group
        self._version = version
        self.schemas: dict[str, Any] = {}
        self._add("meta.v1.Patch")
        self._add("meta.v1.Status")
        self.add_kind("meta.k8s.io/v1", "DeleteOptions")

    def add_kind(self, api_version: str, kind: str, *, listed: bool = False) -> None:
        """Add a kind, the types of its fields, and its list."""
        message = messages.message_for(api_version, kind)
        if not messages.fields(message):
            return  # options that are query parameters, never a body
        group, _, version = api_version.rpartition("/")
        if message.startswith("meta.v1."):
            group, version = self._group, self._version
        self._add(message)
        self.schemas[schema_name(message)]["x-kubernetes-group-version-kind"] = [
            {"group": group, "kind": kind, "version": version}
        ]
        if listed:
            self._add_list(message, kind, {"group": group, "kind": f"{kind}List", "version": version})

    def _add_list(self, message: str, kind: str, group_version_kind: dict[str, str]) -> None:
        self._add("meta.v1.ListMeta")
        self.schemas[f"{schema_name(message)}List"] = {
            "description": _words(f"{message}List") or f"{kind}List is a list of {kind} objects.",
            "properties": {
                "apiVersion": {"type": "string", "description": _TYPE_META["apiVersion"]},
                "items": {
                    "type": "array",
                    "description": f"List of {kind} objects.",
                    "items": {**_reference(message), "default": {}},
                },
                "kind": {"type": "string", "description": _TYPE_META["kind"]},
                "metadata": {
                    **_reference("meta.v1.ListMeta"),
                    "default": {},
                    "description": f"Standard list metadata. More info: {_CONVENTIONS}#types-kinds",
                },
            },
            "required": ["items"],
            "type": "object",
            "x-kubernetes-group-version-kind": [group_version_kind],
        }

    def _add(self, message: str) -> None:
        name = schema_name(message)
        if name in self.schemas or message in _SCALARS:
            return
        named = _NAMED_VALUES.get(message)
        if named is not None:
            self.schemas[name] = named
            return
        schema: dict[str, Any] = {"type": "object"}
        self.schemas[name] = schema  # before its fields: types may contain themselves
        description = _words(message)
        if description:
            schema["description"] = description
        schema |= self._struct(message)

    def _struct(self, message: str) -> dict[str, Any]:
        descriptions, required = _field_words(message)
        properties = {}
        for name, field in sorted(messages.fields(message).items()):
            self._add(field.type)
            text = (
                descriptions.get(name)
                or _DESCRIPTIONS.get(f"{message}.{name}")
                or _DESCRIPTIONS.get(name)
                or _TYPE_META.get(name)
            )
            properties[name] = (
                _property(message, field, name in required)
                | ({"description": text} if text else {})
                | _merge_extensions(message, field)
            )
        schema: dict[str, Any] = {"properties": properties} if properties else {}
        needed = [name for name in properties if name in required]
        if needed:
            schema["required"] = needed
        if structure.is_atomic(message):
            schema["x-kubernetes-map-type"] = "atomic"
        return schema


def _reference(message: str) -> dict[str, Any]:
    return {"allOf": [{"$ref": f"#/components/schemas/{schema_name(message)}"}]}


def _property(message: str, field: messages.JsonField, required: bool) -> dict[str, Any]:
    if field.cardinality == "list":
        return {"type": "array", "items": _element(field.type)}
    if field.cardinality == "map":
        return {"type": "object", "additionalProperties": _element(field.type)}
    scalar = _SCALARS.get(field.type)
    if scalar is None:
        always = not field.pointer and (
            go_types.is_value_struct(message, field.name) or field.type in ("meta.v1.Time", "meta.v1.MicroTime")
        )
        return _reference(field.type) | ({"default": {}} if always else {})
    enum = _ENUMS.get(f"{message}.{field.name}")
    return (
        scalar
        | ({"default": _ZEROS[field.type]} if required and not field.pointer and field.type in _ZEROS else {})
        | ({"enum": enum} if enum else {})
    )


def _element(message: str) -> dict[str, Any]:
    scalar = _SCALARS.get(message)
    if scalar is None:
        return {**_reference(message), "default": {}} if message not in _NAMED_VALUES else _reference(message)
    return scalar | ({"default": _ZEROS[message]} if message in _ZEROS else {})


def _merge_extensions(message: str, field: messages.JsonField) -> dict[str, Any]:
    found: dict[str, Any] = {}
    merge = structure.merge_of(message, field.name)
    if field.cardinality == "list":
        found["x-kubernetes-list-type"] = "set" if merge.is_set else "atomic"
        if merge.list_keys:
            found["x-kubernetes-list-type"] = "map"
            found["x-kubernetes-list-map-keys"] = list(merge.list_keys)
    elif field.cardinality == "map" and structure.map_kind(message, field.name) == "atomic":
        found["x-kubernetes-map-type"] = "atomic"
    if merge.key:
        found["x-kubernetes-patch-merge-key"] = merge.key
    if merge.strategy:
        found["x-kubernetes-patch-strategy"] = merge.strategy
    return found


def _words(message: str) -> str:
    """Return a type's description: the model's docstring up to its list of attributes."""
    model = client_models.model_of(message)
    text = (model.__doc__ or "") if model is not None else ""
    words = re.sub(r"\s*\n\s*", " ", text.partition("\n\n    Attributes:")[0]).strip()
    return "" if words.startswith("NOTE: This class is auto generated") else words


def _field_words(message: str) -> tuple[dict[str, str], frozenset[str]]:
    """Return the descriptions of a type's fields, and which fields are required."""
    model = client_models.model_of(message)
    if model is None:
        return {}, frozenset()
    descriptions, required = {}, set()
    for key, name in model.attribute_map.items():
        field = getattr(model, "model_fields", {}).get(key)
        text = field.description if field is not None else _property_words(model, key)
        if text:
            descriptions[name] = text
        if field is not None and field.is_required():
            required.add(name)
    return descriptions, frozenset(required)


def _property_words(model: Any, key: str) -> str:
    """Return a field's description from models before version 37, which have it as the property's docstring."""
    text = getattr(getattr(model, key, None), "__doc__", None) or ""
    lines = [line.strip() for line in text.partition(":return:")[0].splitlines()[1:]]
    return " ".join(line for line in lines if line).removesuffix("# noqa: E501").strip()
