"""The probes of one container, and what their results mean (K/pkg/kubelet/prober/prober_manager.go)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from kubelearn.cluster.meta import Object

from . import prober
from .actions import Target
from .status import ContainerState


class Probed(Protocol):
    """A container that is probed.

    Attributes:
        spec: its definition.
        state: what the API shows; the probes write ``started`` and ``ready``.
    """

    spec: Object
    state: ContainerState

    def event(self, kind: str, reason: str, message: str) -> None:
        """Record an event of the pod that names this container."""

    def changed(self) -> None:
        """Have the pod's status written: something about this container is new."""

    def found_dead(self, kind: str) -> None:
        """Stop a container whose ``startup`` or ``liveness`` probe has failed; the restart policy brings it back."""

    def target(self) -> Target:
        """Return the way to the container, which runs."""


class Probes:
    """Runs a container's probes: the startup probe first, the others once it has succeeded.

    Attributes:
        started: set when the container has started, for the first time.
    """

    def __init__(self, container: Probed, *, is_passing: bool):
        """Prepare.

        Args:
            is_passing: whether it is never ready, since nobody is to use it.
        """
        self.started = asyncio.Event()
        self._container = container
        self._is_passing = is_passing
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def begin(self) -> None:
        """Probe a container that runs from now on; without a startup probe it has started."""
        container = self._container
        startup = container.spec.get("startupProbe")
        if startup is None:
            self._is_started()
            return
        container.state.started = container.state.ready = False
        self._probe("startup", startup, self._startup)

    def end(self, *kinds: str) -> None:
        """Probe no more; without kinds, none of all."""
        for kind in kinds or tuple(self._tasks):
            if kind in self._tasks:
                self._tasks.pop(kind).cancel()

    def _startup(self, good: bool) -> bool:
        if good:
            self._is_started()
        else:
            self._container.found_dead("startup")
        return False

    def _is_started(self) -> None:
        spec, state = self._container.spec, self._container.state
        state.started = True
        self.started.set()
        readiness, liveness = spec.get("readinessProbe"), spec.get("livenessProbe")
        state.ready = readiness is None and not self._is_passing
        if readiness is not None:
            self._probe("readiness", readiness, self._readiness)
        if liveness is not None:
            self._probe("liveness", liveness, self._liveness)
        self._container.changed()

    def _readiness(self, good: bool) -> bool:
        if self._container.state.ready != good:
            self._container.state.ready = good
            self._container.changed()
        return True

    def _liveness(self, good: bool) -> bool:
        if not good:
            self._container.found_dead("liveness")
        return good

    def _probe(self, kind: str, probe: Object, on_change: Callable[[bool], bool]) -> None:
        container = self._container

        def report(message: str) -> None:
            container.event("Warning", "Unhealthy", f"{kind.capitalize()} probe {message}")

        async def attempt(timeout: float) -> None:
            await prober.attempt(probe, container.target(), timeout)

        self._tasks[kind] = asyncio.create_task(prober.watch(probe, attempt, on_change, report))
