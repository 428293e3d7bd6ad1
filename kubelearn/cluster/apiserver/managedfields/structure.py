"""How each field merges: the patch and list markers of Kubernetes' Go types.

Sources: ``patchStrategy``, ``patchMergeKey``, ``listType``, ``listMapKey``, ``mapType`` and ``structType``
in k8s.io/api and k8s.io/apimachinery, v0.32.  A list that is not mentioned here is atomic.
"""

from __future__ import annotations

import functools
from typing import Final, NamedTuple

from kubelearn.cluster.apiserver.go import messages


class Merge(NamedTuple):
    """How one list, map or struct merges.

    Attributes:
        strategy: strategic merge patch, for example ``merge,retainKeys``.
        key: merge key of strategic patches.
        list_keys: for server-side apply, the keys of an item; ``()`` for lists without keys.
        is_set: for server-side apply, whether the list is a set of scalars.
    """

    strategy: str = ""
    key: str = ""
    list_keys: tuple[str, ...] = ()
    is_set: bool = False


class FieldInfo(NamedTuple):
    """A field with all that merging needs to know.

    Attributes:
        cardinality: ``one``, ``list`` or ``map``.
        message: message or scalar type of the value (of an item, for lists and maps).
        merge: how it merges.
        atomic: for server-side apply, whether the field is owned as a whole.
    """

    cardinality: str
    message: str
    merge: Merge
    atomic: bool


def _by(key: str, *more: str, strategy: str = "merge") -> Merge:
    return Merge(strategy, key, (key, *more))


_PLAIN: Final = Merge()
_CONDITIONS: Final = _by("type")
_CONTAINER: Final = {
    "ports": _by("containerPort", "protocol"),
    "env": _by("name"),
    "volumeMounts": _by("mountPath"),
    "volumeDevices": _by("devicePath"),
}
_MERGES: Final[dict[str, dict[str, Merge]]] = {
    "meta.v1.ObjectMeta": {"ownerReferences": _by("uid"), "finalizers": Merge("merge", is_set=True)},
    "core.v1.PodSpec": {
        "volumes": _by("name", strategy="merge,retainKeys"),
        "initContainers": _by("name"),
        "containers": _by("name"),
        "ephemeralContainers": _by("name"),
        "imagePullSecrets": _by("name"),
        "hostAliases": _by("ip"),
        "topologySpreadConstraints": _by("topologyKey", "whenUnsatisfiable"),
        "schedulingGates": _by("name"),
        "resourceClaims": _by("name", strategy="merge,retainKeys"),
    },
    "core.v1.PodStatus": {
        "conditions": _CONDITIONS,
        "podIPs": _by("ip"),
        "hostIPs": Merge("merge", "ip"),
        "resourceClaimStatuses": _by("name", strategy="merge,retainKeys"),
    },
    "core.v1.Container": _CONTAINER,
    "core.v1.EphemeralContainer": _CONTAINER,
    "core.v1.EphemeralContainerCommon": _CONTAINER,
    "core.v1.ContainerStatus": {"volumeMounts": _by("mountPath"), "allocatedResourcesStatus": _by("name")},
    "core.v1.ResourceStatus": {"resources": Merge(list_keys=("resourceID",))},
    "core.v1.ResourceRequirements": {"claims": Merge(list_keys=("name",))},
    "core.v1.ServiceSpec": {"ports": _by("port", "protocol")},
    "core.v1.ServiceAccount": {"secrets": _by("name")},
    "core.v1.NodeSpec": {"podCIDRs": Merge("merge", is_set=True)},
    "core.v1.NodeStatus": {"conditions": _CONDITIONS, "addresses": _by("type")},
    "apps.v1.DeploymentSpec": {"strategy": Merge("retainKeys")},
    "batch.v1.JobStatus": {"conditions": Merge("merge", "type")},
    "batch.v1.UncountedTerminatedPods": {"succeeded": Merge(is_set=True), "failed": Merge(is_set=True)},
    "batch.v1.PodFailurePolicyOnExitCodesRequirement": {"values": Merge(is_set=True)},
    "discovery.v1.Endpoint": {"addresses": Merge(is_set=True)},
    "storage.v1.CSINodeSpec": {"drivers": _by("name")},
    "policy.v1.PodDisruptionBudgetSpec": {"selector": Merge("replace")},
} | {
    f"{owner}Status": {"conditions": _CONDITIONS}
    for owner in (
        "apps.v1.Deployment",
        "apps.v1.ReplicaSet",
        "apps.v1.StatefulSet",
        "apps.v1.DaemonSet",
        "autoscaling.v2.HorizontalPodAutoscaler",
        "core.v1.Service",
        "core.v1.Namespace",
        "core.v1.ReplicationController",
        "core.v1.PersistentVolumeClaim",
        "policy.v1.PodDisruptionBudget",
    )
}
_ATOMIC_MAPS: Final = frozenset(
    {"core.v1.PodSpec.nodeSelector", "core.v1.ServiceSpec.selector", "core.v1.ReplicationControllerSpec.selector"}
)
_ATOMIC_STRUCTS: Final = frozenset(
    {
        "meta.v1.LabelSelector",
        "meta.v1.OwnerReference",
        "autoscaling.v1.CrossVersionObjectReference",
        "discovery.v1.EndpointPort",
        "networking.v1.ServiceBackendPort",
        *(
            f"core.v1.{name}"
            for name in (
                "ObjectReference",
                "LocalObjectReference",
                "TypedLocalObjectReference",
                "SecretReference",
                "ConfigMapKeySelector",
                "SecretKeySelector",
                "ObjectFieldSelector",
                "ResourceFieldSelector",
                "NodeSelector",
                "NodeSelectorTerm",
                "TopologySelectorTerm",
                "ScopeSelector",
                "EndpointAddress",
                "EndpointPort",
            )
        ),
    }
)
#: Structs that are atomic by their type, and yet not where they are used here.
_GRANULAR: Final = frozenset({"core.v1.PersistentVolumeSpec.claimRef"})
_UNTYPED: Final = frozenset({"any", "meta.v1.FieldsV1", "authentication.v1.ExtraValue"})


@functools.cache
def fields(message: str) -> dict[str, tuple[str, str]]:
    """Return the JSON fields of a message: name → (``one``, ``list`` or ``map``; type); empty for scalars."""
    return {name: (field.cardinality, field.type) for name, field in messages.fields(message).items()}


@functools.cache
def field(message: str, json_name: str) -> FieldInfo | None:
    """Return what merging has to know of a field; None when the message has no such field."""
    found = messages.fields(message).get(json_name)
    if found is None:
        return None
    merge = merge_of(message, json_name)
    if found.cardinality == "list":
        atomic = not merge.list_keys and not merge.is_set
    elif found.cardinality == "map":
        atomic = map_kind(message, json_name) == "atomic"
    else:
        atomic = is_atomic(found.type) and f"{message}.{json_name}" not in _GRANULAR
    return FieldInfo(found.cardinality, found.type, merge, atomic)


def merge_of(message: str, json_name: str) -> Merge:
    """Return how a field merges."""
    return _MERGES.get(message, {}).get(json_name, _PLAIN)


def list_kind(message: str, json_name: str) -> str | tuple[str, tuple[str, ...]]:
    """Return how server-side apply sees a list: ``"atomic"``, ``"set"`` or ``("map", keys)``."""
    merge = merge_of(message, json_name)
    if merge.list_keys:
        return "map", merge.list_keys
    return "set" if merge.is_set else "atomic"


def map_kind(message: str, json_name: str) -> str:
    """Return how server-side apply sees a map: ``"atomic"`` or ``"granular"``."""
    return "atomic" if f"{message}.{json_name}" in _ATOMIC_MAPS else "granular"


def is_atomic(message: str) -> bool:
    """Return whether server-side apply replaces a struct as a whole."""
    return message in _ATOMIC_STRUCTS


def is_untyped(message: str) -> bool:
    """Return whether nothing is known of a type's values."""
    return message in _UNTYPED


def patch_strategy(message: str, json_name: str) -> str:
    """Return a field's strategic patch strategy, for example ``merge,retainKeys``; ``""`` when there is none."""
    return merge_of(message, json_name).strategy


def patch_merge_key(message: str, json_name: str) -> str:
    """Return the key by which a strategic patch merges a list's items; ``""`` when there is none."""
    return merge_of(message, json_name).key
