"""Where volumes come from: nodes, disks and servers, in pods and in PersistentVolumes.

Source: K/pkg/apis/core/validation/validation.go, validateVolumeSource and ValidatePersistentVolumeSpec, release 1.36;
defaults: K/pkg/apis/core/v1/defaults.go.
"""

from __future__ import annotations

import posixpath
import re
from typing import Any, Final

from kubelearn.cluster.apiserver.errors import Cause, invalid_value, not_supported, required
from kubelearn.cluster.apiserver.go.values import set_defaults
from kubelearn.cluster.apiserver.validation import names
from kubelearn.cluster.apiserver.validation.causes import invalid_each
from kubelearn.cluster.meta import Object

#: What a source has to have, in the order in which Kubernetes asks for it.
_REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    "awsElasticBlockStore": ("volumeID",),
    "azureDisk": ("diskName", "diskURI"),
    "azureFile": ("secretName", "shareName"),
    "cephfs": ("monitors",),
    "cinder": ("volumeID",),
    "csi": ("driver",),
    "flexVolume": ("driver",),
    "gcePersistentDisk": ("pdName",),
    "gitRepo": ("repository",),
    "glusterfs": ("endpoints", "path"),
    "hostPath": ("path",),
    "iscsi": ("targetPortal", "iqn"),
    "local": ("path",),
    "nfs": ("server", "path"),
    "persistentVolumeClaim": ("claimName",),
    "photonPersistentDisk": ("pdID",),
    "portworxVolume": ("volumeID",),
    "quobyte": ("registry", "volume"),
    "rbd": ("monitors", "image"),
    "scaleIO": ("gateway", "system", "volumeName"),
    "vsphereVolume": ("volumePath",),
}
_DEFAULTS: Final[dict[str, dict[str, Any]]] = {
    "azureDisk": {"cachingMode": "ReadWrite", "fsType": "ext4", "readOnly": False, "kind": "Shared"},
    "hostPath": {"type": ""},
    "iscsi": {"iscsiInterface": "default"},
    "rbd": {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"},
    "scaleIO": {"storageMode": "ThinProvisioned", "fsType": "xfs"},
}
#: Kinds of hostPath; the empty one checks nothing.
HOST_PATH_TYPES: Final = (
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
)
#: Kinds that are going, or gone → since when.
_DEPRECATED: Final = {
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "gitRepo": "deprecated in v1.11, and disabled by default in v1.33+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}
_IQN: Final = re.compile(
    r"iqn\.\d{4}-\d{2}\.([a-zA-Z0-9.-]+)(:[^,;*&$|\s]+)?|eui\.[0-9a-fA-F]{16}|naa\.[0-9a-fA-F]{32}"
)
_PARTITION: Final = names.in_range(0, 255)


def default(kind: str, source: Object) -> None:
    """Fill in a source, in place."""
    set_defaults(source, _DEFAULTS.get(kind, {}))


def source(kind: str, found: Object, path: str) -> list[Cause]:
    """Check a source that pods and PersistentVolumes have in the same form."""
    causes = [required(f"{path}.{key}") for key in _REQUIRED.get(kind, ()) if not found.get(key)]
    if kind == "hostPath" and not causes:
        causes += no_backsteps(found["path"], f"{path}.path")
        if (shape := found.get("type") or "") not in HOST_PATH_TYPES:
            causes.append(not_supported(f"{path}.type", shape, HOST_PATH_TYPES))
    elif kind == "local" and not causes:
        causes += no_backsteps(found["path"], f"{path}.path")
    elif kind == "nfs" and found.get("path") and not posixpath.isabs(found["path"]):
        causes.append(invalid_value(f"{path}.path", found["path"], "must be an absolute path"))
    elif kind in ("gcePersistentDisk", "awsElasticBlockStore"):
        if not 0 <= (found.get("partition") or 0) <= 255:
            causes.append(invalid_value(f"{path}.partition", found["partition"], _PARTITION))
    elif kind == "iscsi":
        causes += _iscsi(found, path)
    elif kind == "csi" and found.get("driver"):
        causes += invalid_each(f"{path}.driver", found["driver"], names.dns1123_subdomain(found["driver"].lower()))
    elif kind == "flocker" and not (found.get("datasetName") or found.get("datasetUUID")):
        causes.append(required(path, "one of datasetName and datasetUUID is required"))
    elif kind == "fc" and not (found.get("targetWWNs") or found.get("wwids")):
        causes.append(required(f"{path}.targetWWNs", "must specify either targetWWNs or wwids, but not both"))
    return causes


def _iscsi(found: Object, path: str) -> list[Cause]:
    causes = []
    name = found.get("iqn")
    if name and not _IQN.fullmatch(name):
        causes.append(invalid_value(f"{path}.iqn", name, "must be valid format"))
    if not 0 <= (found.get("lun") or 0) <= 255:
        causes.append(invalid_value(f"{path}.lun", found["lun"], _PARTITION))
    if (found.get("chapAuthDiscovery") or found.get("chapAuthSession")) and found.get("secretRef") is None:
        causes.append(required(f"{path}.secretRef"))
    return causes


def no_backsteps(text: str, path: str) -> list[Cause]:
    """Check that a path does not go up (``validatePathNoBacksteps``)."""
    return [invalid_value(path, text, "must not contain '..'")] if ".." in text.split("/") else []


def warnings(found: Object, path: str) -> list[str]:
    """Warn of kinds of volumes that are going (K/pkg/api/pod/warnings.go and K/pkg/api/persistentvolume/util.go)."""
    return [f"{path}.{kind}: {since}" for kind, since in _DEPRECATED.items() if found.get(kind) is not None]
