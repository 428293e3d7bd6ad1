"""Requests from a pod inside the cluster, and who answered them."""

from __future__ import annotations

import math
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from kubelearn.target.connection import Cluster
from kubelearn.target.deadline import Deadline
from kubelearn.target.execution import Execution
from kubelearn.views.display import Table

from . import curl

#: Half as much again as kube-proxy waits between two changes of its rules (``minSyncPeriod``), in seconds.
_RULES_LAG = 1.5
#: What the marks beside the bars of a picture mean.
EXPECTED_MARKS = "dashed: expected share; grey: where 95 of 100 runs end"
#: Requests for each pod behind a Service, by which one that gets none is found out: one of three is missed once in
#: 200,000 times.
_EACH = 10
#: Two-sided 95 % of a normal distribution, in standard deviations.
_Z95 = 1.96


@dataclass
class Traffic:
    """Answers to requests.

    Attributes:
        answers: pod name → requests that it answered.
        failures: curl's message, with N for times (:func:`kubelearn.views.traffic.curl.kind`) → requests that failed
            with it.
        expected: names of the pods that should share the requests; it may change meanwhile.
        sticky: whether one pod answers all of them: one connection, or session affinity.
    """

    answers: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    expected: Sequence[str] = ()
    sticky: bool = False
    _mean: dict[str, float] = field(default_factory=lambda: defaultdict(float), repr=False)
    _variance: dict[str, float] = field(default_factory=lambda: defaultdict(float), repr=False)

    def add(self, line: str) -> None:
        """Count one line that the client printed."""
        if curl.failed(line):
            self.failures[curl.kind(line)] += 1
            return
        self.answers[line] += 1
        for pod in self.expected:
            chance = 1 / len(self.expected)
            self._mean[pod] += chance
            self._variance[pod] += chance * (1 - chance)

    def expectation(self, pod: str) -> tuple[float, float, float]:
        """Return a pod's expected count and its 95 % band.

        They are summed over the requests that were sent while it was one of the expected pods.
        """
        if not self.expected and not self._mean:
            return self.share, *self.band
        mean, half = self._mean.get(pod, 0.0), _Z95 * math.sqrt(self._variance.get(pod, 0.0))
        return mean, max(0.0, mean - half), min(float(self.answers.total()), mean + half)

    @property
    def changed(self) -> bool:
        """Whether the expected pods changed while requests were sent."""
        return bool(self._mean) and set(self._mean) != set(self.expected)

    @property
    def total(self) -> int:
        """Requests that were sent, answered or not."""
        return self.answers.total() + self.failures.total()

    @property
    def pods(self) -> list[str]:
        """Every pod that answered or should have, in the order of their names."""
        return sorted({*self.expected, *self.answers})

    @property
    def share(self) -> float:
        """Requests that each pod answers on average."""
        return self.answers.total() / len(self.pods) if self.pods else 0.0

    @property
    def band(self) -> tuple[float, float]:
        """Where a pod's count lies in 95 of 100 runs, if each connection goes to a pod at random."""
        return band(self.answers.total(), len(self.pods))

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a pod: its name, its requests, its share in per cent."""
        total = self.answers.total() or 1
        return [
            {"pod": pod, "requests": self.answers[pod], "percent": round(100 * self.answers[pod] / total, 1)}
            for pod in self.pods
        ]

    def table(self) -> Table:
        """Return the rows as a table.

        There is one more for each kind of failure, so that the requests add up to all that were sent.
        """
        rows = [(row["pod"], row["requests"], f"{row['percent']} %") for row in self.rows()]
        return Table(
            ("Pod", "Requests", "Share"),
            [*rows, *((message, count, "") for message, count in self.failures.most_common())],
        )

    @property
    def summary(self) -> str:
        """The result in a sentence or two."""
        return self.told(self.pods)

    def told(self, order: Sequence[str]) -> str:
        """Return the summary with the counts in an order of pods: those of a picture's bars, for one."""
        if not self.total:
            return "No requests yet."
        known = set(self.pods)
        counts = [self.answers[pod] for pod in order if pod in known]
        text = f"{self.answers.total()} of {self.total} requests were answered"
        if counts:
            listed = ", ".join(map(str, counts))
            text += f" by {len(self.answers)} of {len(counts)} pods: {listed}. {self._expected_text}"
        text += "."
        for message, count in self.failures.most_common():
            text += f" {count} failed: {message}."
        return text

    @property
    def _expected_text(self) -> str:
        if self.sticky:
            return "One pod was expected to answer all"
        if self.changed:
            return "The pods behind the Service changed meanwhile"
        low, high = self.band
        return f"Expected: {self.share:.0f} each, {low:.0f} to {high:.0f} in 95 of 100 runs"

    def __repr__(self) -> str:
        return self.summary


def band(total: int, pods: int) -> tuple[float, float]:
    """Return the 95 % band of one pod's count when ``total`` connections choose among ``pods`` at random."""
    if not pods or not total:
        return 0.0, 0.0
    mean = total / pods
    half = _Z95 * math.sqrt(mean * (1 - 1 / pods))
    return max(0.0, mean - half), min(float(total), mean + half)


def check_url(url: str) -> None:
    """Refuse what a shell would not take as one plain word.

    Raises:
        ValueError: a URL with a quote, a space or a sign of the shell's in it.
    """
    if any(character in url for character in "'\"` \n$;&|<>\\"):
        raise ValueError(f"not a URL: {url!r}")


def new_mark() -> str:
    """Return the path of a file that ends a command in a pod: it does not end because nobody listens to it any more."""
    return f"/tmp/kubelearn-{uuid.uuid4().hex}"  # noqa: S108 - in the client pod, which is the learner's own


def end(cluster: Cluster, client: str, *marks: str) -> None:
    """End commands in a pod before their next request.

    Args:
        client: the pod.
        marks: from :func:`new_mark`, one for each command.

    Raises:
        NotRunningError: there is no such pod, or it does not run.
    """
    cluster.exec(client, "touch", *marks)


def command(
    url: str, requests: int, keep_alive: bool = False, timeout: int = 3, rate: int = 0, mark: str = ""
) -> list[str]:
    """Return the command that sends requests: a line of output for each.

    Args:
        url: what to call.
        requests: how many times.
        keep_alive: one connection for all of them, instead of one for each.
        timeout: seconds after which a request is given up.
        rate: requests per second; 0 for as many as possible.
        mark: path of a file that ends it before the next request; one connection for all of them lasts until the last.

    Raises:
        ValueError: no requests, or a URL with a quote or a space in it.
    """
    if requests < 1:
        raise ValueError(f"requests must be at least 1, not {requests}")
    check_url(url)
    if keep_alive:
        pace = f"--rate {rate}/s " if rate else ""
        urls = f"$(for i in $(seq {requests}); do echo {url}; done)"
        script = f"curl -sS -m {timeout + requests} {pace}-w '\\n' {urls} 2>&1"
    else:
        pause = f"; sleep {1 / rate:.3f}" if rate else ""
        check = f"[ -e {mark} ] && rm {mark} && break; " if mark else ""
        one = f"{check}curl -sS -m {timeout} {url} && echo{pause}"
        script = f"exec 2>&1; for i in $(seq {requests}); do {one}; done"
    return ["sh", "-c", script]


def stream(
    cluster: Cluster,
    url: str,
    requests: int = 300,
    *,
    client: str = "client",
    keep_alive: bool = False,
    expected: Sequence[str] = (),
    rate: int = 0,
    stop: threading.Event | None = None,
) -> Iterator[Traffic]:
    """Send requests and yield the counts as they grow; always the same object.

    Args:
        cluster: the handle.
        url: what to call, as a pod sees it; it should answer with the pod's name.
        requests: how many.
        client: the pod that sends them.
        keep_alive: send all of them over one connection.
        expected: names of the pods that should share them.
        rate: requests per second; 0 for as many as possible.
        stop: ends the stream early when it is set.

    Raises:
        ValueError: no requests, or not a URL.
        NotRunningError: there is no such client pod, or it does not run.
    """
    traffic = Traffic(expected=expected, sticky=keep_alive)
    mark = new_mark() if stop is not None else ""
    words = command(url, requests, keep_alive, rate=rate, mark=mark)
    execution = Execution(cluster.core, cluster.namespace, client, words)
    try:
        for line in execution.lines(timeout=60 + 4 * requests, stop=stop):
            if line:
                traffic.add(line)
                yield traffic
        if stop is not None and stop.is_set() and not keep_alive:
            end(cluster, client, mark)
    finally:
        execution.close()


def send(
    cluster: Cluster,
    url: str,
    requests: int = 300,
    *,
    client: str = "client",
    keep_alive: bool = False,
    expected: Sequence[str] = (),
) -> Traffic:
    """Send requests, wait for all of them, and return who answered (arguments as for :func:`stream`)."""
    traffic = Traffic(expected=expected, sticky=keep_alive)
    for latest in stream(cluster, url, requests, client=client, keep_alive=keep_alive, expected=expected):
        traffic = latest
    return traffic


def settle(cluster: Cluster, *services: str, path: str = "hostname", client: str = "client", limit: float = 60) -> None:
    """Wait until Services are answered by all ready pods behind them, and by nobody else.

    Each node has rules of its own for Services, and learns of a change a second later or so.

    Args:
        cluster: the handle.
        services: their names; each is called at its first port.
        path: what to call; it should answer with the pod's name.
        client: the pod to call from.
        limit: seconds after which it is given up.

    Raises:
        TimeoutError: that did not happen in time; says what was seen instead.
        kubernetes.client.ApiException: there is no such Service.
        NotRunningError: there is no such client pod, or it does not run.
    """
    deadline = Deadline(limit)
    while True:
        # Until the rules have followed, some requests would take old ways: no good to learn from, and the seed's
        # choices would not repeat.
        before = _versions(cluster, services)
        time.sleep(_RULES_LAG)
        late = deadline.passed
        if _versions(cluster, services) != before and not late:
            continue
        faults = [fault for service in services if (fault := _unsettled(cluster, service, path, client))]
        if not faults:
            return
        if late:
            raise TimeoutError(f"after {limit:g} s, {'; '.join(faults)}")


def _versions(cluster: Cluster, services: Sequence[str]) -> list[str]:
    """Return the versions of Services' EndpointSlices: they change whenever a pod comes, goes, or gets ready."""
    return [
        item.metadata.resource_version for service in services for item in _slices(cluster, service, cluster.namespace)
    ]


def _unsettled(cluster: Cluster, service: str, path: str, client: str) -> str:
    """Say what is wrong with a Service's answers; nothing if they come from all of its pods and no others."""
    found: Any = cluster.core.read_namespaced_service(service, cluster.namespace)
    url, pods = f"http://{service}:{found.spec.ports[0].port}/{path}", ready_pods(cluster, service)
    if not pods:
        return f"the Service {service} has no ready pod"
    check_url(url)
    requests = _EACH * len(pods)
    script = f"for i in $(seq {requests}); do curl -s -m 1 {url} || break; echo; done"
    answers = cluster.exec(client, "sh", "-c", script).stdout.split()
    if len(answers) < requests:
        return f"{url} does not always answer"
    missing, strangers = sorted(set(pods) - set(answers)), sorted(set(answers) - set(pods))
    if missing:
        return f"{url} is not answered by {missing[0]}"
    return f"{url} is answered by {strangers[0]}" if strangers else ""


def ready_pods(cluster: Cluster, service: str, namespace: str = "") -> list[str]:
    """Return the names of the pods behind a Service that get traffic, from its EndpointSlices."""
    slices = _slices(cluster, service, namespace or cluster.namespace)
    endpoints = [endpoint for item in slices for endpoint in item.endpoints or ()]
    return sorted(
        str(each.target_ref.name)
        for each in endpoints
        if each.target_ref and (each.conditions is None or each.conditions.ready is not False)
    )


def _slices(cluster: Cluster, service: str, namespace: str) -> list[Any]:
    found: Any = cluster.discovery.list_namespaced_endpoint_slice(
        namespace, label_selector=f"kubernetes.io/service-name={service}"
    )
    return list(found.items)
