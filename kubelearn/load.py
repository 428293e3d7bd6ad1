"""A steady load from a pod inside the cluster: so many requests per second, each over a connection of its own."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .display import Table
from .execution import Execution
from .target import Cluster
from .traffic import check_url

#: Seconds after which a request is lost, if there is no answer by then.
_TIMEOUT = 1
#: Length of the pieces of a load whose length is not known beforehand, in seconds.
_CHUNK = 1.0
#: What the command prints before the first request.
_BEGIN = "begin"


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
        return self.text.startswith("curl: (")


@dataclass(frozen=True)
class Result:
    """What became of a load's requests, in the order in which they were sent."""

    attempts: tuple[Attempt, ...]

    @property
    def total(self) -> int:
        return len(self.attempts)

    @property
    def lost(self) -> int:
        """Requests without an answer."""
        return sum(attempt.lost for attempt in self.attempts)

    @property
    def outcome(self) -> str:
        """``none lost``, ``some lost`` or ``all lost``."""
        return "none lost" if not self.lost else "some lost" if self.lost < self.total else "all lost"

    @property
    def answers(self) -> Counter[str]:
        """Pod name → requests that it answered."""
        return Counter(attempt.text for attempt in self.attempts if not attempt.lost)

    @property
    def failures(self) -> Counter[str]:
        """curl's message → requests that failed with it."""
        return Counter(attempt.text for attempt in self.attempts if attempt.lost)

    def table(self) -> Table:
        """Return what happened, and how often."""
        return Table(("Answered by, or why not", "Requests"), [*sorted(self.answers.items()), *sorted(self.failures.items())])

    def __repr__(self) -> str:
        return f"{self.total} requests, {self.lost} lost"


class Load:
    """Requests that are being sent; do something to the cluster meanwhile, and then :meth:`wait`."""

    def __init__(self, execution: Execution, rate: float, requests: int):
        self._execution, self._rate, self._requests = execution, rate, requests
        self._lines = execution.lines(timeout=60 + 4 * requests / rate)
        self._began = next(self._lines, "") == _BEGIN

    def wait(self) -> Result:
        """Wait for the last request and return what became of all of them.

        Raises:
            RuntimeError: the client pod did not send all of them.
        """
        try:
            lines = list(self._lines) if self._began else []
        finally:
            self._execution.close()
        found = sorted((int(number), text) for number, _, text in (line.partition(" ") for line in lines if line))
        if len(found) != self._requests:
            raise RuntimeError(f"only {len(found)} of {self._requests} requests were sent: {self._execution.stderr.strip() or 'the client pod went away'}")
        return Result(tuple(Attempt(number / self._rate, text) for number, text in found))

    def __repr__(self) -> str:
        return f"{self._rate:g} requests per second for {self._requests / self._rate:g} seconds"


def start(cluster: Cluster, url: str, *, rate: float = 20, seconds: float = 5, client: str = "client") -> Load:
    """Begin to send requests from a pod, and return as soon as they flow.

    Args:
        cluster: the handle.
        url: what to call, as a pod sees it; it should answer with the pod's name.
        rate: requests per second.
        seconds: for how long.
        client: the pod that sends them; its image has ``sh`` and ``curl``.

    Raises:
        ValueError: no requests, or not a URL.
        kubernetes.client.ApiException: there is no such client pod.
    """
    requests = round(rate * seconds)
    return Load(Execution(cluster.core, cluster.namespace, client, command(url, requests, 1 / rate)), rate, requests)


def command(url: str, requests: int, pause: float) -> list[str]:
    """Return the command that sends requests, each in the background, so that a slow one delays no other.

    Args:
        url: what to call.
        requests: how many.
        pause: seconds between two of them.

    Raises:
        ValueError: no requests, or a URL with a quote or a space in it.
    """
    if requests < 1:
        raise ValueError(f"requests must be at least 1, not {requests}")
    check_url(url)
    # One echo a request: a line is written in one piece, even when requests overlap.
    one = f'echo "$i $(curl -sS -m {_TIMEOUT} {url} 2>&1)" &'
    return ["sh", "-c", f"echo {_BEGIN}; for i in $(seq 0 {requests - 1}); do {one} sleep {pause:g}; done; wait"]


def during_update(
    cluster: Cluster, deployment: str, url: str, *, rate: float = 20, client: str = "client", after: float = 0, limit: float = 60,
) -> Result:
    """Update a Deployment, as ``kubectl rollout restart`` does, under a steady load that lasts until its last old pod is gone.

    Args:
        cluster: the handle.
        deployment: what to update.
        url: what to call meanwhile, as for :func:`start`.
        rate: requests per second.
        client: the pod that sends them.
        after: seconds for which the load goes on then; new pods that nobody checks may not answer yet.
        limit: seconds after which the load ends even if the update has not.

    Raises:
        kubernetes.client.ApiException: there is no such Deployment or client pod.
        RuntimeError: the client pod did not send all requests.
    """
    found: Any = cluster.apps.read_namespaced_deployment(deployment, cluster.namespace)
    selector = ",".join(f"{key}={value}" for key, value in found.spec.selector.match_labels.items())
    old = _uids(cluster, selector)
    attempts: list[Attempt] = []
    begin = time.monotonic()

    def chunk() -> tuple[float, Load]:
        return time.monotonic() - begin, start(cluster, url, rate=rate, seconds=_CHUNK, client=client)

    offset, running = chunk()
    restart(cluster, deployment)
    gone: float | None = None
    while time.monotonic() < (begin + limit if gone is None else gone + after):
        if gone is None and not old & _uids(cluster, selector):
            gone = time.monotonic()
        time.sleep(max(0.0, begin + offset + _CHUNK - time.monotonic()))
        following = chunk()  # before the wait: lost requests keep a load longer
        attempts += [Attempt(offset + attempt.at, attempt.text) for attempt in running.wait().attempts]
        offset, running = following
    attempts += [Attempt(offset + attempt.at, attempt.text) for attempt in running.wait().attempts]
    return Result(tuple(attempts))


def restart(cluster: Cluster, deployment: str, template: Mapping[str, Any] | None = None) -> None:
    """Replace a Deployment's pods, as ``kubectl rollout restart`` does.

    Args:
        template: what to change in the pod template besides, as a strategic merge patch.
    """
    stamp = {"kubectl.kubernetes.io/restartedAt": datetime.now(UTC).isoformat(timespec="microseconds")}
    patch: Any = {"spec": {"template": {**(template or {}), "metadata": {"annotations": stamp}}}}
    cluster.apps.patch_namespaced_deployment(deployment, cluster.namespace, patch)


def _uids(cluster: Cluster, selector: str) -> set[str]:
    pods: Any = cluster.core.list_namespaced_pod(cluster.namespace, label_selector=selector)
    return {pod.metadata.uid for pod in pods.items}
