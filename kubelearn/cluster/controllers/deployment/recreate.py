"""The Recreate strategy: all old pods go before the first new one comes (K/pkg/controller/deployment/recreate.go)."""

from __future__ import annotations

from kubelearn.cluster.controllers.framework.pods import is_finished

from .numbers import active, status_total, wanted
from .rollout import Rollout
from .status import is_complete


def reconcile(rollout: Rollout) -> None:
    """Take one step: scale old ReplicaSets to nothing, wait, then scale the new one up."""
    rollout.find_new()
    scaled_down = [rollout.scale(item, 0) for item in active(rollout.old)]
    if not any(scaled_down) and not _old_pods_run(rollout):
        new = rollout.find_or_create_new()
        rollout.scale(new, wanted(rollout.deployment))
        if is_complete(rollout.deployment, rollout.deployment.get("status") or {}):
            rollout.clean_up()
    rollout.write_rollout_status()


def _old_pods_run(rollout: Rollout) -> bool:
    """Return whether pods of old ReplicaSets exist that have not ended (oldPodsRunning)."""
    if status_total(rollout.old, "replicas") > 0:
        return True
    return any(not is_finished(pod) for item in rollout.old for pod in rollout.pods_of(item))
