"""The nodes of the embedded cluster, on a real control plane."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from kubelearn.cluster import bootstrap, meta
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.containers.images import ImageRegistry
from kubelearn.cluster.kube_proxy.kube_proxy import KubeProxy
from kubelearn.cluster.kubelet.kubelet import Kubelet
from kubelearn.cluster.kubelet.node import node_object
from kubelearn.cluster.network import Network
from kubelearn.cluster.nodeports import NodePorts
from kubelearn.cluster.timing import Timing

from . import kubelets as kubelet_api
from .mirror import FOLLOWED, MirroredRegistry
from .processes import ControlPlane

log = logging.getLogger(__name__)

_LIMIT = 60.0


@asynccontextmanager
async def joined(plane: ControlPlane, names: tuple[str, ...], timing: Timing) -> AsyncIterator[None]:
    """Let nodes join a control plane; go on when cluster DNS is ready."""
    registry = MirroredRegistry(plane.url, plane.authority, plane.administrator)
    network = Network(registry, timing, random.Random())
    kubelets: dict[str, Kubelet] = {}
    async with AsyncExitStack() as stack:
        await _follow(registry, stack)
        runner, port = await kubelet_api.serve(registry, kubelets)
        stack.push_async_callback(runner.cleanup)
        for number, name in enumerate(names):
            registry.create("nodes", "", _node(name, number, port), manager="kubelet")
        kubelets.update({name: Kubelet(registry, network, timing, name, ImageRegistry()) for name in names})
        proxies = [KubeProxy(registry, name, timing, random.Random()) for name in names]
        for proxy in proxies:
            network.use_proxy(proxy)
        nodeports = NodePorts(registry, network)
        parts: list[Any] = [*kubelets.values(), *proxies, network, nodeports]
        for kubelet in kubelets.values():
            stack.push_async_callback(kubelet.close)
        for part in parts:
            _start(stack, part.run())
        await _until(
            lambda: registry.find("serviceaccounts", "kube-system", "default") is not None,
            "the service account of kube-system",
        )
        bootstrap.cluster_dns(registry)
        bootstrap.kube_proxy(registry)
        await _until(lambda: _dns_is_ready(registry), "cluster DNS")
        yield


async def _follow(registry: MirroredRegistry, stack: AsyncExitStack) -> None:
    events = []
    for resource in (*FOLLOWED, "serviceaccounts"):
        listed = asyncio.Event()
        _start(stack, registry.follow(resource, listed))
        events.append(listed.wait())
    await asyncio.wait_for(asyncio.gather(*events), _LIMIT)


def _start(stack: AsyncExitStack, work: Any) -> None:
    task = asyncio.create_task(work)
    task.add_done_callback(_tell)

    async def end() -> None:
        task.cancel()
        await asyncio.wait([task])

    stack.push_async_callback(end)


def _tell(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a part of the nodes has ended", exc_info=task.exception())


def _node(name: str, number: int, port: int) -> meta.Object:
    node = node_object(name, number)
    node["status"]["addresses"].append(
        {"type": "ExternalDNS", "address": "localhost"}
    )  # where the API server finds the kubelet's own API
    node["status"]["daemonEndpoints"]["kubeletEndpoint"]["Port"] = port
    return node


def _dns_is_ready(registry: Registry) -> bool:
    dns = [pod for pod in registry.list("pods", "kube-system") if meta.labels_of(pod).get("k8s-app") == "kube-dns"]
    return len(dns) == 2 and all(map(meta.is_ready, dns)) and all(map(meta.is_ready, registry.list("nodes")))


async def _until(condition: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + _LIMIT
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(f"{what} was not ready within {_LIMIT:.0f} s")
        await asyncio.sleep(0.05)
