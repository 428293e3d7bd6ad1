"""The loop: act, let the cluster come to rest, check."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

import kubelearn

from .actions import AGNHOST, Learner
from .api import Api
from .invariants import problems

#: How long the cluster may take to come to rest, in seconds.
PATIENCE = 30.0


class Unsettled(AssertionError):
    """An invariant does not hold, however long one waits."""


@dataclass(frozen=True)
class Step:
    """One action.

    Attributes:
        text: what was done.
        settled: seconds until everything held again.
        memory: resident memory of the process in MB.
        requests: to the API so far.
    """

    number: int
    text: str
    settled: float
    memory: float
    requests: int


def soak(seed: int, pace: float) -> Iterator[Step]:
    """Act for ever, on a cluster of its own.

    Args:
        seed: of the cluster and of the actions.
        pace: factor on the cluster's lags.

    Raises:
        Unsettled: with the action that broke something, and what it broke.
        ServerFailed: the API answered with a 5xx.
    """
    with kubelearn.connect(seed=seed, pace=pace) as cluster:
        api = Api(cluster.api, "default")
        api.create(
            "pods",
            {
                "metadata": {"name": "client"},
                "spec": {"containers": [{"name": "c", "image": AGNHOST, "args": ["pause"]}]},
            },
        )
        while api.call("GET", api.path("pods", "client"))[1]["status"]["phase"] != "Running":
            time.sleep(0.01)
        learner, number = Learner(cluster, api, seed), 0
        while True:
            number += 1
            text = learner.act()
            settled = settle(api, text)
            gc.collect()
            yield Step(number, text, settled, psutil.Process().memory_info().rss / 1e6, api.requests)


def settle(api: Api, text: str) -> float:
    """Wait until all invariants hold and return how long that took, in seconds.

    Raises:
        Unsettled: they do not.
    """
    begin = time.monotonic()
    while found := problems(api):
        if time.monotonic() - begin > PATIENCE:
            raise Unsettled(f"after {text}\n" + "\n".join(found))
        time.sleep(0.02)
    return time.monotonic() - begin
