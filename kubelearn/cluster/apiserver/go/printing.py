"""A struct as Go prints it with ``%#v`` and ``spew``: what Kubernetes hashes (apimachinery/pkg/util/dump, ForHash).

Every field is printed, in the order of Go's declaration and with its Go type, whether it is set
or not.  That order is the order of protobuf's numbers but for the types in ``_ORDER``.
"""

from __future__ import annotations

import functools
import re
from typing import Any, Final, NamedTuple

from . import messages, types

_CONTAINER: Final = (
    "name image command args workingDir ports envFrom env resources resizePolicy restartPolicy restartPolicyRules "
    "volumeMounts volumeDevices livenessProbe readinessProbe startupProbe lifecycle terminationMessagePath "
    "terminationMessagePolicy imagePullPolicy securityContext stdin stdinOnce tty"
)
_CONTAINER_ADDED: Final = {"restartPolicyRules": ("list", "core.v1.ContainerRestartRule", "[]v1.ContainerRestartRule")}
_ORDER: Final = {
    "core.v1.PodSpec": (
        "volumes initContainers containers ephemeralContainers restartPolicy terminationGracePeriodSeconds "
        "activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName serviceAccount automountServiceAccountToken "
        "nodeName hostNetwork hostPID hostIPC shareProcessNamespace securityContext imagePullSecrets hostname "
        "subdomain affinity schedulerName tolerations hostAliases priorityClassName priority dnsConfig readinessGates "
        "runtimeClassName enableServiceLinks preemptionPolicy overhead topologySpreadConstraints setHostnameAsFQDN os "
        "hostUsers schedulingGates resourceClaims resources hostnameOverride schedulingGroup"
    ),
    "core.v1.Container": _CONTAINER,
    "core.v1.EphemeralContainerCommon": _CONTAINER,
    "core.v1.SecurityContext": (
        "capabilities privileged seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot "
        "readOnlyRootFilesystem allowPrivilegeEscalation procMount seccompProfile appArmorProfile"
    ),
    "core.v1.PodSecurityContext": (
        "seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot supplementalGroups supplementalGroupsPolicy "
        "fsGroup sysctls fsGroupChangePolicy seccompProfile appArmorProfile seLinuxChangePolicy"
    ),
    "core.v1.VolumeMount": "name readOnly recursiveReadOnly mountPath subPath mountPropagation subPathExpr",
    "core.v1.VolumeSource": (
        "hostPath emptyDir gcePersistentDisk awsElasticBlockStore gitRepo secret nfs iscsi glusterfs "
        "persistentVolumeClaim rbd flexVolume cinder cephfs flocker downwardAPI fc azureFile configMap vsphereVolume "
        "quobyte azureDisk photonPersistentDisk projected portworxVolume scaleIO storageos csi ephemeral image"
    ),
    "core.v1.ClusterTrustBundleProjection": "name signerName labelSelector optional path",
}
#: Newer fields, all pointers or lists: type → field → (cardinality, type, Go type).
_ADDED: Final[dict[str, dict[str, tuple[str, str, str]]]] = {
    "core.v1.PodSpec": {
        "hostnameOverride": ("one", "string", "*string"),
        "schedulingGroup": ("one", "core.v1.PodSchedulingGroup", "*v1.PodSchedulingGroup"),
    },
    "core.v1.Container": _CONTAINER_ADDED,
    "core.v1.EphemeralContainerCommon": _CONTAINER_ADDED,
    "core.v1.EnvVarSource": {"fileKeyRef": ("one", "core.v1.FileKeySelector", "*v1.FileKeySelector")},
    "core.v1.Lifecycle": {"stopSignal": ("one", "string", "*v1.Signal")},
    "core.v1.VolumeProjection": {
        "podCertificate": ("one", "core.v1.PodCertificateProjection", "*v1.PodCertificateProjection")
    },
}
#: Go names of fields that are not just their JSON names with a capital, some in one type only.
_NAMES: Final = {
    "dnsPolicy": "DNSPolicy",
    "serviceAccount": "DeprecatedServiceAccount",
    "dnsConfig": "DNSConfig",
    "os": "OS",
    "ip": "IP",
    "tty": "TTY",
    "seLinuxOptions": "SELinuxOptions",
    "seLinuxChangePolicy": "SELinuxChangePolicy",
    "fsGroup": "FSGroup",
    "fsGroupChangePolicy": "FSGroupChangePolicy",
    "gmsaCredentialSpecName": "GMSACredentialSpecName",
    "gmsaCredentialSpec": "GMSACredentialSpec",
    "httpGet": "HTTPGet",
    "tcpSocket": "TCPSocket",
    "httpHeaders": "HTTPHeaders",
    "grpc": "GRPC",
    "apiVersion": "APIVersion",
    "gcePersistentDisk": "GCEPersistentDisk",
    "uid": "UID",
    "awsElasticBlockStore": "AWSElasticBlockStore",
    "nfs": "NFS",
    "iscsi": "ISCSI",
    "rbd": "RBD",
    "cephfs": "CephFS",
    "fc": "FC",
    "storageos": "StorageOS",
    "csi": "CSI",
    "apiGroup": "APIGroup",
    "fsType": "FSType",
    "pdName": "PDName",
    "iqn": "IQN",
    "iscsiInterface": "ISCSIInterface",
    "chapAuthDiscovery": "DiscoveryCHAPAuth",
    "chapAuthSession": "SessionCHAPAuth",
    "wwids": "WWIDs",
    "diskURI": "DataDiskURI",
    "sslEnabled": "SSLEnabled",
    "core.v1.GlusterfsVolumeSource.endpoints": "EndpointsName",
    "core.v1.RBDVolumeSource.monitors": "CephMonitors",
    "core.v1.RBDVolumeSource.image": "RBDImage",
    "core.v1.RBDVolumeSource.pool": "RBDPool",
    "core.v1.RBDVolumeSource.user": "RadosUser",
}
_TYPES: Final = {"metadata": "ObjectMeta"}
_ZERO: Final = {"string": "", "bool": "false", "int32": "0", "int64": "0"}
_TIME: Final = "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}"


class PrintedField(NamedTuple):
    """One field of a struct, in the order of its declaration."""

    json: str
    go: str
    cardinality: str
    message: str
    type: str
    pointer: bool
    embedded: bool


def show(message: str, value: dict[str, Any]) -> str:
    """Return a struct as Go prints it.

    Args:
        message: its type, ``core.v1.PodTemplateSpec``.
        value: it as JSON; times in it are not printed but as zero.
    """
    return f"({types.go_name(message)}){_struct(message, value)}"


@functools.cache
def printed_fields(message: str) -> tuple[PrintedField, ...]:
    """Return a struct's fields in the order of their declaration."""
    declared = {name: (cardinality, type_name) for name, cardinality, type_name in messages.wire()[message].values()}
    added = _ADDED.get(message, {})
    order = _ORDER[message].split() if message in _ORDER else list(dict.fromkeys([*declared, *added]))
    return tuple(
        _added(message, name, *added[name]) if name in added else _field(message, name, *declared[name])
        for name in order
    )


def _field(message: str, name: str, cardinality: str, type_name: str) -> PrintedField:
    embedded = messages.is_embedded(name, type_name)
    go = type_name.rpartition(".")[2] if embedded else _TYPES.get(name) or _go_field(message, name)
    shown = types.go_name(type_name) if embedded else types.go_type(message, name, cardinality, type_name)[0]
    pointer = not embedded and types.is_pointer(message, name, cardinality, type_name)
    return PrintedField(name, go, cardinality, type_name, shown, pointer, embedded)


def _added(message: str, name: str, cardinality: str, type_name: str, go_type: str) -> PrintedField:
    shown = go_type.removeprefix("*")
    return PrintedField(name, _go_field(message, name), cardinality, type_name, shown, shown != go_type, embedded=False)


def _go_field(message: str, name: str) -> str:
    return _NAMES.get(f"{message}.{name}") or _NAMES.get(name) or name[0].upper() + name[1:]


def _struct(message: str, value: dict[str, Any]) -> str:
    parts = []
    for field in printed_fields(message):
        item = value if field.embedded else value.get(field.json)
        kind = f"(*{field.type})" if field.pointer else f"({field.type})"
        parts.append(f"{field.go}:{kind}{_any(field, item)}")
    return "{" + " ".join(parts) + "}"


def _any(field: PrintedField, value: Any) -> str:
    if (field.cardinality != "one" and not value) or (field.pointer and value is None):
        return "<nil>"
    if field.cardinality == "list":
        return "[" + " ".join(_one(field.message, item) for item in value) + "]"
    if field.cardinality == "map":
        return "map[" + " ".join(f"{key}:{_one(field.message, value[key])}" for key in sorted(value)) + "]"
    return _one(field.message, value)


def _one(message: str, value: Any) -> str:
    if message in _ZERO:
        if value is None:
            return _ZERO[message]
        return str(value).lower() if message == "bool" else str(value)
    if message == "meta.v1.Time":
        return _TIME
    if message == "intstr.IntOrString":
        number = value if isinstance(value, int) else 0
        text = value if isinstance(value, str) else ""
        return f"{{Type:(intstr.Type){int(isinstance(value, str))} IntVal:(int32){number} StrVal:(string){text}}}"
    if message == "resource.Quantity":
        return _quantity(str(value))
    return _struct(message, value or {})


def _quantity(text: str) -> str:
    """Return a Quantity that fits into 64 bits as ParseQuantity leaves it.

    Source: k8s.io/apimachinery/pkg/api/resource/quantity.go.
    """
    found = re.fullmatch(r"([+-]?)(\d*)(?:\.(\d*))?(.*)", text)
    assert found is not None  # noqa: S101 - validation has seen it
    sign, whole, fraction, suffix = found[1], found[2].lstrip("0") or "0", found[3] or "", found[4]
    form, scale, factor = "DecimalSI", -len(fraction), 1
    if suffix in _BINARY:
        form, factor = "BinarySI", 1 << _BINARY[suffix]
    elif suffix in _DECIMAL:
        scale += _DECIMAL[suffix]
    else:
        form, scale = "DecimalExponent", scale + int(suffix[1:])
    number = int(f"{sign}{whole}{fraction}") * factor
    return (
        f"{{i:(resource.int64Amount){{value:(int64){number} scale:(resource.Scale){scale}}} "
        f"d:(resource.infDecAmount){{Dec:(*inf.Dec)<nil>}} s:(string){text} Format:(resource.Format){form}}}"
    )


_BINARY: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL: Final = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
