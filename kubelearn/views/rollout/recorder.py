"""Records a rolling update: watches its pods, and keeps on sending requests meanwhile."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import urllib3
from kubernetes.client import ApiException

from kubelearn.target.connection import Cluster
from kubelearn.target.execution import Execution, NotRunningError
from kubelearn.views.objects import Follower, Object
from kubelearn.views.pods import has_labels, is_ready
from kubelearn.views.traffic import end, new_mark
from kubelearn.views.traffic.load import Attempt, command, restart

from .model import Phase, Recording, Track

#: Seconds before the update and after its end that belong to the picture too.
_LEAD, _TAIL = 1.0, 2.5
#: Seconds before its end from which a recording knows all answers: a lost request tells of itself that late.
_LATE = 1.2
#: Seconds for which a recording waits for answers of after the update, on a machine that is busy.
_PATIENCE = 15.0
#: Seconds after which a recording ends in any case.
_LIMIT = 240.0


class Recorder:
    """Follows a Deployment's pods and sends requests at a steady rate until it is closed."""

    def __init__(
        self,
        cluster: Cluster,
        deployment: str,
        service: str,
        port: int,
        *,
        path: str = "hostname",
        rate: float = 20,
        client: str = "client",
        changed: Callable[[], None] = lambda: None,
    ):
        """Begin to record.

        Args:
            cluster: the handle.
            deployment: name of the Deployment.
            service: name of the Service in front of it.
            port: the Service's port.
            path: path to call.
            rate: requests per second, to each of the two addresses.
            client: the pod that sends them; its image has ``sh`` and ``curl``.
            changed: called when something has happened, from other threads.

        Raises:
            ValueError: the Service has no such port, the Deployment has no ready pod, or its name or path is none for
                a URL.
            kubernetes.client.ApiException: there is no such Deployment or Service.
            NotRunningError: there is no such client pod, or it does not run.
        """
        self._cluster = cluster
        self.deployment = deployment
        self._rate = rate
        self._client = client
        self._changed = changed
        self._tracks = self._find_tracks(service, port, path)
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._over = threading.Event()
        self._marks = [new_mark() for _ in self._tracks]
        self._start()

    def _find_tracks(self, service: str, port: int, path: str) -> list[Track]:
        first = self._find_pods()
        inside = target_port(self._cluster, service, port, first.spec.containers)
        return [
            Track(f"Service {service}", f"http://{service}:{port}/{path}"),
            Track(f"Pod {first.metadata.name}", f"http://{first.status.pod_ip}:{inside}/{path}"),
        ]

    def _find_pods(self) -> Any:
        """Note the pods from before the update, and return the first of those that run."""
        found: Any = self._cluster.apps.read_namespaced_deployment(self.deployment, self._cluster.namespace)
        self._labels: dict[str, str] = found.spec.selector.match_labels
        selector = ",".join(f"{key}={value}" for key, value in self._labels.items())
        pods: Any = self._cluster.core.list_namespaced_pod(self._cluster.namespace, label_selector=selector)
        running = [pod for pod in pods.items if pod.status.pod_ip and not pod.metadata.deletion_timestamp]
        if not running:
            raise ValueError(f"the Deployment {self.deployment} has no running pod")
        self._old = {pod.metadata.uid for pod in pods.items}
        return min(running, key=lambda pod: pod.metadata.name)

    def _start(self) -> None:
        """Send the first requests, and follow the pods."""
        self._attempts: list[list[Attempt]] = [[], []]
        self._phases: dict[str, list[Phase]] = {}
        self._settled_at: float | None = None
        executions = self._connect()
        self._begin, self._end = time.monotonic(), 0.0
        self._follower = Follower(self._cluster, ("pods",), self._on_pod)
        for pod in self._follower.objects()["pods"]:
            self._on_pod("pods", "ADDED", pod)
        self._follower.start()
        self._threads = [
            threading.Thread(target=self._listen, args=(number, execution), daemon=True, name="kubelearn-requests")
            for number, execution in enumerate(executions)
        ]
        for thread in self._threads:
            thread.start()

    def _connect(self) -> list[Execution]:
        executions: list[Execution] = []
        try:
            for track, mark in zip(self._tracks, self._marks, strict=True):
                words = command(track.url, round(self._rate * _LIMIT), 1 / self._rate, mark)
                execution = Execution(self._cluster.core, self._cluster.namespace, self._client, words)
                executions.append(execution)  # one by one: all that were made must be closed
        except BaseException:
            for execution in executions:
                execution.close()
            raise
        return executions

    def _now(self) -> float:
        return time.monotonic() - self._begin

    def update(self, template: Mapping[str, Any] | None = None) -> None:
        """Update the Deployment after a moment, as :func:`restart` does."""
        if not self._closed.wait(_LEAD):
            restart(self._cluster, self.deployment, template)

    @property
    def recording(self) -> Recording:
        """What has happened so far."""
        with self._lock:
            end = self._end or self._now()
            listed = [phase for phases in self._phases.values() for phase in phases if phase.start <= end]
            phases = tuple(sorted(listed, key=lambda phase: phase.start))
            tracks = tuple(
                replace(track, attempts=_until(end, attempts))
                for track, attempts in zip(self._tracks, self._attempts, strict=True)
            )
            return Recording(self.deployment, phases, tracks, end, self._settled_at is not None)

    def wait(self, limit: float = _LIMIT) -> bool:
        """Wait until all old pods are gone and the new ones ready, and a moment longer.

        Args:
            limit: seconds after which it is given up.

        Returns:
            Whether that happened.
        """
        self._over.wait(limit)
        if self._settled_at is not None:
            self._closed.wait(_TAIL)
            end = self._settled_at + _LATE
            while self._known() < end and self._now() < end + _PATIENCE and not self._closed.is_set():
                self._closed.wait(0.05)
        return self._settled_at is not None

    def _known(self) -> float:
        """Return up to when it is known of both addresses what became of requests."""
        with self._lock:
            return min(max((attempt.at for attempt in attempts), default=0.0) for attempts in self._attempts)

    def close(self) -> None:
        """End the requests and the watch; safe to call twice."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._over.set()
        self._follower.close()
        # Without the pod, or the cluster, nothing is sent any more.
        with contextlib.suppress(ApiException, NotRunningError, urllib3.exceptions.HTTPError, TimeoutError):
            end(self._cluster, self._client, *self._marks)
        for thread in self._threads:
            thread.join()
        with self._lock:
            self._end = self._end or max(self._now() - _LATE, 0.1)

    def _on_pod(self, _kind: str, event: str, pod: Object) -> None:
        if not has_labels(self._labels, pod):
            return
        with self._lock:
            self._note(pod["metadata"]["uid"], pod["metadata"]["name"], "" if event == "DELETED" else state_of(pod))
            now = {listed[-1].state: None for listed in self._phases.values() if listed[-1].end is None}
            old = any(uid in self._old and listed[-1].end is None for uid, listed in self._phases.items())
            if list(now) == ["ready"] and not old and self._settled_at is None:
                self._settled_at = self._now()
                self._over.set()
        self._changed()

    def _note(self, uid: str, name: str, state: str) -> None:
        now, listed = self._now(), self._phases.setdefault(uid, [])
        if listed and listed[-1].end is None:
            if listed[-1].state == state:
                return
            listed[-1] = replace(listed[-1], end=now)
        if state:
            listed.append(Phase(name, "old" if uid in self._old else "new", state, now))

    def _listen(self, number: int, execution: Execution) -> None:
        """Note requests as their answers come; a lost one tells of itself late, so it is placed by its number."""
        drift = 0.0
        try:
            for line in execution.lines(timeout=_LIMIT + 30):
                if self._closed.is_set():
                    return
                index, _, text = line.partition(" ")
                if not index.isdigit():  # it says that it begins, or ends
                    drift = self._now()
                    continue
                attempt = Attempt(int(index) / self._rate + drift, text)
                if not attempt.lost:
                    drift = self._now() - int(index) / self._rate
                    attempt = Attempt(self._now(), text)
                with self._lock:
                    self._attempts[number].append(attempt)
                self._changed()
        finally:
            execution.close()


def state_of(pod: Object) -> str:
    """Return ``starting``, ``ready`` or ``stopping``."""
    if pod["metadata"].get("deletionTimestamp"):
        return "stopping"
    return "ready" if is_ready(pod) else "starting"


def _until(end: float, attempts: Iterable[Attempt]) -> tuple[Attempt, ...]:
    return tuple(sorted((attempt for attempt in attempts if attempt.at <= end), key=lambda attempt: attempt.at))


def target_port(cluster: Cluster, service: str, port: int, containers: Iterable[Any]) -> int:
    """Return the port of a pod that a Service's port stands for.

    Args:
        containers: the pod's, as the API describes them: a port may have a name there.

    Raises:
        ValueError: the Service has no such port.
        kubernetes.client.ApiException: there is no such Service.
    """
    found: Any = cluster.core.read_namespaced_service(service, cluster.namespace)
    for entry in found.spec.ports or ():
        if entry.port == port:
            named = {p.name: p.container_port for container in containers for p in container.ports or ()}
            target = entry.target_port or port
            return int(named.get(target, target))
    raise ValueError(f"the Service {service} has no port {port}")


def record(
    cluster: Cluster,
    deployment: str,
    service: str,
    port: int,
    *,
    path: str = "hostname",
    rate: float = 20,
    client: str = "client",
    limit: float = _LIMIT,
) -> Recording:
    """Update a Deployment and record what happens, until its last old pod is gone.

    Arguments and errors are as for :class:`Recorder`, and:

    Args:
        limit: seconds after which the recording ends even if the update has not.
    """
    recorder = Recorder(cluster, deployment, service, port, path=path, rate=rate, client=client)
    try:
        recorder.update()
        recorder.wait(limit)
    finally:
        recorder.close()
    return recorder.recording
