"""The shop of the capstone: its names, its images, and the question who answers a visitor.

The front end's image is the tutorial's: it passes everything on to ``http://hello``, which is looked up when it
starts. The back end's says its pod's name in a page of several lines, and answers slowly where it is asked to.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import partial

from kubernetes.client import ApiException

from kubelearn.course.exercises.core import NotYet
from kubelearn.course.exercises.probe import Found, patiently
from kubelearn.course.exercises.through import Run
from kubelearn.course.exercises.words import counted, listed
from kubelearn.target.connection import Cluster
from kubelearn.views.traffic import curl

#: The back end, where its pods listen, and how many there are.
STOCK, STOCK_TARGET, REPLICAS = "stock", 9898, 2
#: The front end, its namespace, and the name that its image calls.
SHOP, FRONT, HELLO = "shop", "front", "hello"
#: Where the planted fault is.
BRANCH = "branch"
STOCK_IMAGE = "ghcr.io/stefanprodan/podinfo:6.8.0"
SHOP_IMAGE = "gcr.io/google-samples/hello-frontend:1.0"
#: Seconds that a slow request takes.
SLOW = 6
#: Requests enough that each of two pods answers one with a probability of 0.99998.
_REQUESTS = 17


def answered(run: Run, url: str, pods: Collection[str]) -> str:
    """Call a URL until exactly these pods answer, at most a few seconds; returns a sentence that says who did.

    Args:
        run: runs a command in the calling pod.
        url: a page of the back end.
        pods: names of the pods that should answer.

    Raises:
        NotYet: no answer, another one, or a pod that never answers.
    """
    return patiently(partial(_ask, run, url, pods))


def _ask(run: Run, url: str, pods: Collection[str]) -> str:
    loop = f"for i in $(seq {_REQUESTS}); do curl -sS -m 3 {url} 2>&1 | tr -d '\\r\\n'; echo; done"
    first = run("curl", "-sS", "-m", "3", url)
    if first.code:
        raise NotYet(f"from a pod, `curl {url}` gets no answer: `{first.stderr.strip()}`")
    _who(first.stdout, url, pods)
    seen = {_who(line, url, pods) for line in run("sh", "-c", loop).stdout.splitlines() if line}
    silent = sorted(set(pods) - seen)
    if silent:
        raise NotYet(f"of {counted(_REQUESTS, 'request')} to `{url}`, none reached the pod `{silent[0]}`")
    return f"{counted(_REQUESTS, 'request')} to `{url}` were answered by {listed(seen, 'nobody')}"


def _who(answer: str, url: str, pods: Collection[str]) -> str:
    """Return which pod an answer comes from."""
    said = " ".join(answer.split())
    if curl.failed(said):
        raise NotYet(f"from a pod, `curl {url}` does not always get an answer: `{said}`")
    if "502 Bad Gateway" in said:
        raise NotYet(f"`{url}` answers `502 Bad Gateway`: the front end looks for its back end and does not reach it")
    try:
        name = str(json.loads(answer)["hostname"])
    except (ValueError, LookupError, TypeError):
        raise NotYet(f"`{url}` answers, but not with the page of the back end: `{said[:80]}`") from None
    if name not in pods:
        raise NotYet(
            f"`{url}` was answered by `{name}`, which is not one of the right pods. Expected: {listed(pods, 'none')}"
        )
    return name


def asked(cluster: Cluster, pods: Collection[str], namespace: str) -> int:
    """Return how many requests the front end's pods have noted in their logs."""
    logs: list[str] = [cluster.core.read_namespaced_pod_log(pod, namespace) for pod in pods]
    return sum(log.count('"GET /') for log in logs)


def why_crashing(cluster: Cluster, found: Found) -> str:
    """Return the last line that a crashed container has written; nothing if none has crashed."""
    for status in found.status.container_statuses or ():
        if status.restart_count and not status.ready:
            name, namespace = found.metadata.name, found.metadata.namespace
            try:
                log = str(cluster.core.read_namespaced_pod_log(name, namespace, container=status.name, previous=True))
            except ApiException:  # it is just replaced
                return ""
            return log.strip().splitlines()[-1] if log.strip() else ""
    return ""
