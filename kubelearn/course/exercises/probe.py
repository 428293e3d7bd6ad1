"""What checks have in common: objects that may be missing, requests from inside a pod, and waiting a bounded time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TypeVar

from kubernetes.client import ApiException

from kubelearn.target.connection import Cluster
from kubelearn.target.execution import Completed, NotRunningError
from kubelearn.target.images import AGNHOST
from kubelearn.views.pods import is_ready
from kubelearn.views.traffic import Traffic, command, curl

from . import words
from .core import NotAttempted, NotYet, not_running
from .temporary import temporary_pod
from .words import counted

T = TypeVar("T")

#: An object of the official client. Its types say of every field that it may be missing,
#: even of those that the server always fills in.
Found = Any

#: Seconds after which a check waits for nothing any more.
BOUND = 60.0
#: When that is, while a check runs.
_end_of_check: ContextVar[float] = ContextVar("end_of_check", default=math.inf)
#: How long pods may take to start (a real cluster may have to pull an image) or to end (half a minute), in seconds.
_CHANGE = 90.0
#: How long the kubelet may take to tell that a container runs, in seconds.
_MOMENT = 2.0
#: How long a change may take to arrive everywhere (endpoints, kube-proxy on each node, on a busy machine), in seconds.
PATIENCE = 6.0
#: Requests enough that each of three pods answers one with a probability of 0.99998.
REQUESTS = 30


class Underway(NotYet):
    """What is asked is not there yet, but on its way: pods start or end."""


def service(cluster: Cluster, name: str, namespace: str = "") -> Found:
    """Return a Service.

    Raises:
        NotAttempted: there is none of that name.
    """
    return _found(
        lambda: cluster.core.read_namespaced_service(name, namespace or cluster.namespace),
        f"there is no Service `{name}`",
        namespace,
    )


def service_for(cluster: Cluster, name: str, selector: dict[str, str], namespace: str = "") -> Found:
    """Return a Service; says so if one for the same pods has another name.

    Raises:
        NotAttempted: there is none of that name, and none for these pods.
        NotYet: there is one for these pods, but it has another name.
    """
    try:
        return service(cluster, name, namespace)
    except NotAttempted:
        listed: list[Found] = cluster.core.list_namespaced_service(namespace or cluster.namespace).items
        for other in listed:
            if other.spec.selector == selector:
                raise NotYet(
                    f"there is a Service `{other.metadata.name}`, but the clients look for one called `{name}`"
                ) from None
        raise


def service_port(found: Found, number: int) -> Found:
    """Return one port of a Service that has an address of its own.

    Raises:
        NotYet: it is headless or an ExternalName, or listens on other ports only.
    """
    name, ports = found.metadata.name, found.spec.ports or ()
    if found.spec.type == "ExternalName":
        raise NotYet(f"the Service `{name}` is an ExternalName: only another name for a host, with no pods behind it")
    if found.spec.cluster_ip == "None":
        raise NotYet(
            f"the Service `{name}` is headless: its name leads straight to the pods, and its ports are not translated"
        )
    for port in ports:
        if port.port == number:
            return port
    raise NotYet(
        f"the Service `{name}` has no port {number}. It listens on {words.ports([port.port for port in ports])}"
    )


def deployment(cluster: Cluster, name: str, namespace: str = "") -> Found:
    """Return a Deployment.

    Raises:
        NotAttempted: there is none of that name.
    """
    return _found(
        lambda: cluster.apps.read_namespaced_deployment(name, namespace or cluster.namespace),
        f"there is no Deployment `{name}`",
        namespace,
    )


def pod(cluster: Cluster, name: str, namespace: str = "") -> Found:
    """Return a pod.

    Raises:
        NotAttempted: there is none of that name.
    """
    return _found(
        lambda: cluster.core.read_namespaced_pod(name, namespace or cluster.namespace),
        f"there is no pod `{name}`",
        namespace,
    )


def _found(read: Callable[[], T], missing: str, namespace: str) -> T:
    try:
        return read()
    except ApiException as error:
        if error.status == 404:
            raise NotAttempted(
                f"{missing} in the namespace `{namespace}` yet" if namespace else f"{missing} yet"
            ) from error
        raise


def running(cluster: Cluster, selector: str, namespace: str = "") -> list[Found]:
    """Return the ready pods with these labels that are not about to end, in the order of their names.

    Args:
        selector: labels as kubectl takes them: ``"app=shop,tier=front"``.
    """
    pods: list[Found] = cluster.core.list_namespaced_pod(namespace or cluster.namespace, label_selector=selector).items
    return sorted((p for p in pods if not p.metadata.deletion_timestamp and is_ready(p)), key=lambda p: p.metadata.name)


def trouble(pod: Found) -> str:
    """Say why a pod is not ready, in the words that ``kubectl get pods`` has for it."""
    status = pod.status
    for state in (status and [*(status.init_container_statuses or ()), *(status.container_statuses or ())]) or ():
        waiting, ended = state.state and state.state.waiting, state.state and state.state.terminated
        if waiting and waiting.reason:
            return f"its container `{state.name}` is in the state `{waiting.reason}`"
        if ended:
            return f"its container `{state.name}` has ended with exit code {ended.exit_code}"
    return f"it is {status.phase if status else 'unknown'}, but not ready"


def not_yet(reason: str, pods: Collection[Found]) -> NotYet:
    """Return what to raise because of pods that are not as they should be.

    It is worth a longer wait if one of them is just changing.
    """
    return Underway(reason) if any(map(is_changing, pods)) else NotYet(reason)


def is_changing(pod: Found) -> bool:
    """Say whether a pod starts or ends, as far as the cluster is concerned.

    One that only does not answer does neither.
    """
    if pod.metadata.deletion_timestamp:
        return True
    status = pod.status
    if not status or status.phase not in ("Pending", "Running") or is_ready(pod):
        return False
    if any(condition.type == "PodScheduled" and condition.status == "False" for condition in status.conditions or ()):
        return False
    statuses = status.container_statuses or ()
    waiting = [state.state.waiting.reason for state in statuses if state.state and state.state.waiting]
    if any(reason not in ("ContainerCreating", "PodInitializing") for reason in waiting):
        return False
    return status.phase == "Pending" or any(not state.ready and _is_being_probed(pod, state) for state in statuses)


def _is_being_probed(pod: Found, status: Found) -> bool:
    """Say whether a container runs so shortly that its probes may still find it ready.

    Its start is compared with this machine's clock; where the cluster's differs, so does the wait.
    """
    running_since = status.state and status.state.running and status.state.running.started_at
    containers = pod.spec.containers if pod.spec else ()
    container = next((container for container in containers if container.name == status.name), None)
    if not running_since or container is None:
        return False
    return bool((datetime.now(UTC) - running_since).total_seconds() < _probing(container))


def _probing(container: Found) -> float:
    """Return how many seconds after a container's start its probes may find it ready, if its server is quick."""
    seconds = _MOMENT
    if startup := container.startup_probe:
        seconds += (startup.initial_delay_seconds or 0) + (startup.period_seconds or 10) * (
            startup.failure_threshold or 3
        )
    if readiness := container.readiness_probe:
        # A round more: a server that is ready just after a probe has to wait for the next.
        rounds = (readiness.success_threshold or 1) + 1
        seconds += (
            (readiness.initial_delay_seconds or 0)
            + (readiness.period_seconds or 10) * rounds
            + (readiness.timeout_seconds or 1)
        )
    return min(seconds, _CHANGE)


def ready_pod(cluster: Cluster, name: str, namespace: str = "") -> Found:
    """Return a pod once it is ready; waits a few seconds, and longer while it starts.

    Raises:
        NotAttempted: there is no such pod.
        NotYet: it is not ready; says why.
    """

    def look() -> Found:
        found = pod(cluster, name, namespace)
        if not is_ready(found):
            raise not_yet(f"the pod `{name}` is not ready: {trouble(found)}", [found])
        return found

    return patiently(look)


def names(pods: Collection[Found]) -> list[str]:
    """Return the names of pods."""
    return [str(p.metadata.name) for p in pods]


@contextmanager
def bounded(seconds: float | None = None) -> Iterator[None]:
    """Let :func:`patiently` wait no longer than this in all, :data:`BOUND` by default, however often it is called."""
    token = _end_of_check.set(time.monotonic() + (BOUND if seconds is None else seconds))
    try:
        yield
    finally:
        _end_of_check.reset(token)


def patiently(attempt: Callable[[], T], seconds: float | None = None) -> T:
    """Return what ``attempt`` returns, and try again while it raises :class:`NotYet`, until the time is over.

    The learner's last command may not have arrived everywhere yet.
    While pods start or end, the time does not run, for a minute and a half at most, or until :func:`bounded` ends it.

    Args:
        seconds: how long, by default :data:`PATIENCE`.

    Raises:
        NotYet: the last one.
    """
    patience = PATIENCE if seconds is None else seconds
    begin = time.monotonic()
    over = min(begin + _CHANGE, _end_of_check.get())
    end = min(begin + patience, over)
    while True:
        last = time.monotonic() >= end  # asked before: however long an attempt takes, there is a second one
        try:
            return attempt()
        except Underway:
            now = time.monotonic()
            if now >= over:
                raise
            end = min(now + patience, over)
            time.sleep(0.1)
        except NotRunningError as error:
            if last:
                raise not_running(error) from error
            time.sleep(0.1)
        except NotYet:
            if last:
                raise
            time.sleep(0.1)


@contextmanager
def client_pod(
    cluster: Cluster, namespace: str = "", labels: dict[str, str] | None = None
) -> Iterator[Callable[..., Completed]]:
    """Start a pod for the time of a check; gives a function that runs a command in it.

    >>> with client_pod(cluster) as run:  # doctest: +SKIP
    ...     run("curl", "-sS", "-m", "3", "http://shop/hostname").stdout

    Raises:
        NotYet: the pod was deleted.
        TimeoutError: it did not start.
    """
    where = namespace or cluster.namespace
    container = {"name": "client", "image": AGNHOST, "args": ["pause"]}
    spec = {"containers": [container], "restartPolicy": "Never", "enableServiceLinks": False}
    with temporary_pod(cluster, spec, where, labels) as made:
        name = made.metadata.name
        _wait_ready(cluster, name, where)

        def run(*words: str, timeout: float = 60) -> Completed:
            return cluster.exec(name, *words, namespace=where, timeout=timeout)

        yield run


def _wait_ready(cluster: Cluster, name: str, namespace: str) -> None:
    end = time.monotonic() + _CHANGE
    try:
        while not is_ready(pod(cluster, name, namespace)):
            if time.monotonic() > end:
                raise TimeoutError(f"the pod that was to send requests did not start in {_CHANGE:g} s")
            time.sleep(0.05)
    except NotAttempted:
        raise NotYet("somebody deleted the pod that was to send requests") from None


def answers(run: Callable[..., Completed], url: str, requests: int = REQUESTS) -> Traffic:
    """Send requests from a pod, each over a connection of its own, and count the lines that were answered.

    Args:
        run: from :func:`client_pod`.
        url: what to call; it should answer with the pod's name.

    Raises:
        NotYet: the first request fails; with curl's words.
    """
    counted = Traffic()
    first = run(*command(url, 1, timeout=1)).stdout.strip()  # a rule of before may lead nowhere: soon asked again
    if curl.failed(first) or not first:
        raise NotYet(f"from a pod, `curl {url}` gets no answer: `{first or 'an empty reply'}`")
    for line in [first, *(run(*command(url, requests - 1)).stdout.split("\n") if requests > 1 else ())]:
        if line:
            counted.add(line)
    return counted


def expect_answers(
    cluster: Cluster,
    url: str,
    pods: Collection[str],
    *,
    namespace: str = "",
    labels: dict[str, str] | None = None,
    requests: int = REQUESTS,
    every: bool = True,
) -> str:
    """Call a URL from a pod until exactly these pods answer, at most a few seconds.

    Args:
        url: must answer with the pod's name, as ``/hostname`` of agnhost does.
        pods: names of the pods that should answer.
        namespace: where to call from, the notebook's by default.
        labels: of the calling pod.
        every: each of them must answer; otherwise it is enough that nobody else does.

    Returns:
        A sentence that says who answered.

    Raises:
        NotYet: no answer, an answer from another pod, or a pod that never answers.
        TimeoutError: the calling pod did not start.
    """
    with client_pod(cluster, namespace, labels) as run:
        return patiently(lambda: judge(answers(run, url, requests), url, pods, every))


def judge(got: Traffic, url: str, pods: Collection[str], every: bool = True) -> str:
    """Return a sentence that says who answered.

    Args:
        got: from :func:`answers`.
        url: what was called.
        pods: names of the pods that should have answered.
        every: each of them must have answered.

    Raises:
        NotYet: requests that failed, an answer from another pod, or a pod that never answered.
    """
    if got.failures:
        message, count = got.failures.most_common(1)[0]
        raise NotYet(f"of {counted(got.total, 'request')} to `{url}`, {count} failed: `{message}`")
    strangers = sorted(set(got.answers) - set(pods))
    if strangers:
        raise NotYet(f"requests to `{url}` were answered by `{strangers[0][:80]}`, which is not one of the right pods")
    silent = sorted(set(pods) - set(got.answers))
    if silent and every:
        raise NotYet(f"of {counted(got.total, 'request')} to `{url}`, none reached the pod `{silent[0]}`")
    were = "was" if got.total == 1 else "were"
    return (
        f"{counted(got.total, 'request')} to `{url}` {were} answered by {counted(len(got.answers), 'pod')}: "
        f"{', '.join(sorted(got.answers))}"
    )
