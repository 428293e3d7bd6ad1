"""The parts of a cluster that can be late, and how each becomes so, without a change of order."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

#: How late a part may be at most, in seconds.
SECONDS = "KUBELEARN_TESTS_LATE"
_CLUSTER = "kubelearn.cluster."
_CHANCE = Random()


def _is_late(probability: float) -> bool:
    return _CHANCE.random() < probability


def _delay(share: float = 1.0) -> float:
    return _CHANCE.uniform(0, share * float(os.environ[SECONDS]))


async def _hesitate(probability: float, share: float = 1.0) -> None:
    if _is_late(probability):
        await asyncio.sleep(_delay(share))


def _store(module: Any) -> None:
    """A watcher hears late of what happened; whoever brings it up to date meanwhile does so at once."""
    step = module.Watch.__anext__

    async def late_step(self: Any) -> Any:
        while True:
            event = await step(self)
            if not _is_late(0.06):
                return event
            self._events.appendleft(event)
            await asyncio.sleep(_delay())
            if self._events:
                return self._events.popleft()

    module.Watch.__anext__ = late_step


def _workqueue(module: Any) -> None:
    """A controller looks late at its next key."""
    get = module.WorkQueue.get

    async def late_get(self: Any) -> Any:
        key = await get(self)
        if not _is_late(0.15):
            return key
        self._known.add(key)
        self._waiting.appendleft(key)
        await asyncio.sleep(_delay())
        return await get(self)

    module.WorkQueue.get = late_get


def _bounded_frequency(module: Any) -> None:
    """A kube-proxy writes its rules late."""
    attempt = module.BoundedFrequencyRunner.try_run

    def late_attempt(self: Any) -> Any:
        return _delay() if _is_late(0.3) else attempt(self)

    module.BoundedFrequencyRunner.try_run = late_attempt


def _pod_worker(module: Any) -> None:
    """A kubelet tells late how a pod is."""
    flush = module.PodWorker._flush

    def late_flush(self: Any) -> None:
        if _is_late(0.2):
            asyncio.get_running_loop().call_later(_delay(), flush, self)
        else:
            flush(self)

    module.PodWorker._flush = late_flush


def _container(module: Any) -> None:
    """A container starts late."""
    start = module.ContainerWorker._start

    async def late_start(self: Any, *arguments: Any) -> Any:
        await _hesitate(0.2)
        return await start(self, *arguments)

    module.ContainerWorker._start = late_start


def _server(module: Any) -> None:
    """A request comes late, or its answer."""
    handle = module.ApiServer._handle

    async def late_handle(self: Any, request: Any) -> Any:
        await _hesitate(0.1, 0.3)
        answer = await handle(self, request)
        await _hesitate(0.1, 0.3)
        return answer

    module.ApiServer._handle = late_handle


#: Module → what makes its part late.
PARTS: dict[str, Callable[[Any], None]] = {
    f"{_CLUSTER}store": _store,
    f"{_CLUSTER}controllers.framework.workqueue": _workqueue,
    f"{_CLUSTER}kube_proxy.bounded_frequency": _bounded_frequency,
    f"{_CLUSTER}kubelet.pod_worker": _pod_worker,
    f"{_CLUSTER}kubelet.container": _container,
    f"{_CLUSTER}apiserver.server": _server,
}


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname in PARTS else None
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def execute_late(module: ModuleType) -> None:
            execute(module)
            PARTS[fullname](module)

        spec.loader.exec_module = execute_late  # type: ignore[method-assign]
        return spec


def environment(seconds: float) -> dict[str, str]:
    """Return variables for a Python whose clusters, and those of all Pythons that it starts, have parts that are late.

    Kernels and ``kubelearn up`` are processes of their own: Python imports ``sitecustomize`` as each of them starts.
    """
    here = Path(__file__).parent
    found = [str(here / "start"), str(here.parent.parent), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, SECONDS: str(seconds), "PYTHONPATH": os.pathsep.join(filter(None, found))}


def watch_imports() -> None:
    """Make each part late as soon as somebody imports it."""
    sys.meta_path.insert(0, _Finder())
