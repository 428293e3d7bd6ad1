"""The arithmetic of Deployments: surge, unavailability and counts.

K/pkg/controller/deployment/util/deployment_util.go.
"""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.framework.numbers import scaled
from kubelearn.cluster.meta import Object

DESIRED = "deployment.kubernetes.io/desired-replicas"
MAXIMUM = "deployment.kubernetes.io/max-replicas"


def wanted(obj: Object) -> int:
    """Return ``spec.replicas`` of a Deployment or ReplicaSet."""
    replicas: int = obj["spec"].get("replicas", 1)
    return replicas


def status_count(obj: Object, field: str) -> int:
    """Return a count of the status, ``readyReplicas`` for example; the API leaves zeros out."""
    count: int = (obj.get("status") or {}).get(field, 0)
    return count


def total(sets: Iterable[Object | None]) -> int:
    """Return how many replicas ReplicaSets are to have together."""
    return sum(wanted(item) for item in sets if item is not None)


def status_total(sets: Iterable[Object | None], field: str) -> int:
    """Return the sum of one count in the status of ReplicaSets."""
    return sum(status_count(item, field) for item in sets if item is not None)


def active(sets: Iterable[Object | None]) -> list[Object]:
    """Return the ReplicaSets that are to have replicas."""
    return [item for item in sets if item is not None and wanted(item) > 0]


def is_rolling(deployment: Object) -> bool:
    """Return whether the strategy is RollingUpdate and not Recreate."""
    return bool(deployment["spec"]["strategy"]["type"] == "RollingUpdate")


def _fenceposts(deployment: Object) -> tuple[int, int]:
    """Return (surge, unavailable): the one rounded up, the other down, never both zero (ResolveFenceposts)."""
    rolling = deployment["spec"]["strategy"].get("rollingUpdate") or {}
    replicas = wanted(deployment)
    surge = scaled(rolling.get("maxSurge", "25%"), replicas, round_up=True)
    unavailable = scaled(rolling.get("maxUnavailable", "25%"), replicas, round_up=False)
    return surge, unavailable if surge or unavailable else 1


def max_surge(deployment: Object) -> int:
    """Return how many pods there may be beyond ``spec.replicas``; none with Recreate (MaxSurge)."""
    return _fenceposts(deployment)[0] if is_rolling(deployment) else 0


def max_unavailable(deployment: Object) -> int:
    """Return how many pods may be missing during a rollout, at most all of them (MaxUnavailable)."""
    replicas = wanted(deployment)
    return min(_fenceposts(deployment)[1], replicas) if is_rolling(deployment) and replicas else 0


def new_replicas(deployment: Object, sets: Iterable[Object | None], new: Object) -> int:
    """Return how many replicas the new ReplicaSet may have now (NewRSNewReplicas)."""
    if not is_rolling(deployment):
        return wanted(deployment)
    room = wanted(deployment) + max_surge(deployment) - total(sets)
    if room <= 0:
        return wanted(new)
    return wanted(new) + min(room, wanted(deployment) - wanted(new))


def is_saturated(deployment: Object, new: Object | None) -> bool:
    """Return whether the new ReplicaSet has everything that the Deployment wants (IsSaturated)."""
    return (
        new is not None
        and wanted(new) == meta.annotated_number(new, DESIRED) == wanted(deployment)
        and status_count(new, "availableReplicas") == wanted(deployment)
    )


def proportion(item: Object, deployment: Object, to_add: int, added: int) -> int:
    """Return one ReplicaSet's share of replicas to add, or to remove (GetReplicaSetProportion)."""
    allowed = to_add - added
    if not wanted(item) or not to_add or not allowed:
        return 0
    share = _fraction(item, deployment)
    return min(share, allowed) if to_add > 0 else max(share, allowed)


def _fraction(item: Object, deployment: Object) -> int:
    if not wanted(deployment):
        return -wanted(item)
    before = meta.annotated_number(item, MAXIMUM) or status_count(deployment, "replicas")
    if not before:
        return 0
    exact = wanted(item) * (wanted(deployment) + max_surge(deployment)) / before
    # Go's math.Round rounds halves away from zero; Python's round to even.
    return int(exact + 0.5) - wanted(item)
