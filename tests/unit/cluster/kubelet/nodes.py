"""A node with one kubelet, in virtual time."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from kubelearn.cluster import bootstrap
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.containers.images import PRELOADED, ImageRegistry
from kubelearn.cluster.kubelet.kubelet import Kubelet
from kubelearn.cluster.kubelet.node import node_object
from kubelearn.cluster.meta import Object
from kubelearn.cluster.network import Network
from kubelearn.cluster.store import Store
from kubelearn.cluster.timing import Timing
from tests.unit.virtual_time import run

SLACK = 1.0  # the lags of starts are left out of the figures


class Node:
    """One kubelet, and what it tells the API."""

    def __init__(self, timing: Timing | None = None, images: frozenset[str] = PRELOADED) -> None:
        self.registry = Registry(Store(), 1)
        bootstrap.namespaces(self.registry)
        self.registry.create("nodes", "", node_object("node", 0), manager="kubelet")
        timing = timing or Timing(container_start=0.01)
        self.kubelet = Kubelet(
            self.registry, Network(self.registry, timing, random.Random(1)), timing, "node", ImageRegistry(), images
        )
        #: (seconds, reason or phase of the container) in order, without repetitions
        self.states: list[tuple[int, str]] = []

    def create(self, container: Object | None = None, **spec: Any) -> None:
        containers = [{"name": "c", "image": "busybox:1.36", **(container or {})}]
        self.registry.create(
            "pods",
            "default",
            {
                "metadata": {"name": "pod"},
                "spec": {"nodeName": "node", "automountServiceAccountToken": False, "containers": containers, **spec},
            },
        )

    def pod(self) -> Object:
        return self.registry.get("pods", "default", "pod")

    def container(self) -> Object:
        return self.pod()["status"]["containerStatuses"][0]

    def delete(self, grace: int | None = None) -> None:
        self.registry.delete("pods", "default", "pod", grace_period=grace)

    def events(self, reason: str) -> list[str]:
        return [event["message"] for event in self.registry.list("events", "default") if event["reason"] == reason]

    async def until(self, seen: Callable[[Object], Any]) -> float:
        """Wait for a state of the pod and return when it came."""

        def now() -> bool:
            return bool(self.pod()["status"].get("containerStatuses") and seen(self.pod()))

        with contextlib.closing(self.registry.watch("pods")) as watch:
            while not now():
                await anext(watch)
        return asyncio.get_running_loop().time()

    async def gone(self) -> float:
        with contextlib.closing(self.registry.watch("pods")) as watch:
            while self.registry.find("pods", "default", "pod"):
                await anext(watch)
        return asyncio.get_running_loop().time()

    async def history(self, seconds: float) -> list[tuple[int, str]]:
        """Return what the container's state was from now on, and when it changed."""
        loop, found = asyncio.get_running_loop(), []
        with contextlib.closing(self.registry.watch("pods", since=0)) as watch, contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for event in watch:
                    for status in event.object["status"].get("containerStatuses") or ():
                        ((kind, state),) = status["state"].items()
                        shown = state.get("reason", kind)
                        if not found or found[-1][1] != shown:
                            found.append((int(loop.time()), shown))
        return found


@contextlib.asynccontextmanager
async def a_node(node: Node | None = None) -> AsyncIterator[Node]:
    node = node or Node()
    task = asyncio.create_task(node.kubelet.run())
    try:
        yield node
    finally:
        await node.kubelet.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def on_a_node(test: Callable[[Node], Awaitable[None]]) -> Callable[[], None]:
    """Make a test of a coroutine: it gets a node, and runs in virtual time."""

    async def main() -> None:
        async with a_node() as node:
            await test(node)

    def wrapped() -> None:
        run(main())

    wrapped.__name__, wrapped.__doc__ = test.__name__, test.__doc__
    return wrapped


def sh(script: str, **more: Any) -> Object:
    return {"command": ["sh", "-c", script], **more}


def state_of(pod: Object) -> str:
    ((kind, state),) = pod["status"]["containerStatuses"][0]["state"].items()
    return str(state.get("reason", kind))


def ready(pod: Object) -> bool:
    return bool(pod["status"]["containerStatuses"][0]["ready"])
