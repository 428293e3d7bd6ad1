"""Updates a Deployment and records one old pod's last seconds: its endpoint, and requests that go on meanwhile."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import urllib3
from kubernetes.client import ApiException

from kubelearn.target.connection import Cluster
from kubelearn.target.execution import Execution, NotRunningError
from kubelearn.views.objects import Follower, Object, Objects, read
from kubelearn.views.pods import is_ready, targets
from kubelearn.views.traffic import check_url, end, new_mark
from kubelearn.views.traffic.load import Attempt, command, restart

from .model import Recording, Span, spans

#: Requests per second to each address.
_RATE = 20
#: Seconds before the deletion and after the end that belong to the recording too.
_LEAD, _TAIL = 1.0, 0.7
#: Seconds after which a recording ends in any case.
_LIMIT = 120.0
#: How a recording names the requests to the pod's own address, and the slow one, among those from nodes.
_OWN, _SLOW = "", " "


class Recorder:
    """Follows one pod and sends requests until it is closed."""

    def __init__(self, cluster: Cluster, service: str, *, slow: str = "", client: str = "client"):
        """Begin to record (arguments and errors as for :func:`record`)."""
        self._cluster = cluster
        self.service = service
        self._lock = threading.Lock()
        self._closed, self._gone = threading.Event(), threading.Event()
        objects = read(cluster, "services", "pods", "endpointslices")
        self._pod, port = _leaving(objects, service, client)
        self.pod: str = self._pod["metadata"]["name"]
        self._callers = _callers(objects, service, client)
        self._marks: list[tuple[str, str]] = []
        self._executions: dict[str, Execution] = {}
        self._heard: dict[str, list[Attempt]] = {}
        self._endpoint: list[tuple[float, str]] = []
        self._times: dict[str, float] = {}
        self._code: int | None = None
        self._follower = Follower(cluster, ("pods", "endpointslices"), self._on_change)
        try:
            self._send(client, port, slow, _first_port(objects, service))
        except BaseException:
            for execution in self._executions.values():
                execution.close()
            raise
        self._start()

    def _send(self, client: str, port: int, slow: str, service_port: int) -> None:
        """Start all requests: to the pod's own address, and from each node to the Service."""
        address = f"http://{self._pod['status']['podIP']}:{port}"
        self._load(_OWN, client, address + _probed_path(self._pod))
        for node, caller in self._callers.items():
            self._load(node, caller, f"http://{self.service}:{service_port}/hostname")
        if slow:
            url = f"{address}/{slow.lstrip('/')}"
            check_url(url)
            script = f"curl -sS -m {_LIMIT:g} -o /dev/null {url} 2>&1 && echo answered"
            self._execute(_SLOW, client, ["sh", "-c", script])

    def _load(self, key: str, caller: str, url: str) -> None:
        mark = new_mark()
        self._execute(key, caller, command(url, round(_RATE * _LIMIT), 1 / _RATE, mark))
        self._marks.append((caller, mark))

    def _execute(self, key: str, caller: str, words: list[str]) -> None:
        self._heard[key] = []
        self._executions[key] = Execution(self._cluster.core, self._cluster.namespace, caller, words)

    def _start(self) -> None:
        self._times["begin"] = time.monotonic()
        for item in self._follower.objects()["endpointslices"]:
            self._on_change("endpointslices", "ADDED", item)
        self._follower.start()
        self._threads = [
            threading.Thread(target=self._listen, args=item, daemon=True, name="kubelearn-requests")
            for item in self._executions.items()
        ]
        for thread in self._threads:
            thread.start()

    def _listen(self, key: str, execution: Execution) -> None:
        """Note answers as they come: the clock of the pod that asks may be another one."""
        try:
            for line in execution.lines(timeout=_LIMIT + 30):
                if self._closed.is_set() and key != _SLOW:
                    return
                index, _, text = line.partition(" ")
                if key == _SLOW or index.isdigit():
                    with self._lock:
                        self._heard[key].append(Attempt(time.monotonic(), line if key == _SLOW else text))
        finally:
            execution.close()

    def wait(self, limit: float = _LIMIT) -> bool:
        """Wait until the pod is gone, and a moment longer; say whether that happened."""
        gone = self._gone.wait(limit)
        time.sleep(_TAIL if gone else 0)
        return gone

    def close(self) -> None:
        """End the requests and the watch; safe to call twice."""
        if self._closed.is_set():
            return
        self._times["end"] = time.monotonic()
        self._closed.set()
        self._follower.close()
        for caller, mark in self._marks:
            # Without the pod, or the cluster, nothing is sent any more.
            with contextlib.suppress(ApiException, NotRunningError, urllib3.exceptions.HTTPError, TimeoutError):
                end(self._cluster, caller, mark)
        if _SLOW in self._executions:
            self._executions[_SLOW].close()
        for thread in self._threads:
            thread.join()

    def _on_change(self, kind: str, event: str, item: Object) -> None:
        now = time.monotonic()
        with self._lock:
            if kind == "endpointslices":
                if (item["metadata"].get("labels") or {}).get("kubernetes.io/service-name") == self.service:
                    self._endpoint.append((now, _conditions(item, self.pod)))
            elif item["metadata"]["uid"] == self._pod["metadata"]["uid"]:
                if item["metadata"].get("deletionTimestamp"):
                    self._times.setdefault("deletion", now)
                self._code = _exit_code(item) if self._code is None else self._code
                if event == "DELETED":
                    self._times["gone"] = now
                    self._gone.set()

    @property
    def recording(self) -> Recording:
        """What has happened so far."""
        with self._lock:
            now = time.monotonic()
            zero = self._times.get("deletion", now)
            begin = max(self._times["begin"] - zero, -_LEAD)
            last = self._times.get("end", now) - zero
            heard = {
                key: [replace(attempt, at=attempt.at - zero) for attempt in attempts]
                for key, attempts in self._heard.items()
            }
            within = {key: tuple(each for each in found if begin <= each.at <= last) for key, found in heard.items()}
            return Recording(
                service=self.service,
                pod=self.pod,
                grace=self._pod["spec"].get("terminationGracePeriodSeconds", 30),
                begin=begin,
                end=last,
                gone=self._times["gone"] - zero if "gone" in self._times else None,
                hook=_has_hook(self._pod),
                code=self._code,
                endpoint=spans([(max(at - zero, begin), state) for at, state in self._endpoint], last),
                own=within[_OWN],
                nodes={node: within[node] for node in self._callers},
                slow=_slow_span(heard.get(_SLOW, []), begin),
            )


def _slow_span(heard: Sequence[Attempt], begin: float) -> Span | None:
    return Span("lost" if heard[0].lost else "answered", begin, heard[0].at) if heard else None


def _leaving(objects: Objects, service: str, client: str) -> tuple[Object, int]:
    """Return the first ready pod behind a Service that does not call itself, and the port that it listens on."""
    behind = targets(service, objects)
    found = [pod for pod in objects["pods"] if pod["metadata"]["name"] in behind.keys() - {client} and is_ready(pod)]
    if not found:
        raise ValueError(f"there is no ready pod behind the Service {service}")
    return found[0], next(iter(behind[found[0]["metadata"]["name"]].values()))


def _first_port(objects: Objects, service: str) -> int:
    found = next(item for item in objects["services"] if item["metadata"]["name"] == service)
    return int(found["spec"]["ports"][0]["port"])


def _callers(objects: Objects, service: str, client: str) -> dict[str, str]:
    """Return a pod to call from on each node that has one: the client, or one with its image.

    Pods behind the Service are replaced too: they are taken only where there is no other.
    """
    behind = targets(service, objects)
    ready = {pod["metadata"]["name"]: pod for pod in objects["pods"] if is_ready(pod)}
    image = ready[client]["spec"]["containers"][0]["image"] if client in ready else ""
    found: dict[str, str] = {}
    for name in sorted(ready, key=lambda name: (name != client, name in behind, name)):
        if ready[name]["spec"]["containers"][0]["image"] == image:
            found.setdefault(ready[name]["spec"]["nodeName"], name)
    return dict(sorted(found.items()))


def _probed_path(pod: Object) -> str:
    """Return the path that a pod's readiness probe asks for, or the root."""
    probes = [container.get("readinessProbe") or {} for container in pod["spec"]["containers"]]
    return str(next((probe["httpGet"].get("path", "/") for probe in probes if "httpGet" in probe), "/"))


def _has_hook(pod: Object) -> bool:
    return any("preStop" in (container.get("lifecycle") or {}) for container in pod["spec"]["containers"])


def _conditions(item: Object, pod: str) -> str:
    """Return the conditions of a pod's endpoint that are true, as words; nothing if it is not in the slice."""
    for endpoint in item.get("endpoints") or ():
        if (endpoint.get("targetRef") or {}).get("name") == pod:
            found = endpoint.get("conditions") or {}
            if found.get("ready", True):
                return "ready"
            return ", ".join(name for name in ("serving", "terminating") if found.get(name)) or "not ready"
    return ""


def _exit_code(pod: Object) -> int | None:
    statuses: Any = (pod.get("status") or {}).get("containerStatuses") or ()
    codes = [status["state"]["terminated"]["exitCode"] for status in statuses if status["state"].get("terminated")]
    return max(codes, default=None)


def record(
    cluster: Cluster,
    deployment: str,
    service: str,
    *,
    slow: str = "",
    client: str = "client",
    limit: float = _LIMIT,
) -> Recording:
    """Update a Deployment, as ``kubectl rollout restart`` does, and record what happens to one of its old pods.

    Args:
        cluster: the handle.
        deployment: its name.
        service: name of the Service in front of it; its pods answer ``/hostname`` with their names.
        slow: path of a request that takes long; one is sent to the pod just before the update.
        client: a pod that sends requests; its image has ``sh`` and ``curl``. On other nodes, a pod with the same image
            does.
        limit: seconds after which the recording ends even if the pod is still there.

    Raises:
        ValueError: no ready pod is behind the Service, or the path is none for a URL.
        kubernetes.client.ApiException: there is no such Deployment.
        NotRunningError: there is no such client pod, or it does not run.
    """
    recorder = Recorder(cluster, service, slow=slow, client=client)
    try:
        restart(cluster, deployment)
        recorder.wait(limit)
    finally:
        recorder.close()
    return recorder.recording
