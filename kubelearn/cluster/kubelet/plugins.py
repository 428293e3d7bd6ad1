"""What a node says of volumes that it has no driver for: the kubelet's words, and the attach-detach controller's."""

from __future__ import annotations

import re
from typing import Final

from kubelearn.cluster.meta import Object

from .environment import ConfigError

#: In-tree kinds that CSI drivers have taken over: the attach-detach controller asks the node's CSINode for them.
_MIGRATED: Final = {
    "awsElasticBlockStore": "ebs.csi.aws.com",
    "azureDisk": "disk.csi.azure.com",
    "cinder": "cinder.csi.openstack.org",
    "gcePersistentDisk": "pd.csi.storage.gke.io",
    "portworxVolume": "pxd.portworx.com",
    "vsphereVolume": "csi.vsphere.vmware.com",
}
#: Kinds whose plug-in is gone.
_GONE: Final = ("cephfs", "flocker", "glusterfs", "photonPersistentDisk", "quobyte", "rbd", "scaleIO", "storageos")
_is_address = re.compile(r"[0-9.]+").fullmatch


class AttachError(Exception):
    """A volume that the attach-detach controller cannot attach; the message is the event's."""


def refusal(kind: str, source: Object, name: str, node: str, uid: str, *, is_inline: bool) -> AttachError | ConfigError:
    """Return why a volume cannot be had: an error to be raised.

    Args:
        kind: of its source.
        source: the source.
        name: the volume's, that of the PersistentVolume if it is one.
        node: the node's name.
        uid: the pod's.
        is_inline: the source stands in the pod, not in a PersistentVolume.

    Returns:
        An AttachError if the disk cannot be attached, a ConfigError if it cannot be mounted.
    """
    attach = f'AttachVolume.Attach failed for volume "{name}" : CSINode {node} does not contain driver '
    if kind in _MIGRATED:
        return AttachError(attach + _MIGRATED[kind])
    if kind == "csi":
        driver = source.get("driver", "")
        if not is_inline:
            return AttachError(attach + driver)
        why = f"driver name {driver} not found in the list of registered CSI drivers"
        return ConfigError(f"kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: {why}")
    if kind == "nfs":
        return ConfigError(_nfs(source, name, uid))
    if kind == "iscsi":
        return ConfigError(
            "failed to get any path for iscsi disk, last err seen:\niscsi: failed to sendtargets to portal "
            f'{source.get("targetPortal", "")}, err: exec: "iscsiadm": executable file not found in $PATH'
        )
    if kind == "fc":
        return ConfigError("no fc disk found")
    if kind == "azureFile":
        return ConfigError(f"Couldn't get secret {source.get('secretName', '')}")
    if kind == "gitRepo":
        return ConfigError("git volume plugin has been disabled by default: use an init container instead")
    if kind in _GONE or kind == "flexVolume":
        return ConfigError("no volume plugin matched")
    return ConfigError(f"kubelearn's embedded cluster has no {kind} volumes")


def _nfs(source: Object, name: str, uid: str) -> str:
    server, path = source.get("server", ""), source.get("path", "")
    where = f"/var/lib/kubelet/pods/{uid}/volumes/kubernetes.io~nfs/{name}"
    if _is_address(server):
        output = "mount.nfs: Connection timed out"
    else:
        output = f"mount.nfs: Failed to resolve server {server}: Name or service not known"
    lines = ("Mounting command: mount", f"Mounting arguments: -t nfs {server}:{path} {where}", f"Output: {output}", "")
    return "mount failed: exit status 32\n" + "\n".join(lines)
