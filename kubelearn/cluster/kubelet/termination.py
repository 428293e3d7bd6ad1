"""What a container that has ended says of it: its termination message.

Source: K/pkg/kubelet/kuberuntime/kuberuntime_container.go, getTerminationMessage.
"""

from __future__ import annotations

from kubelearn.cluster.containers.filesystem import FileSystem, resolve
from kubelearn.cluster.containers.volume import Mount, SingleFile
from kubelearn.cluster.meta import Object

from .logs import ContainerLog

#: The end of the file, in bytes.
_MOST_BYTES = 4096
#: The end of the log, where the policy asks for that: lines, and of these bytes.
_LOG_LINES, _LOG_BYTES = 80, 2048


def mount_file(files: FileSystem, spec: Object) -> None:
    """Lay the empty file that a container may write its message to; a read-only root is no hindrance."""
    if path := spec.get("terminationMessagePath"):
        files.mount(path, Mount(SingleFile({"message": b""}, "message")))


def message(spec: Object, code: int, files: FileSystem, log: ContainerLog) -> Object:
    """Return what the status of a container that ended with a code adds: ``message``, if there is one."""
    path = spec.get("terminationMessagePath")
    text = files.read(resolve("/", path))[-_MOST_BYTES:] if path else b""
    if not text and code and spec.get("terminationMessagePolicy") == "FallbackToLogsOnError":
        text = log.last(_LOG_LINES)[-_LOG_BYTES:]
    return {"message": text.decode(errors="replace")} if text else {}
