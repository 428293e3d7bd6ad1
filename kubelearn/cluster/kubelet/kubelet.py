"""The kubelet of one node: watches the pods that are bound to it and runs them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.authentication import Tokens
from kubelearn.cluster.apiserver.kinds.storage.volume import VOLUMES
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.streaming.kubelets import ExecError
from kubelearn.cluster.containers.images import PRELOADED, ImageRegistry
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.meta import Object
from kubelearn.cluster.network import Certificate, Network, PodNetwork, Receive, Scope, Send
from kubelearn.cluster.store import StoreEvent
from kubelearn.cluster.streams import Reader, Writer
from kubelearn.cluster.timing import Timing
from kubelearn.cluster.well_known import LOCAL_PATH_NODE

from . import lease
from .disk import NodeDisk
from .node import KUBELET_PORT, tell_whether_schedulable
from .pod_worker import PodWorker
from .runtime import Running, StartError, exec_failure

log = logging.getLogger(__name__)


class Kubelet:
    """Runs the pods of one node.

    Attributes:
        node: the node's name.
        image_registry: where images are pulled from.
        images: references of the images that the node has.
        tokens: makes the tokens of its pods' service accounts.
        disk: the node's files.
    """

    def __init__(
        self,
        registry: Registry,
        network: Network,
        timing: Timing,
        node: str,
        image_registry: ImageRegistry,
        images: frozenset[str] = PRELOADED,
        tokens: Tokens | None = None,
    ):
        self.registry = registry
        self.network = network
        self.timing = timing
        self.node = node
        self.image_registry = image_registry
        self.tokens = tokens or Tokens(registry)
        self.recorder = EventRecorder(registry, "kubelet", node)
        self.images: set[str] = set(images)
        self.disk = NodeDisk(node)
        self._workers: dict[str, PodWorker] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Work until cancelled; a part of it that fails ends the others, so that all can start again."""
        names = frozenset({self.node})
        authority = f"the kubelet of {self.node}".encode()  # it signs its certificate itself, so nobody believes it
        host = self.network.host(self.node)
        with contextlib.closing(host.listen(KUBELET_PORT, self._serve, tls=Certificate(names, authority))):
            async with asyncio.TaskGroup() as group:
                group.create_task(self._follow_pods())
                group.create_task(lease.keep(self.registry, self.node))
                group.create_task(self._follow("configmaps", self._source_changed))
                group.create_task(self._follow("secrets", self._source_changed))
                group.create_task(self._follow(VOLUMES, self._volume_changed))
                group.create_task(self._follow("nodes", self._node_changed))

    async def _follow_pods(self) -> None:
        """See what is bound to the node and what has gone from it, then each change."""
        with contextlib.closing(self.registry.watch("pods")) as watch:
            present = {pod["metadata"]["uid"]: pod for pod in self.registry.list("pods") if self._is_mine(pod)}
            for worker in [worker for uid, worker in self._workers.items() if uid not in present]:
                self._see(worker.pod, gone=True)
            for pod in present.values():
                self._see(pod, gone=False)
            async for event in watch:
                if self._is_mine(event.object):
                    self._see(event.object, gone=event.type == "DELETED")

    def _is_mine(self, pod: Object) -> bool:
        return bool(pod["spec"].get("nodeName") == self.node)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request to the node's port 10250; few ask, and none while the cluster starts."""
        from .server import serve

        await serve(self, self.registry, scope, receive, send)

    async def _follow(self, resource: str, handler: Callable[[StoreEvent], None]) -> None:
        with contextlib.closing(self.registry.watch(resource)) as watch:
            async for event in watch:
                handler(event)

    def _node_changed(self, event: StoreEvent) -> None:
        if meta.name_of(event.object) == self.node and event.previous is not None:
            tell_whether_schedulable(self.recorder, event.object, event.previous)

    def _source_changed(self, event: StoreEvent) -> None:
        """Have the pods that show a ConfigMap or Secret show it anew, unless it has promised not to change."""
        if event.previous is None or event.previous.get("immutable"):
            return
        for worker in self._workers.values():
            worker.volumes.source_changed(event.resource, event.object)

    def _volume_changed(self, event: StoreEvent) -> None:
        """Remove what was kept for a claim that is gone."""
        volume, previous = event.object, event.previous or event.object
        path = (volume["spec"].get("hostPath") or {}).get("path")
        node = meta.annotations_of(volume).get(LOCAL_PATH_NODE, self.node)
        if path is None or node != self.node or meta.phase_of(previous) != "Released":
            return
        policy = volume["spec"]["persistentVolumeReclaimPolicy"]
        if event.type == "DELETED" and policy == "Delete":
            self.disk.erase(path)
        elif policy == "Recycle" and not volume["spec"].get("claimRef"):
            self.disk.erase(path, keep=True)

    def _see(self, pod: Object, *, gone: bool) -> None:
        uid = pod["metadata"]["uid"]
        worker = self._workers.get(uid)
        if gone:
            if worker is not None:
                self.forget(worker)
                task = asyncio.create_task(worker.close())  # a forced deletion: nobody waits for the containers
                self._closing.add(task)
                task.add_done_callback(self._closing.discard)
        elif worker is not None:
            worker.update(pod)
        elif meta.is_terminating(pod):
            namespace, name = meta.namespace_of(pod), meta.name_of(pod)
            current = self.registry.find("pods", namespace, name)
            if current is not None and current["metadata"]["uid"] == uid:  # events lag behind a forced deletion
                self.registry.delete("pods", namespace, name, grace_period=0)
        elif meta.phase_of(pod) not in ("Succeeded", "Failed"):
            self._workers[uid] = PodWorker(self, pod)

    def forget(self, worker: PodWorker) -> None:
        """Drop a pod that has ended."""
        self._workers.pop(worker.pod["metadata"]["uid"], None)

    async def close(self) -> None:
        """End all pods at once."""
        await asyncio.gather(
            *(worker.close() for worker in list(self._workers.values())), *self._closing, return_exceptions=True
        )

    # What the API server asks of a kubelet

    def _worker(self, namespace: str, name: str) -> PodWorker | None:
        pod = self.registry.find("pods", namespace, name)
        return self._workers.get(pod["metadata"]["uid"]) if pod else None

    def _running(self, namespace: str, name: str, container: str) -> Running | None:
        worker = self._worker(namespace, name)
        found = worker.find(container) if worker else None
        return None if found is None or found.running is None or found.running.code is not None else found.running

    async def exec(
        self,
        namespace: str,
        name: str,
        container: str,
        argv: list[str],
        stdin: Reader | None,
        stdout: Writer,
        stderr: Writer,
        tty: bool = False,
    ) -> int:
        """Run a program in a container and return its exit code.

        Raises:
            ExecError: the container does not run, or has no such program.
        """
        await self.timing.pause(self.timing.exec_start)
        running = self._running(namespace, name, container)
        if running is None:
            raise ExecError(f'unable to upgrade connection: container not found ("{container}")')
        try:
            return await running.exec(argv, stdin, stdout, stderr, tty)
        except StartError as error:
            why = exec_failure(error, self.registry.chance("exec").getrandbits(256))
            raise ExecError(f"Internal error occurred: error executing command in container: {why}") from None

    async def attach(
        self,
        namespace: str,
        name: str,
        container: str,
        stdin: Reader | None,
        stdout: Writer,
        stderr: Writer,  # noqa: ARG002 - the API server's protocol has it; a log holds both streams
        tty: bool = False,  # noqa: ARG002 - the container has a terminal or not
    ) -> None:
        """Connect to a container's first process until it ends; the exit code is told by the pod's status only.

        Args:
            stdin: what the client types; the container goes on when it ends, unless it has ``stdinOnce``.

        Raises:
            ExecError: the container does not run.
        """
        running = self._running(namespace, name, container)
        if running is None:
            where = f"container {container} not found in pod {name}_{namespace}"
            raise ExecError(f"unable to upgrade connection: {where}")
        typing = asyncio.create_task(running.type(stdin)) if stdin is not None else None
        try:
            await running.show(stdout)
        finally:
            if typing is not None:
                typing.cancel()

    def network_of(self, namespace: str, name: str) -> PodNetwork | None:
        """Return a pod's network, None before it has one."""
        worker = self._worker(namespace, name)
        return worker.network if worker is not None and worker.attached else None

    def logs(
        self,
        namespace: str,
        name: str,
        container: str,
        *,
        follow: bool = False,
        tail: int | None = None,
        previous: bool = False,
        since: float | None = None,
        timestamps: bool = False,
        limit: int | None = None,
    ) -> AsyncIterator[bytes] | None:
        """Return a container's log as lines, None when there is no such run."""
        worker = self._worker(namespace, name)
        found = worker.find(container) if worker else None
        log = found.log(previous=previous) if found else None
        if log is None:
            return None
        return log.read(follow=follow, tail=tail, since=since, timestamps=timestamps, limit=limit)
