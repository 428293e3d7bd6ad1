"""The volumes of one pod on its node (K/pkg/kubelet/volumemanager)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.authentication import Tokens
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.kinds.storage.claim import CLAIMS, name_for
from kubelearn.cluster.apiserver.kinds.storage.validation import source_kinds
from kubelearn.cluster.apiserver.kinds.storage.volume import VOLUMES
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.containers.filesystem import FileSystem, resolve
from kubelearn.cluster.containers.images import ImageRegistry
from kubelearn.cluster.containers.volume import FILE, Files, Folder, Kept, Mount, Projection, SingleFile
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.meta import Object
from kubelearn.cluster.timing import Timing

from . import plugins, volumes
from .disk import NodeDisk
from .environment import ConfigError, expand
from .plugins import AttachError

#: The kubelet looks at its pods' volumes again this often, in seconds (syncFrequency).
SYNC_FREQUENCY: Final = 60.0
#: A volume that cannot be had is tried again after so many seconds, then later and later, up to the longest wait.
_FIRST_WAIT, _LONGEST_WAIT = 0.01, 122.0
#: In a namespace that is being set up a source is only a moment away: nothing is said of shorter waits.
_SILENT: Final = 0.3
_CLAIM: Final = "persistentVolumeClaim"


class Host(Protocol):
    """What volumes need of the kubelet that makes them."""

    registry: Registry
    tokens: Tokens
    disk: NodeDisk
    node: str
    timing: Timing
    recorder: EventRecorder
    image_registry: ImageRegistry


class PodVolumes:
    """Makes the volumes of a pod, mounts them into its containers, and keeps them up to date.

    Attributes:
        are_missing: whether the pod waits for a volume.
    """

    def __init__(self, host: Host, pod: Object, on_wait: Callable[[], None]):
        """Prepare the volumes.

        Args:
            on_wait: called when the pod has to wait for one.
        """
        self._host = host
        self._pod = pod
        self._on_wait = on_wait
        self.are_missing = False
        self._addresses = ("", "")
        self._mounts: dict[str, Mount] = {}
        self._since = asyncio.get_running_loop().time()
        self._sync: asyncio.TimerHandle | None = None

    async def set_up(self, addresses: tuple[str, str]) -> None:
        """Make all volumes; as long as one cannot be had, the pod waits.

        Args:
            addresses: the pod's and its node's.
        """
        self._addresses = addresses
        for volume in self._pod["spec"].get("volumes") or ():
            pause = _FIRST_WAIT
            while volume["name"] not in self._mounts:
                if self._try(volume, is_silent=pause <= _SILENT):
                    break
                await self._host.timing.pause(pause)
                pause = min(pause * 2, _LONGEST_WAIT)
        self.are_missing = False

    def _try(self, volume: Object, *, is_silent: bool) -> bool:
        name = volume["name"]
        try:
            self._mounts[name] = self._make(volume)
        except (ConfigError, AttachError) as error:
            if not is_silent:
                self.are_missing = True
                self._tell(name, error)
                self._on_wait()
            return False
        return True

    def _tell(self, name: str, error: ConfigError | AttachError) -> None:
        if isinstance(error, AttachError):
            recorder = EventRecorder(self._host.registry, "attachdetach-controller")
            recorder.event(self._pod, "Warning", "FailedAttachVolume", str(error))
        elif str(error).startswith("error processing PVC"):
            about = f"unmounted volumes=[{name}], unattached volumes=[], failed to process volumes=[{name}]"
            text = f"Unable to attach or mount volumes: {about}: {error}"
            self._host.recorder.event(self._pod, "Warning", "FailedMount", text)
        else:
            text = f'MountVolume.SetUp failed for volume "{name}" : {error}'
            self._host.recorder.event(self._pod, "Warning", "FailedMount", text)

    # Sources

    def _make(self, volume: Object) -> Mount:
        """Return a volume ready to be mounted.

        Raises:
            ConfigError, AttachError: it cannot be had.
        """
        if volumes.is_projected(volume):
            content = self._content(volume, {})
            return Mount(
                Projection(content.files, content.modes, _stamp()), read_only=True, source="tmpfs", kind="tmpfs"
            )
        if volume.get("emptyDir") is not None:
            in_memory = volume["emptyDir"].get("medium") == "Memory"
            return Mount(Kept(), source="tmpfs", kind="tmpfs") if in_memory else Mount(Kept())
        if volume.get(_CLAIM) is not None:
            return self._claimed(volume[_CLAIM]["claimName"], read_only=bool(volume[_CLAIM].get("readOnly")))
        if volume.get("ephemeral") is not None:
            return self._claimed(name_for(self._pod, volume), read_only=False)
        if volume.get("image") is not None:
            return self._of_image(volume["image"].get("reference") or "")
        kind = next(key for key in volume if key != "name")
        return Mount(self._of_source(kind, volume[kind], volume["name"], is_inline=True))

    def _content(self, volume: Object, known: Files) -> volumes.Content:
        return volumes.content_of(self._host.registry, self._host.tokens, self._pod, volume, self._addresses, known)

    def _claimed(self, name: str, *, read_only: bool) -> Mount:
        namespace, registry = meta.namespace_of(self._pod), self._host.registry
        about = f"error processing PVC {namespace}/{name}"
        try:
            claim = registry.get(CLAIMS, namespace, name)
            if meta.is_terminating(claim):
                raise ConfigError(f"{about}: PVC is being deleted")
            if meta.phase_of(claim) != "Bound":
                raise ConfigError(f"{about}: PVC is not bound")
            volume = registry.get(VOLUMES, "", claim["spec"]["volumeName"])
        except ApiError as error:
            raise ConfigError(f"{about}: failed to fetch PVC from API server: {error}") from error
        kind = source_kinds(volume["spec"])[0]
        files = self._of_source(kind, volume["spec"][kind], meta.name_of(volume), is_inline=False)
        return Mount(files, read_only=read_only or bool(volume["spec"][kind].get("readOnly")))

    def _of_image(self, reference: str) -> Mount:
        image = self._host.image_registry.find(reference)
        if image is None:
            raise ConfigError(f'failed to pull image "{reference}": not found')
        files = {name.lstrip("/"): data for name, data in image.files.items()}
        return Mount(files, read_only=True, source="overlay", kind="overlay")

    def _of_source(self, kind: str, source: Object, name: str, *, is_inline: bool) -> Files:
        disk = self._host.disk
        if kind == "hostPath":
            return disk.host_path(source["path"], source.get("type") or "")
        if kind == "local":
            if not disk.has_folder(source["path"]):
                raise ConfigError(f'path "{source["path"]}" does not exist')
            return disk.host_path(source["path"], "Directory")
        uid = self._pod["metadata"]["uid"]
        raise plugins.refusal(kind, source, name, self._host.node, uid, is_inline=is_inline)

    # Mounts

    def mount_into(self, files: FileSystem, container: Object, env: dict[str, str]) -> None:
        """Mount a container's volumes.

        Args:
            env: for the variables in ``subPathExpr``.

        Raises:
            ConfigError: a part of a volume cannot be mounted.
        """
        for mount in container.get("volumeMounts") or ():
            volume = self._mounts[mount["name"]]
            part = expand(mount["subPathExpr"], env) if mount.get("subPathExpr") else mount.get("subPath") or ""
            if part.startswith("/") or ".." in part.split("/"):
                raise ConfigError(f'subPath "{part}" must be a relative path without ".."')
            shown = _part(volume.files, part.strip("/")) if part.strip("/.") else volume.files
            read_only = volume.read_only or bool(mount.get("readOnly"))
            files.mount(mount["mountPath"], replace(volume, files=shown, read_only=read_only))

    # Changes

    def source_changed(self, resource: str, obj: Object) -> None:
        """See that a ConfigMap or Secret has changed: the next look at the pod takes it in."""
        if meta.namespace_of(obj) != meta.namespace_of(self._pod) or self._sync is not None:
            return
        listed = self._pod["spec"].get("volumes") or ()
        if any(volumes.follows(volume, resource, meta.name_of(obj)) for volume in listed):
            period, loop = self._host.timing.scaled(SYNC_FREQUENCY), asyncio.get_running_loop()
            left = period - (loop.time() - self._since) % period if period else 0.0
            self._sync = loop.call_later(left, self.sync)

    def update(self, pod: Object) -> None:
        """See a new version of the pod: what shows its labels and annotations, and all else, is looked at."""
        is_changed = pod["metadata"].get("annotations") != self._pod["metadata"].get("annotations")
        is_changed = is_changed or meta.labels_of(pod) != meta.labels_of(self._pod)
        self._pod = pod
        if is_changed:
            self.sync()

    def sync(self) -> None:
        """Bring the files that Kubernetes writes up to date."""
        if self._sync is not None:
            self._sync.cancel()
            self._sync = None
        for volume in self._pod["spec"].get("volumes") or ():
            mount = self._mounts.get(volume["name"])
            if mount is None or not isinstance(mount.files, Projection):
                continue
            try:
                content = self._content(volume, mount.files)
            except ConfigError as error:
                self._tell(volume["name"], error)
                continue
            if (content.files, content.modes) != (dict(mount.files), mount.files.modes):
                mount.files.replace(content.files, content.modes, _stamp())

    def close(self) -> None:
        """Look no more."""
        if self._sync is not None:
            self._sync.cancel()


def _part(files: Files, part: str) -> Files:
    """Return a file or folder of a volume; of files that Kubernetes writes, as they are now."""
    if isinstance(files, Projection):
        if part in files:
            return {FILE: files[part]}
        return {name.removeprefix(f"{part}/"): data for name, data in files.items() if name.startswith(f"{part}/")}
    part = resolve("/", part)[1:]
    return SingleFile(files, part) if part in files else Folder(files, part)


def _stamp() -> str:
    """Return the name of a directory that no other has: the time."""
    now = time.time()
    return time.strftime("..%Y_%m_%d_%H_%M_%S.", time.gmtime(now)) + f"{int(now * 1e9) % 10**10}"
