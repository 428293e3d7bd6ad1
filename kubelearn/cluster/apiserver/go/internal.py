"""A struct as messages of field errors show it: the JSON of Kubernetes' internal types.

Those types have no names for JSON, so every field is there by its Go name, in the order of its declaration, whether it
is set or not (K/pkg/apis/core/types.go).  They are declared as the versioned ones, but for what is here.
"""

from __future__ import annotations

from typing import Any, Final

from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.meta import Object

_ZERO: Final = {"string": "", "bool": False, "int32": 0, "int64": 0, "intstr.IntOrString": 0, "resource.Quantity": "0"}
#: Types whose fields are declared in another order.
_ORDER: Final = {
    "core.v1.PodSpec": (
        "Volumes InitContainers Containers EphemeralContainers RestartPolicy TerminationGracePeriodSeconds "
        "ActiveDeadlineSeconds DNSPolicy NodeSelector ServiceAccountName AutomountServiceAccountToken NodeName "
        "SecurityContext ImagePullSecrets Hostname Subdomain SetHostnameAsFQDN Affinity SchedulerName Tolerations "
        "HostAliases PriorityClassName Priority PreemptionPolicy DNSConfig ReadinessGates RuntimeClassName Overhead "
        "EnableServiceLinks TopologySpreadConstraints OS SchedulingGates ResourceClaims Resources HostnameOverride "
        "SchedulingGroup"
    ),
    "core.v1.PodSecurityContext": (
        "SELinuxOptions WindowsOptions RunAsUser RunAsGroup RunAsNonRoot SupplementalGroups SupplementalGroupsPolicy "
        "FSGroup FSGroupChangePolicy Sysctls SeccompProfile AppArmorProfile SELinuxChangePolicy"
    ),
}
#: Fields of a pod that are internally fields of its security context.
_SHARED: Final = ("HostNetwork", "HostPID", "HostIPC", "ShareProcessNamespace", "HostUsers")


def as_internal(message: str, value: Object) -> Object:
    """Return a struct as its internal type is marshalled.

    Args:
        message: its versioned type, ``core.v1.ServicePort``.
        value: it as JSON.
    """
    found: Object = {}
    known = types.of(message)
    for field in known.declared if known is not None else ():
        if field.name == "metadata":  # embedded, and with names for JSON
            described = value.get("metadata") or {}
            found |= {key: item for key, item in _as_versioned("meta.v1.ObjectMeta", described).items() if item}
        elif field.embedded:
            found |= as_internal(field.type, value)
        else:
            found[field.go_name] = _any(field, value.get(field.name))
    if message == "core.v1.PodSpec" and found["SecurityContext"] is not None:
        found["SecurityContext"] = {name: found[name] for name in _SHARED} | found["SecurityContext"]
    order = _ORDER.get(message)
    return {name: found[name] for name in order.split()} if order else found


def _any(field: types.Field, value: Any) -> Any:
    if value is None or (field.cardinality != "one" and not value):
        empty = field.cardinality != "one" or field.pointer
        return None if empty else _one(field.type, None)
    if field.cardinality == "list":
        return [_one(field.type, item) for item in value]
    if field.cardinality == "map":
        return {key: _one(field.type, value[key]) for key in sorted(value)}
    return _one(field.type, value)


def _one(message: str, value: Any) -> Any:
    if message in _ZERO:
        return _ZERO[message] if value is None else value
    if "." not in message or message.startswith("meta.v1."):  # these have names for JSON
        return _as_versioned(message, value)
    return as_internal(message, value or {})


def _as_versioned(message: str, value: Any) -> Any:
    """Return a value of a type that has names for JSON, in the order in which Go writes it."""
    known = types.fields(message)
    if not known or value is None:
        return value
    found: Object = {}
    for name, field in known.items():
        if name not in value:
            continue
        item = value[name]
        if field.cardinality == "map" and item is not None:
            found[name] = {key: _as_versioned(field.type, item[key]) for key in sorted(item)}
        elif field.cardinality == "list" and item is not None:
            found[name] = [_as_versioned(field.type, one) for one in item]
        else:
            found[name] = _as_versioned(field.type, item)
    return found
