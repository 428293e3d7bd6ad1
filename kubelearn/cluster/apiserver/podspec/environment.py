"""Variables of a container: ``env`` and ``envFrom``.

Source: K/pkg/apis/core/validation/validation.go, ValidateEnv and ValidateEnvFrom, release 1.36.
"""

from __future__ import annotations

import re

from kubelearn.cluster.apiserver.errors import Cause, invalid_value, not_supported, required
from kubelearn.cluster.apiserver.validation import names
from kubelearn.cluster.apiserver.validation.causes import invalid_each
from kubelearn.cluster.meta import Object

_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
_RESOURCES = (
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
)
_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef")
_subscripted = re.compile(r"(.*)\['([^']*)'\]").fullmatch
#: Fields of a pod that may be asked for, in an environment or in a file (ConvertDownwardAPIFieldLabel).
_CONVERTIBLE = frozenset(
    (
        "metadata.annotations",
        "metadata.labels",
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.serviceAccountName",
        "spec.schedulerName",
        "status.phase",
        "status.hostIP",
        "status.hostIPs",
        "status.podIP",
        "status.podIPs",
        "spec.host",
    )
)


def variables(container: Object, path: str) -> list[Cause]:
    """Check a container's ``env`` and ``envFrom``."""
    causes: list[Cause] = []
    for index, variable in enumerate(container.get("env") or ()):
        name = variable.get("name")
        if not name:
            causes.append(required(f"{path}.env[{index}].name"))
        elif problems := names.environment_name(name):
            causes += invalid_each(f"{path}.env[{index}].name", name, problems)
        if variable.get("valueFrom") is not None:
            causes += _value_from(variable, f"{path}.env[{index}].valueFrom")
    for index, source in enumerate(container.get("envFrom") or ()):
        causes += _env_from(source, f"{path}.envFrom", index)
    return causes


def _value_from(variable: Object, path: str) -> list[Cause]:
    source = variable["valueFrom"]
    given = [kind for kind in _SOURCES if source.get(kind) is not None]
    causes: list[Cause] = []
    for kind in given:
        field = f"{path}.{kind}"
        if kind == "fieldRef":
            causes += field_reference(source[kind], field, _FIELDS)
        elif kind == "resourceFieldRef":
            causes += resource_reference(source[kind], field)
        else:
            causes += _key_reference(source[kind], field)
    if not given:
        why = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
        causes.append(invalid_value(path, "", why))
    elif variable.get("value"):
        causes.append(invalid_value(path, "", "may not be specified when `value` is not empty"))
    elif len(given) > 1:
        causes.append(invalid_value(path, "", "may not have more than one field specified at a time"))
    return causes


def field_reference(reference: Object, path: str, allowed: tuple[str, ...]) -> list[Cause]:
    """Check a reference to a field of the pod itself."""
    field = reference.get("fieldPath")
    if not field:
        return [required(f"{path}.fieldPath")]
    if (version := reference.get("apiVersion") or "v1") != "v1":
        return [
            invalid_value(f"{path}.fieldPath", field, f"error converting fieldPath: unsupported pod version: {version}")
        ]
    split = _subscripted(field)
    if (split[1] if split else field) not in _CONVERTIBLE:
        return [
            invalid_value(f"{path}.fieldPath", field, f"error converting fieldPath: field label not supported: {field}")
        ]
    if split is not None:
        if split[1] == "metadata.annotations":
            return invalid_each(path, split[2].lower(), names.qualified_name(split[2].lower()))
        if split[1] == "metadata.labels":
            return invalid_each(path, split[2], names.qualified_name(split[2]))
        return [invalid_value(path, split[1], "does not support subscript")]
    return [] if field in allowed else [not_supported(f"{path}.fieldPath", field, allowed)]


def resource_reference(reference: Object, path: str, *, volume: bool = False) -> list[Cause]:
    """Check a reference to a container's limits or requests."""
    resource = reference.get("resource")
    if volume and not reference.get("containerName"):
        return [required(f"{path}.containerName")]
    if not resource:
        return [required(f"{path}.resource")]
    if resource not in _RESOURCES and not resource.startswith(("limits.hugepages-", "requests.hugepages-")):
        return [not_supported(f"{path}.resource", resource, _RESOURCES)]
    if resource.endswith(".cpu") and (reference.get("divisor") or "0") not in ("0", "1m", "1"):
        why = "only divisor's values 1m and 1 are supported with the cpu resource"
        return [invalid_value(f"{path}.divisor", resource, why)]
    return []


def _key_reference(reference: Object, path: str) -> list[Cause]:
    name, key = reference.get("name") or "", reference.get("key")
    causes = invalid_each(f"{path}.name", name, names.dns1123_subdomain(name))
    return causes + (invalid_each(f"{path}.key", key, names.config_key(key)) if key else [required(f"{path}.key")])


def _env_from(source: Object, path: str, index: int) -> list[Cause]:
    causes: list[Cause] = []
    prefix = source.get("prefix")
    if prefix:
        causes += invalid_each(f"{path}[{index}].prefix", prefix, names.environment_name(prefix))
    given = [kind for kind in ("configMapRef", "secretRef") if source.get(kind) is not None]
    for kind in given:
        name = source[kind].get("name")
        field = f"{path}[{index}].{kind}.name"
        if name:
            causes += invalid_each(field, name, names.for_generation(names.dns1123_subdomain, name))
        else:
            causes.append(required(field))
    if not given:
        causes.append(invalid_value(path, "", "must specify one of: `configMapRef` or `secretRef`"))
    elif len(given) > 1:
        causes.append(invalid_value(path, "", "may not have more than one field specified at a time"))
    return causes
