"""One pod from its binding to its end (K/pkg/kubelet/pod_workers.go)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.containers.process import Processes
from kubelearn.cluster.meta import Object
from kubelearn.cluster.network import PodNetwork

from .container import ContainerWorker, grace_period
from .pod_volumes import PodVolumes
from .status import by_name, compose

if TYPE_CHECKING:
    from .kubelet import Kubelet


class PodWorker:
    """Runs the containers of one pod and tells the API how they are.

    Attributes:
        pod: the pod as last seen.
        volumes: what its containers mount.
        attached: whether the pod has its network.
        stopping: whether the pod is on its way out.
    """

    def __init__(self, kubelet: Kubelet, pod: Object):
        self.kubelet = kubelet
        self.pod = pod
        self.registry = kubelet.registry
        self.timing = kubelet.timing
        self.recorder = kubelet.recorder
        self.node_images = kubelet.images
        self.host = kubelet.network.host(kubelet.node)
        self.network: PodNetwork
        self.attached = False
        self.stopping = False
        self._is_mounted = False
        spec = pod["spec"]
        self.init = [ContainerWorker(self, c, part="initContainers") for c in spec.get("initContainers") or ()]
        self.containers = [ContainerWorker(self, c) for c in spec["containers"]]
        self.ephemeral: list[ContainerWorker] = []
        self._processes = Processes(pause=True) if spec.get("shareProcessNamespace") else None
        if self.init:
            for worker in self.workers():
                worker.state.state = {"waiting": {"reason": "PodInitializing"}}
        self.volumes = PodVolumes(kubelet, pod, self.changed)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._pending = False
        self._news = asyncio.Event()
        self._stop: asyncio.Task[None] | None = None
        self.spawn(self._run())

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run something for as long as the pod lives."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def chance(self, purpose: str) -> int:
        """Return 256 random bits, for the ID of a container or of a command in it."""
        return self.registry.chance(purpose).getrandbits(256)

    def workers(self) -> list[ContainerWorker]:
        """Return all containers, init containers first."""
        return [*self.init, *self.containers, *self.ephemeral]

    def find(self, name: str) -> ContainerWorker | None:
        """Return a container by name, None if the pod has none of that name."""
        return next((worker for worker in self.workers() if worker.spec["name"] == name), None)

    def processes_of(self, target: str) -> Processes:
        """Return the processes among which a container starts: its own, those of the pod, or of another container."""
        if self._processes is not None:
            return self._processes
        found = self.find(target) if target else None
        return Processes() if found is None or found.running is None else found.running.process.processes

    async def _run(self) -> None:
        self.network = self.kubelet.network.attach(self.pod, self.kubelet.node)
        self.attached = True
        await self.volumes.set_up((self.network.ip, self.host.ip))
        self._is_mounted = True
        self._start_ephemeral()
        seconds = self.pod["spec"].get("activeDeadlineSeconds")
        if seconds is not None:
            self.spawn(self._deadline(seconds))
        for worker in self.init:
            task = self.spawn(worker.run())
            if worker.state.is_sidecar:
                await worker.started.wait()
            else:
                await task
                if worker.state.exit_code != 0:
                    return
        for worker in self.containers:  # one after the other: the next waits for an image, and for a postStart hook
            self.spawn(worker.run())
            while worker.state.is_untried:
                self._news.clear()
                await self._news.wait()

    def _start_ephemeral(self) -> None:
        """Start the ephemeral containers that are new; even before the init containers, which they may debug."""
        wanted = self.pod["spec"].get("ephemeralContainers") or ()
        for spec in (item for item in wanted if self.find(item["name"]) is None):
            worker = ContainerWorker(self, spec, part="ephemeralContainers")
            self.ephemeral.append(worker)
            self.spawn(worker.run())
            self.changed()

    async def _deadline(self, seconds: int) -> None:
        await asyncio.sleep(seconds)
        self.stopping = True
        await asyncio.gather(*(worker.stop(grace_period(self.pod)) for worker in self.workers()))
        message = "Pod was active on the node longer than the specified deadline"
        self._write({"phase": "Failed", "reason": "DeadlineExceeded", "message": message})

    # Status

    def changed(self) -> None:
        """Something about a container is new: write the status, once for all changes of this turn."""
        self._news.set()
        if not self._pending:
            self._pending = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._pending = False
        if self.attached:
            self._write({})

    def _write(self, more: Object) -> None:
        key = (meta.namespace_of(self.pod), meta.name_of(self.pod))
        current = self.registry.find("pods", *key)
        if current is None or current["metadata"]["uid"] != self.pod["metadata"]["uid"]:
            return
        if (current.get("status") or {}).get("reason") == "DeadlineExceeded":
            return
        init, containers = [worker.state for worker in self.init], [worker.state for worker in self.containers]
        address = "" if self.volumes.are_missing else self.network.ip
        status = compose(current, init, containers, address, self.host.ip)
        if self.ephemeral:
            status["ephemeralContainerStatuses"] = by_name(
                [worker.state.shown_ephemeral() for worker in self.ephemeral]
            )
        status |= more
        if status == current.get("status"):
            return
        changed = {**current, "metadata": dict(current["metadata"]), "status": status}
        del changed["metadata"]["resourceVersion"]
        self.pod = self.registry.update("pods", key[0], changed, subresource="status", manager="kubelet")

    # The end

    def update(self, pod: Object) -> None:
        """See a new version of the pod; a deletion starts its end."""
        before = self.pod
        self.pod = pod
        if not meta.is_terminating(pod):
            self.volumes.update(pod)
            for worker, spec in zip(self.containers, pod["spec"]["containers"], strict=True):
                worker.redefine(spec)
            if self._is_mounted:
                self._start_ephemeral()
            if pod["spec"].get("readinessGates"):  # others open them
                self.changed()
            return
        if self._stop is None:
            self.stopping = True
            self._stop = asyncio.create_task(self._terminate())
        elif grace_period(self.pod) < grace_period(before):  # deleted again, with less patience
            for worker in self.workers():
                worker.hasten(grace_period(self.pod))

    async def _terminate(self) -> None:
        ended = [*self.containers, *self.ephemeral]
        await asyncio.gather(*(worker.stop(grace_period(self.pod)) for worker in ended))
        await asyncio.gather(*(worker.stop(grace_period(self.pod)) for worker in self.init))
        await self._dismantle()
        await self.timing.pause(self.timing.pod_removal)
        metadata = self.pod["metadata"]
        try:
            self.registry.delete("pods", metadata["namespace"], metadata["name"], grace_period=0, uid=metadata["uid"])
        except ApiError as error:
            if error.reason not in ("NotFound", "Conflict"):  # somebody was faster: forced deletion
                raise
        self.kubelet.forget(self)

    async def _dismantle(self) -> None:
        self.volumes.close()
        for task in list(self._tasks):
            task.cancel()
        for worker in self.workers():
            await worker.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.attached:
            self.attached = False
            self.kubelet.network.detach(self.network)

    async def close(self) -> None:
        """End the pod at once, without telling anybody."""
        if self._stop is not None and self._stop is not asyncio.current_task():
            self._stop.cancel()
        self.stopping = True
        await self._dismantle()
