"""A steady load from a pod inside the cluster: so many requests per second, each over a connection of its own."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from kubelearn.target.connection import Cluster
from kubelearn.target.execution import Execution, NotRunningError
from kubelearn.views.display import Table
from kubelearn.views.objects import Object, read

from . import curl
from .requests import check_url, end, new_mark

#: How long the first new pod of an update may take to be made, in seconds.
_FIRST = 20.0
#: How long a load lasts at most if nobody stops it, in seconds.
_LONGEST = 600.0
#: How often it is looked whether an update has ended, in seconds.
_INTERVAL = 0.1
#: Gets pods as the API sends them, and when they were asked for, in seconds of :func:`time.monotonic`.
Watch = Callable[[Sequence[Object], float], None]
#: What the command prints before the first request, and, with their number, after the last.
_BEGIN, _SENT = "begin", "sent"


class NoUpdateError(RuntimeError):
    """An update did not take place, or did not end in time; the message says what was seen."""


@dataclass(frozen=True)
class Attempt:
    """One request.

    Attributes:
        at: when it was sent, in seconds since the load began.
        text: the answer, usually a pod's name; curl's message when there was none.
    """

    at: float
    text: str

    @property
    def lost(self) -> bool:
        """Whether there was no answer."""
        return curl.failed(self.text)


@dataclass(frozen=True)
class Result:
    """What became of a load's requests, in the order in which they were sent."""

    attempts: tuple[Attempt, ...]

    @property
    def total(self) -> int:
        """Requests that were sent."""
        return len(self.attempts)

    @property
    def lost(self) -> int:
        """Requests without an answer."""
        return sum(attempt.lost for attempt in self.attempts)

    @property
    def outcome(self) -> str:
        """``none lost``, ``some lost`` or ``all lost``."""
        if not self.lost:
            return "none lost"
        return "some lost" if self.lost < self.total else "all lost"

    @property
    def answers(self) -> Counter[str]:
        """Pod name → requests that it answered."""
        return Counter(attempt.text for attempt in self.attempts if not attempt.lost)

    @property
    def failures(self) -> Counter[str]:
        """curl's message (see :func:`kubelearn.views.traffic.curl.kind`) → requests that failed with it."""
        return Counter(curl.kind(attempt.text) for attempt in self.attempts if attempt.lost)

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each pod that answered and each kind of failure: ``text``, ``requests``, ``answered``."""
        counts = ((self.answers, True), (self.failures, False))
        return [
            {"text": text, "requests": number, "answered": answered}
            for found, answered in counts
            for text, number in sorted(found.items())
        ]

    def table(self) -> Table:
        """Return the rows as a table."""
        return Table(("Answered by, or why not", "Requests"), [(row["text"], row["requests"]) for row in self.rows()])

    def __repr__(self) -> str:
        return f"{self.total} requests, {self.lost} lost"


class Load:
    """Requests that are being sent; do something to the cluster meanwhile, and then :meth:`stop` or :meth:`wait`."""

    def __init__(self, cluster: Cluster, url: str, rate: float, seconds: float | None, client: str, timeout: float):
        """Begin to send (arguments and errors as for :func:`start`)."""
        self._cluster = cluster
        self._client = client
        self._rate = rate
        self._seconds = seconds
        self._mark = new_mark()
        longest = _LONGEST if seconds is None else seconds
        words = command(url, round(rate * longest), 1 / rate, self._mark, timeout)
        self._execution = Execution(cluster.core, cluster.namespace, client, words)
        self._lines = self._execution.lines(timeout=60 + 4 * longest)
        self._began = next(self._lines, "") == _BEGIN

    def stop(self) -> Result:
        """End the load, wait for the last answer, and return what became of all requests.

        Raises:
            NotRunningError: the client pod went away.
            RuntimeError: not all requests were answered or lost.
        """
        try:
            end(self._cluster, self._client, self._mark)
        except BaseException:
            self._execution.close()
            raise
        return self.wait()

    def wait(self) -> Result:
        """Wait for the last request and return what became of all of them.

        Raises:
            NotRunningError: the client pod went away.
            RuntimeError: not all requests were answered or lost.
        """
        try:
            lines = list(self._lines) if self._began else []
        finally:
            self._execution.close()
        words = [line.partition(" ") for line in lines if line]
        found = sorted((int(number), text) for number, _, text in words if number != _SENT)
        sent = next((int(text) for first, _, text in words if first == _SENT), None)
        why = self._execution.stderr.strip() or "the client pod went away"
        if sent is None:
            raise NotRunningError(self._client, f"the load broke off after {len(found)} requests: {why}")
        if len(found) != sent:
            raise RuntimeError(f"only {len(found)} of {sent} requests were answered or lost: {why}")
        return Result(tuple(Attempt(number / self._rate, text) for number, text in found))

    def __repr__(self) -> str:
        until = "until stopped" if self._seconds is None else f"for {self._seconds:g} seconds"
        return f"{self._rate:g} requests per second {until}"


def start(
    cluster: Cluster,
    url: str,
    *,
    rate: float = 20,
    seconds: float | None = None,
    client: str = "client",
    timeout: float = 1,
) -> Load:
    """Begin to send requests from a pod, and return as soon as they flow.

    Args:
        cluster: the handle.
        url: what to call, as a pod sees it; it should answer with the pod's name.
        rate: requests per second.
        seconds: for how long; by default until :meth:`Load.stop`, ten minutes at most.
        client: the pod that sends them; its image has ``sh`` and ``curl``.
        timeout: seconds after which a request is lost, if there is no answer by then.

    Raises:
        ValueError: no requests, or not a URL.
        NotRunningError: there is no such client pod, or it does not run.
    """
    return Load(cluster, url, rate, seconds, client, timeout)


def command(url: str, requests: int, pause: float, mark: str, timeout: float = 1) -> list[str]:
    """Return the command that sends requests, each in the background, so that a slow one delays no other.

    An answer of several lines becomes one.

    Args:
        url: what to call.
        requests: how many at most.
        pause: seconds between two of them.
        mark: path of a file that ends the load, see :func:`kubelearn.traffic.end`.
        timeout: seconds after which a request is lost.

    Raises:
        ValueError: no requests, or a URL with a quote or a space in it.
    """
    if requests < 1:
        raise ValueError(f"requests must be at least 1, not {requests}")
    check_url(url.replace("&", ""))  # which means nothing within quotes
    # One echo a request: a line is written in one piece, even when requests overlap.
    one = f"""echo "$i $(curl -sS -m {timeout:g} '{url}' 2>&1 | tr -d '\\r\\n')" &"""
    loop = f"while [ $i -lt {requests} ] && [ ! -e {mark} ]; do {one} i=$((i + 1)); sleep {pause:g}; done"
    return ["sh", "-c", f'echo {_BEGIN}; i=0; {loop}; wait; rm -f {mark}; echo "{_SENT} $i"']


def during_update(
    cluster: Cluster,
    deployment: str,
    url: str,
    *,
    rate: float = 20,
    client: str = "client",
    after: float = 1.5,
    limit: float = 60,
    timeout: float = 1,
    watch: Watch | None = None,
) -> Result:
    """Update a Deployment under a steady load, as ``kubectl rollout restart`` does, until its last old pod is gone.

    Args:
        cluster: the handle.
        deployment: what to update.
        url: what to call meanwhile, as for :func:`start`.
        rate: requests per second.
        client: the pod that sends them.
        after: seconds for which the load goes on then: kube-proxy may take a second to learn that the last pod is
            gone, and new pods that nobody checks may not answer yet.
        limit: seconds in which the update has to end.
        timeout: seconds after which a request is lost.
        watch: gets the Deployment's pods, old and new, as the API sends them, and when they were asked for (in seconds
            of :func:`time.monotonic`), before the update and then ten times a second.

    Raises:
        kubernetes.client.ApiException: there is no such Deployment.
        NotRunningError: there is no such client pod, or it does not run.
        NoUpdateError: no update began, or it did not end in time.
        RuntimeError: the client pod did not send all requests.
    """
    found: Any = cluster.apps.read_namespaced_deployment(deployment, cluster.namespace)
    if found.spec.paused:
        raise NoUpdateError(f"the Deployment {deployment} is paused: no update begins")
    labels = ",".join(f"{key}={value}" for key, value in found.spec.selector.match_labels.items())
    look = partial(_pods, cluster, f"{labels},pod-template-hash", watch)
    old = look()
    if not old:
        raise NoUpdateError(f"the Deployment {deployment} has no pods: there is nothing to update")
    running = start(cluster, url, rate=rate, client=client, timeout=timeout)
    try:
        restart(cluster, deployment)
        _await_update(deployment, old, look, limit)
        time.sleep(after)
    finally:
        result = running.stop()
    return result


def _await_update(deployment: str, old: set[str], look: Callable[[], set[str]], limit: float) -> None:
    """Wait until none of the old pods is there.

    Raises:
        NoUpdateError: no new pod is made, or the old ones do not go.
    """
    began, now = time.monotonic(), look()
    while old & now or not now:
        passed = time.monotonic() - began
        if passed > _FIRST and now <= old:
            raise NoUpdateError(f"no update of {deployment} took place: {_FIRST:g} s later there was no new pod")
        if passed > limit:
            raise NoUpdateError(
                f"the update of {deployment} did not end in {limit:g} s: {len(old & now)} old pods left"
            )
        time.sleep(_INTERVAL)
        now = look()


def restart(cluster: Cluster, deployment: str, template: Mapping[str, Any] | None = None, namespace: str = "") -> None:
    """Replace a Deployment's pods, as ``kubectl rollout restart`` does.

    Args:
        template: what to change in the pod template besides, as a strategic merge patch.
        namespace: the Deployment's, the notebook's by default.
    """
    stamp = {"kubectl.kubernetes.io/restartedAt": datetime.now(UTC).isoformat(timespec="microseconds")}
    patch: Any = {"spec": {"template": {**(template or {}), "metadata": {"annotations": stamp}}}}
    cluster.apps.patch_namespaced_deployment(deployment, namespace or cluster.namespace, patch)


def _pods(cluster: Cluster, selector: str, watch: Watch | None) -> set[str]:
    """Return the uids of pods, after somebody has seen them."""
    asked = time.monotonic()
    pods = read(cluster, "pods", selector=selector)["pods"]
    if watch is not None:
        watch(pods, asked)
    return {pod["metadata"]["uid"] for pod in pods}
