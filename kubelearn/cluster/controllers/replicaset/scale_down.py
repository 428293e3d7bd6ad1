"""Which pods go first when a ReplicaSet shrinks (K/pkg/controller/controller_utils.go, ActivePodsWithRanks)."""

from __future__ import annotations

import math
import time
from collections import Counter
from dataclasses import dataclass
from functools import cmp_to_key

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.framework.pods import is_active, restarts
from kubelearn.cluster.meta import Object

_COST = "controller.kubernetes.io/pod-deletion-cost"
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


def victims(pods: list[Object], related: list[Object], count: int) -> list[Object]:
    """Return the pods to delete.

    Args:
        pods: the active pods of the ReplicaSet.
        related: the pods of all ReplicaSets with the same owner; of two equal pods, the one
            with more of them on its node goes first.
        count: how many.
    """
    if count >= len(pods):
        return pods
    crowd = Counter(pod["spec"].get("nodeName", "") for pod in related if is_active(pod))
    now = time.time()
    candidates = [_candidate(pod, crowd, now) for pod in pods]
    return [candidate.pod for candidate in sorted(candidates, key=cmp_to_key(_compare))[:count]]


@dataclass(slots=True)
class _Candidate:
    """A pod with what decides; of ages only the magnitude matters."""

    pod: Object
    rank: tuple[bool, int, bool, int, int]
    ready_since: str
    ready_magnitude: int
    restarts: int
    created: str
    magnitude: int


def _candidate(pod: Object, crowd: Counter[str], now: float) -> _Candidate:
    node, ready = pod["spec"].get("nodeName", ""), meta.condition(pod, "Ready")
    is_ready = ready is not None and ready["status"] == "True"
    since = (ready or {}).get("lastTransitionTime") or "" if is_ready else ""
    created: str = pod["metadata"]["creationTimestamp"]
    rank = bool(node), _PHASES.get(meta.phase_of(pod), 1), is_ready, deletion_cost(pod), -crowd[node]
    return _Candidate(pod, rank, since, _magnitude(since, now), restarts(pod), created, _magnitude(created, now))


def _compare(one: _Candidate, other: _Candidate) -> int:
    if one.rank != other.rank:
        return -1 if one.rank < other.rank else 1
    if one.ready_since != other.ready_since:
        return one.ready_magnitude - other.ready_magnitude or _by_chance(one, other)
    if one.restarts != other.restarts:
        return other.restarts - one.restarts
    if one.created != other.created:
        return one.magnitude - other.magnitude or _by_chance(one, other)
    return 0


def _by_chance(one: _Candidate, other: _Candidate) -> int:
    """Ages of one power of two are equal: the uid decides."""
    return -1 if one.pod["metadata"]["uid"] < other.pod["metadata"]["uid"] else 1


def _magnitude(since: str, now: float) -> int:
    age = now - meta.seconds_of(since) if since else 0.0
    return int(math.log2(age * 1e9)) if age > 0 else -1


def deletion_cost(pod: Object) -> int:
    """Return the cost that a pod's annotation gives; the API refuses what is not a number."""
    try:
        return int(meta.annotations_of(pod).get(_COST, "0"))
    except ValueError:
        return 0
