"""The RollingUpdate strategy (K/pkg/controller/deployment/rolling.go)."""

from __future__ import annotations

from kubelearn.cluster import meta

from .numbers import active, max_unavailable, new_replicas, status_count, status_total, total, wanted
from .rollout import Rollout
from .status import is_complete


def reconcile(rollout: Rollout) -> None:
    """Take one step: scale the new ReplicaSet up, else old ones down."""
    rollout.find_or_create_new()
    is_scaling = _scale_up(rollout) or _scale_down(rollout)
    if not is_scaling and is_complete(rollout.deployment, rollout.deployment.get("status") or {}):
        rollout.clean_up()
    rollout.write_rollout_status()


def _scale_up(rollout: Rollout) -> bool:
    """Scale the new ReplicaSet as far as surge allows (reconcileNewReplicaSet)."""
    deployment, new = rollout.deployment, rollout.new
    if new is None or wanted(new) == wanted(deployment):
        return False
    if wanted(new) > wanted(deployment):
        return rollout.scale(new, wanted(deployment))
    return rollout.scale(new, new_replicas(deployment, rollout.all, new))


def _scale_down(rollout: Rollout) -> bool:
    """Scale old ReplicaSets down as far as availability allows (reconcileOldReplicaSets)."""
    old = active(rollout.old)
    if not old or rollout.new is None:
        return False
    minimum = wanted(rollout.deployment) - max_unavailable(rollout.deployment)
    # New pods that are not available yet count as unavailable: they must not cost old ones.
    new_unavailable = wanted(rollout.new) - status_count(rollout.new, "availableReplicas")
    limit = total(rollout.all) - minimum - new_unavailable
    if limit <= 0:
        return False
    cleaned = _remove_unhealthy(rollout, limit)
    return _remove_healthy(rollout, minimum) + cleaned > 0


def _remove_unhealthy(rollout: Rollout, limit: int) -> int:
    """Remove old replicas that are not available, up to a limit (cleanupUnhealthyReplicas)."""
    removed = 0
    for item in sorted(active(rollout.old), key=meta.by_age):
        count = min(limit - removed, wanted(item) - status_count(item, "availableReplicas"))
        if count > 0:
            rollout.scale(item, wanted(item) - count)
            removed += count
    return removed


def _remove_healthy(rollout: Rollout, minimum: int) -> int:
    """Remove old replicas that are available but not needed (scaleDownOldReplicaSetsForRollingUpdate)."""
    surplus, removed = status_total(rollout.all, "availableReplicas") - minimum, 0
    for item in sorted(active(rollout.old), key=meta.by_age):
        count = min(surplus - removed, wanted(item))
        if count > 0:
            rollout.scale(item, wanted(item) - count)
            removed += count
    return removed
