"""The embedded cluster as a whole: its thread, its event loop, its parts, and their end."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import logging
import random
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import yaml

from . import bootstrap, meta
from .apiserver.registry.event_ttl import EventTtl
from .apiserver.registry.registry import Registry
from .apiserver.server import ApiServer
from .containers.images import PRELOADED, SYSTEM_IMAGES
from .containers.images import ImageRegistry as ImageRegistry
from .controllers import all_controllers
from .controllers.certificates.signer import Authority
from .kube_proxy.kube_proxy import KubeProxy
from .kubelet.kubelet import Kubelet
from .kubelet.node import node_object
from .network import Network
from .network.namespace import DNS_PORT
from .nodeports import NodePorts, is_in_use
from .scheduler.scheduler import Scheduler
from .store import Store
from .timing import Timing
from .well_known import DNS_ADDRESS

log = logging.getLogger(__name__)

#: Nodes as kind names them; only the first is a control plane.
NODES = ("kubelearn-control-plane", "kubelearn-worker", "kubelearn-worker2")
_START_LIMIT = 30.0
#: How often the nodes' rules are looked at while the cluster starts, in seconds.
_RULES_INTERVAL = 0.005
#: Seconds after which a thread that computes gives way to the cluster's; Python's own are 0.005. A ``kubectl get`` has
#: some thirty steps, each of which waits for that while a cell computes or draws.
_GIVES_WAY = 0.001
#: A part that fails is started again this often before it stays down.
_RESTARTS = 5


class EmbeddedCluster:
    """A Kubernetes cluster in this process.

    Use it as a context manager, or call :meth:`start` and :meth:`stop`.

    Attributes:
        url: address of the API server, once started.
        image_registry: where its nodes pull images from.
    """

    @staticmethod
    def catalogue() -> ImageRegistry:
        """Return the images that every embedded cluster has."""
        return ImageRegistry()

    def __init__(
        self,
        *,
        seed: int | None = None,
        timing: Timing | None = None,
        port: int = 0,
        name: str = "kubelearn",
        nodes: tuple[str, ...] = NODES,
        preloaded: bool = True,
    ):
        """Prepare a cluster.

        Args:
            seed: repeats names, addresses and balancing; None for chance.
            timing: how long things take; by default as :class:`Timing` has it.
            port: where the API server listens on 127.0.0.1; 0 for a free port.
            name: name of the kubeconfig's cluster and context.
            nodes: names of the nodes, the control plane first.
            preloaded: the nodes have the lessons' images; otherwise they pull them first, as new nodes do.

        Raises:
            ValueError: no node.
        """
        if not nodes:
            raise ValueError("a cluster needs a node")
        self._seed = seed
        self._timing = timing or Timing()
        self._port = port
        self.name = name
        self.nodes = nodes
        self._preloaded = preloaded
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._halt: asyncio.Event | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._main, name="kubelearn-cluster", daemon=True)
        self._server: ApiServer | None = None
        self.url = ""
        self.image_registry = ImageRegistry()

    def start(self) -> EmbeddedCluster:
        """Start the cluster and wait until its nodes are Ready.

        Raises:
            OSError: the port is taken.
            TimeoutError: the cluster did not become ready.
        """
        self._thread.start()
        try:
            is_ready = self._ready.wait(_START_LIMIT)
        except BaseException:  # the learner has interrupted the cell: nobody has the cluster to stop it later
            self.stop()
            raise
        if not is_ready:
            self.stop()
            raise TimeoutError(f"the embedded cluster was not ready after {_START_LIMIT:.0f} s")
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self

    def stop(self) -> None:
        """Stop the cluster and wait until nothing of it is left; safe to call twice."""
        self._stopping = True
        if self._loop is not None and self._halt is not None and self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # the loop closed between the check and the call
                self._loop.call_soon_threadsafe(self._halt.set)
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(10)

    def __enter__(self) -> EmbeddedCluster:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def kubeconfig(self, namespace: str = "default", *, certificate: bool = False) -> str:
        """Return the kubeconfig of the administrator, as YAML.

        Args:
            namespace: the one that kubectl is to work in.
            certificate: log in with a client certificate, as kind does, in place of the token.
        """
        assert self._server is not None, "the cluster is not started"  # noqa: S101
        cluster = {"server": self.url, "certificate-authority-data": _data(self._server.ca_pem)}
        context = {"cluster": self.name, "user": self.name, "namespace": namespace}
        user = {"token": self._server.tokens.administrator}
        if certificate:
            issued, key = map(_data, self._server.client_certificate())
            user = {"client-certificate-data": issued, "client-key-data": key}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": self.name,
            "preferences": {},
            "clusters": [{"name": self.name, "cluster": cluster}],
            "users": [{"name": self.name, "user": user}],
            "contexts": [{"name": self.name, "context": context}],
        }
        return yaml.safe_dump(config, sort_keys=False)

    def _main(self) -> None:
        sys.setswitchinterval(min(sys.getswitchinterval(), _GIVES_WAY))  # for good: alone, a thread never waits
        try:
            asyncio.run(self._run())
        except BaseException as error:  # noqa: BLE001 - handed to start(), which raises it
            self._failure = error
            self._ready.set()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._halt = asyncio.Event()
        if self._stopping:  # before there was a loop to tell
            return
        registry, timing = Registry(Store(), self._seed, is_in_use), self._timing
        kubelets: dict[str, Kubelet] = {}
        server = self._server = ApiServer(registry, kubelets, timing)
        images = PRELOADED if self._preloaded else SYSTEM_IMAGES
        parts = Parts(registry, timing, self.nodes, kubelets, self.image_registry, images, server)
        tasks: list[asyncio.Task[Any]] = []
        try:
            await server.start(self._port)
            self.url = server.url
            parts.populate()
            tasks += [asyncio.create_task(_supervise(run), name=name) for name, run in parts.runners()]
            ready, halt = asyncio.create_task(parts.until_ready()), asyncio.create_task(self._halt.wait())
            tasks += [ready, halt]
            await asyncio.wait({ready, halt}, return_when=asyncio.FIRST_COMPLETED)
            if ready.done():
                ready.result()
                self._ready.set()
                await halt
        finally:
            await server.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await parts.close()


class Parts:
    """The components of one cluster, wired together."""

    def __init__(
        self,
        registry: Registry,
        timing: Timing,
        nodes: tuple[str, ...],
        kubelets: dict[str, Kubelet],
        image_registry: ImageRegistry,
        images: frozenset[str],
        server: ApiServer,
    ):
        self._registry = registry
        self._server = server
        self._nodes = nodes
        self.network = Network(registry, timing, random.Random(f"{registry.seed}/network"))
        self.kubelets = kubelets
        for node in nodes:
            kubelets[node] = Kubelet(registry, self.network, timing, node, image_registry, images, server.tokens)
        self._proxies = [KubeProxy(registry, node, timing, random.Random(f"{registry.seed}/{node}")) for node in nodes]
        for proxy in self._proxies:
            self.network.use_proxy(proxy)
        self._nodeports = NodePorts(registry, self.network)
        control_plane, authority = self.network.host(nodes[0]).ip, Authority(server.ca_pem, server.ca_key)
        self._controllers = all_controllers(registry, server.tokens, control_plane, authority)
        self._scheduler = Scheduler(registry, timing, nodes[0])

    def populate(self) -> None:
        """Create what a fresh cluster contains."""
        registry, control_plane = self._registry, self.network.host(self._nodes[0])
        self._server.listen_inside(control_plane, bootstrap.API_PORT)
        bootstrap.namespaces(registry)
        bootstrap.default_roles(registry)
        bootstrap.priority_classes(registry)
        for number, node in enumerate(self._nodes):
            registry.create("nodes", "", node_object(node, number), manager="kubelet")
        bootstrap.service_range(registry)
        bootstrap.kubernetes_service(registry, control_plane.ip)
        bootstrap.cluster_dns(registry)
        bootstrap.kube_proxy(registry)
        bootstrap.storage_class(registry)

    def runners(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        """Return every part's main coroutine function by name."""
        parts: list[Any] = [
            *self._controllers,
            EventTtl(self._registry),
            self._scheduler,
            *self.kubelets.values(),
            *self._proxies,
            self.network,
            self._nodeports,
        ]
        return [(type(part).__name__, part.run) for part in parts]

    async def until_ready(self) -> None:
        """Wait until all nodes are Ready and cluster DNS answers."""
        with contextlib.closing(self._registry.watch("pods")) as watch:
            while not self._is_ready():
                await anext(watch)
        # Pods that are ready are not yet endpoints, and endpoints are not yet rules.
        while not all(proxy.serves(DNS_ADDRESS, DNS_PORT, "UDP") for proxy in self._proxies):  # noqa: ASYNC110
            await asyncio.sleep(_RULES_INTERVAL)

    def _is_ready(self) -> bool:
        system = self._registry.list("pods", "kube-system")
        made = Counter(meta.labels_of(pod).get("k8s-app") for pod in system)
        if made["kube-dns"] < 2 or made["kube-proxy"] < len(self._nodes):
            return False
        return all(map(meta.is_ready, (*self._registry.list("nodes"), *system)))

    async def close(self) -> None:
        """End every container and listener."""
        for kubelet in self.kubelets.values():
            await kubelet.close()
        await self._nodeports.close()


def _data(content: bytes) -> str:
    return base64.b64encode(content).decode()


async def _supervise(run: Callable[[], Awaitable[None]]) -> None:
    """Run one part; a fault in it is logged and must not take the others down."""
    for attempt in range(_RESTARTS):
        try:
            await run()
            return
        except Exception:
            log.exception("%s failed (%d of %d)", getattr(run, "__qualname__", run), attempt + 1, _RESTARTS)
            await asyncio.sleep(0.1 * 2**attempt)
