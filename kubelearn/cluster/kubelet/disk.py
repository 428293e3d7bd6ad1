"""The disk of a node: what hostPath volumes show, in the cluster's memory; nothing of it is this machine's."""

from __future__ import annotations

import posixpath
from typing import Final

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.volume import Files, Folder, Kept, SingleFile

from .environment import ConfigError

_DIRECTORIES: Final = (
    "/bin",
    "/boot",
    "/dev",
    "/etc/cni/net.d",
    "/etc/kubernetes/manifests",
    "/home",
    "/lib/modules",
    "/media",
    "/mnt",
    "/opt/cni/bin",
    "/proc",
    "/root",
    "/run/containerd",
    "/sbin",
    "/srv",
    "/sys/fs/cgroup",
    "/tmp",  # noqa: S108 - of an emulated node
    "/usr/bin",
    "/usr/lib",
    "/usr/share",
    "/var/lib/containerd",
    "/var/lib/kubelet/pods",
    "/var/log/containers",
    "/var/log/pods",
    "/var/run",
)
_SHAPES: Final = {
    "Directory": "a directory",
    "File": "a file",
    "Socket": "a socket file",
    "CharDevice": "a character device",
    "BlockDevice": "a block device",
}
_SOCKETS: Final = ("/run/containerd/containerd.sock", "/var/run/containerd/containerd.sock")
_DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")


class NodeDisk:
    """Files of a node by path; what pods write there outlives them."""

    def __init__(self, node: str):
        self._files = Kept()
        self._files |= {f"{path}/": b"" for path in _DIRECTORIES}
        self._files |= {"/etc/hostname": f"{node}\n".encode(), "/etc/machine-id": b"", "/var/log/syslog": b""}

    def host_path(self, path: str, shape: str) -> Files:
        """Return what a hostPath volume shows.

        Args:
            shape: its ``type``; empty to check nothing.

        Raises:
            ConfigError: the node has something else there, or nothing.
        """
        path = resolve("/", path)
        if shape in ("DirectoryOrCreate", ""):
            return SingleFile(self._files, path) if path in self._files else Folder(self._files, path.rstrip("/"))
        if shape == "FileOrCreate":
            self._create(path)
        elif not self._has(path, shape):
            raise ConfigError(f"hostPath type check failed: {path} is not {_SHAPES.get(shape, shape)}")
        return Folder(self._files, path.rstrip("/")) if shape == "Directory" else SingleFile(self._files, path)

    def _create(self, path: str) -> None:
        if self._has(path, "Directory"):
            raise ConfigError(f"hostPath type check failed: {path} is not a file")
        if not self._has(posixpath.dirname(path), "Directory"):
            raise ConfigError(f"open {path}: no such file or directory")
        self._files.setdefault(path, b"")

    def _has(self, path: str, shape: str) -> bool:
        if shape == "Directory":
            return any(name.startswith(f"{path.rstrip('/')}/") for name in self._files)
        if shape == "File":
            return path in self._files
        if path in {"Socket": _SOCKETS, "CharDevice": _DEVICES}.get(shape, ()):
            self._files.setdefault(path, b"")
            return True
        return False

    def has_folder(self, path: str) -> bool:
        """Return whether there is a directory."""
        return self._has(resolve("/", path), "Directory")

    def erase(self, path: str, *, keep: bool = False) -> None:
        """Remove a folder and all that is in it.

        Args:
            keep: the folder itself stays.
        """
        prefix = f"{resolve('/', path).rstrip('/')}/"
        for name in [name for name in self._files if name.startswith(prefix)]:
            del self._files[name]
        if keep:
            self._files[prefix] = b""
