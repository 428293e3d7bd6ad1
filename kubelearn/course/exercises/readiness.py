"""Whether readiness says something about the server: tried where the server does not start, and at the first moment.

A command that always succeeds, or that only waits, makes a pod ready as well. On a server that starts in time nobody
sees the difference.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kubelearn.target.connection import Cluster
from kubelearn.target.execution import Completed
from kubelearn.views.pods import is_ready
from kubelearn.views.traffic import load

from .copies import copy_of_pod, pod_spec
from .core import NotYet
from .ownership import Owner
from .probe import Found, client_pod, deployment, running
from .through import is_updated, selector
from .words import together

#: How long the copy of a pod is watched at least and at most, and how long its containers may take to run, in seconds.
_LEAST, _MOST, _START = 4.0, 20.0, 30.0
#: How long an update may take, in seconds.
_LIMIT = 60.0
_CONTAINERS = ("containers", "initContainers")
_PROBES = ("readinessProbe", "startupProbe")
#: What a container runs instead of its server: where it is known how the server is started, everything else stays, so
#: that a file that says "ready" whatever the server does is still written.
_SERVER, _NO_SERVER, _SILENT = "netexec", "pause", ["sh", "-c", "sleep 600"]
#: The server in a line for a shell, with its options.
_STARTED = re.compile(rf"\b{_SERVER}\b(?:\s+--?\w[\w-]*(?:[= ][\w-]+)?)*")


@contextmanager
def copy_without_server(cluster: Cluster, name: str) -> Iterator[Callable[[], None]]:
    """Start a copy of a Deployment's pod in which the server never starts, beside the Deployment.

    The copy has no labels of the Deployment's, so no Service finds it. Its probes ask the same, but every second.

    Yields:
        A function that watches the copy for four seconds, or as long as a probe may take; at most half a minute in
        all. It raises :class:`NotYet` if the copy becomes ready: then the probes do not ask the server.
    """
    spec = pod_spec(cluster, name)
    with copy_of_pod(cluster, name, _silenced(spec)) as copy:
        yield lambda: _stays_unready(cluster, copy, spec)


@contextmanager
def not_by_luck(cluster: Cluster, name: str) -> Iterator[Callable[[], None]]:
    """Look whether new pods of a Deployment get requests only when they answer, where an update loses none.

    Yields:
        A function that raises :class:`NotYet` if they have no probe, or one that does not ask the server.
    """
    if probes(deployment(cluster, name).spec.template.spec):
        with copy_without_server(cluster, name) as stays_unready:
            yield stays_unready
    else:
        yield _without_probe


def _without_probe() -> None:
    raise NotYet(
        "no request was lost this time, but that was luck: the pods have no readiness probe, so a new one gets "
        "requests as soon as its container runs, whether its server answers or not"
    )


def probes(spec: Found) -> list[Found]:
    """Return the probes that decide when a pod is ready, those of sidecars included."""
    sidecars = [each for each in spec.init_containers or () if each.restart_policy == "Always"]
    asked = [each.readiness_probe or each.startup_probe for each in [*spec.containers, *sidecars]]
    return [probe for probe in asked if probe]


def _silenced(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a pod's containers with a server that does not start, and with probes that are quick."""
    containers = spec["containers"]
    server = next((container for container in containers if container["name"] == "web"), containers[0])
    return {
        kind: [_quick({**each}, silent=each is server) for each in spec[kind]] for kind in _CONTAINERS if kind in spec
    }


def _quick(container: dict[str, Any], *, silent: bool) -> dict[str, Any]:
    container.pop("livenessProbe", None)
    for probe in _PROBES:
        if probe in container:
            often = {"initialDelaySeconds": 0, "periodSeconds": 1, "successThreshold": 1, "failureThreshold": 600}
            container[probe] = {**container[probe], **often}
    return {**container, **_without_server(container)} if silent else container


def _without_server(container: dict[str, Any]) -> dict[str, list[str]]:
    """Return what a container runs if its server does not start."""
    command = container.get("command") or []
    words = [*command, *(container.get("args") or [])]
    silent = [_STARTED.sub(_NO_SERVER, word) for word in words]
    if _SERVER in words:  # what comes after it are its options
        silent = silent[: words.index(_SERVER) + 1]
    if silent == words:
        return {"command": _SILENT, "args": []}
    return {"command": silent[: len(command)], "args": silent[len(command) :]}


def _patience(spec: dict[str, Any]) -> float:
    """Return how many seconds a probe may need to say yes, if it only waits."""
    longest = max([probe.get("timeoutSeconds", 1) for probe in _probes_of(spec)], default=1)
    return float(min(_LEAST + longest - 1, _MOST))


def _probes_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    containers = [container for kind in _CONTAINERS for container in spec.get(kind, ())]
    return [container[probe] for container in containers for probe in _PROBES if probe in container]


def _stays_unready(cluster: Cluster, copy: str, spec: dict[str, Any]) -> None:
    seconds = _patience(spec)
    since, given_up = 0.0, time.monotonic() + _START
    while not since or time.monotonic() < since + seconds:
        found: Found = cluster.core.read_namespaced_pod(copy, cluster.namespace)
        if is_ready(found):
            raise NotYet(
                "the check started a copy of the pod in which the server does not start, and it became ready all the "
                f"same. The probe {_asked(spec)}: it does not ask the server"
            )
        if not since and found.status.phase == "Running":
            since = time.monotonic()
        if not since and time.monotonic() > given_up:
            raise TimeoutError(f"the copy of a pod, which the check needs, did not start in {_START:g} s")
        time.sleep(0.1)


def _asked(spec: dict[str, Any]) -> str:
    """Say what the probes of a pod do."""
    asked = _probes_of(spec)
    return together(map(_does, asked)) if asked else "is missing"


def _does(probe: dict[str, Any]) -> str:
    if "exec" in probe:
        return f"runs `{' '.join(probe['exec'].get('command', ()))}`"
    if "httpGet" in probe:
        return f"asks for `{probe['httpGet'].get('path', '/')}` on port {probe['httpGet']['port']}"
    (asked,) = [key for key in ("tcpSocket", "grpc") if key in probe]
    return f"opens a connection to port {probe[asked]['port']}"


def answers_when_ready(cluster: Cluster, name: str, port: int) -> str:
    """Update a Deployment, and call each new pod itself as soon as it is ready; takes a minute at most.

    Returns:
        A sentence that says what was seen.

    Raises:
        NotYet: one does not answer, or the update does not end.
    """
    owner, labels = Owner(cluster, deployment(cluster, name)), selector(deployment(cluster, name))
    seen = {pod.metadata.uid for pod in running(cluster, labels)}
    old, whole, end = len(seen), False, time.monotonic() + _LIMIT
    with client_pod(cluster) as run:
        load.restart(cluster, name)
        while not whole:
            if time.monotonic() > end:
                raise NotYet(f"an update of `{name}`, which the check made, did not end in {_LIMIT:g} s")
            whole = is_updated(deployment(cluster, name))
            for pod in running(cluster, labels):
                if pod.metadata.uid not in seen and owner.has(pod):
                    seen.add(pod.metadata.uid)
                    _ask(run, pod, port)
    return f"in an update that the check has just made, {len(seen) - old} new pods answered as soon as they were ready"


def _ask(run: Callable[..., Completed], pod: Found, port: int) -> None:
    asked = run("curl", "-sS", "-m", "3", f"http://{pod.status.pod_ip}:{port}/hostname")
    if asked.code:
        raise NotYet(
            f"in an update that the check made, the pod `{pod.metadata.name}` counted as ready, "
            f"and did not answer: `{asked.stderr.strip()}`. What does its probe ask?"
        )
