"""Status and conditions of Deployments (K/pkg/controller/deployment/{sync,progress}.go)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object

from .numbers import max_unavailable, status_count, status_total, total, wanted

#: The greatest int32 means "no deadline" and "keep all revisions".
UNLIMITED = 2**31 - 1

Sets = Sequence[Object | None]
Change = Callable[[Object], None]


def has_deadline(deployment: Object) -> bool:
    """Return whether a rollout may fail for lack of progress (HasProgressDeadline)."""
    return bool(deployment["spec"].get("progressDeadlineSeconds", UNLIMITED) != UNLIMITED)


def find(conditions: list[Object], kind: str) -> Object | None:
    """Return the condition of one type."""
    return next((item for item in conditions if item["type"] == kind), None)


def without(conditions: list[Object], kind: str) -> list[Object]:
    """Return the conditions of all other types."""
    return [item for item in conditions if item["type"] != kind]


def with_condition(conditions: list[Object], kind: str, status: str, reason: str, message: str) -> list[Object]:
    """Return conditions with one set (SetDeploymentCondition).

    Nothing changes when status and reason are what they were; lastTransitionTime changes only
    with the status.  What changes goes to the end.
    """
    current = find(conditions, kind)
    if current is not None and (current["status"], current["reason"]) == (status, reason):
        return conditions
    now = meta.timestamp()
    since = current["lastTransitionTime"] if current is not None and current["status"] == status else now
    condition = {
        "type": kind,
        "status": status,
        "lastUpdateTime": now,
        "lastTransitionTime": since,
        "reason": reason,
        "message": message,
    }
    return [*without(conditions, kind), condition]


def conditions_of(deployment: Object) -> list[Object]:
    """Return the conditions in a Deployment's status, in a list of their own."""
    return list((deployment.get("status") or {}).get("conditions") or ())


def calculate(deployment: Object, sets: Sets, new: Object | None) -> Object:
    """Return the status that the ReplicaSets' counts make (calculateStatus)."""
    available = status_total(sets, "availableReplicas")
    conditions = conditions_of(deployment)
    if available >= wanted(deployment) - max_unavailable(deployment):
        said = ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
    else:
        said = ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    conditions = with_condition(conditions, "Available", *said)
    counts = {
        "observedGeneration": deployment["metadata"]["generation"],
        "replicas": status_total(sets, "replicas"),
        "updatedReplicas": status_total([new], "replicas"),
        "readyReplicas": status_total(sets, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, total(sets) - available),
        "terminatingReplicas": _terminating(sets),
        "collisionCount": (deployment.get("status") or {}).get("collisionCount"),
    }
    return _assembled(counts, conditions)


def _terminating(sets: Sets) -> int | None:
    """Return how many pods are on their way out; unknown until every ReplicaSet has said it."""
    counts = [(item.get("status") or {}).get("terminatingReplicas") for item in sets if item is not None]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _assembled(counts: Object, conditions: list[Object]) -> Object:
    """Return a status without what is zero, as Go writes it; terminatingReplicas is a pointer."""
    status = {key: count for key, count in counts.items() if count or (key == "terminatingReplicas" and count == 0)}
    if conditions:
        status["conditions"] = conditions
    return status


def during_rollout(deployment: Object, sets: Sets, new: Object | None) -> Object:
    """Return the status with an estimate of progress (syncRolloutStatus)."""
    status = calculate(deployment, sets, new)
    conditions: list[Object] = status.pop("conditions", [])
    if not has_deadline(deployment):
        conditions = without(conditions, "Progressing")
    else:
        current = find(conditions_of(deployment), "Progressing")
        settled = (
            status.get("replicas") == status.get("updatedReplicas")
            and current is not None
            and current["reason"] == "NewReplicaSetAvailable"
        )
        if not settled:
            conditions = _with_progress(deployment, status, conditions, new)
    conditions = _with_failure(conditions, sets, new)
    return _assembled(status, conditions)


def _with_progress(deployment: Object, status: Object, conditions: list[Object], new: Object | None) -> list[Object]:
    subject = f'ReplicaSet "{meta.name_of(new)}"' if new is not None else f'Deployment "{meta.name_of(deployment)}"'
    if is_complete(deployment, status):
        return with_condition(
            conditions, "Progressing", "True", "NewReplicaSetAvailable", f"{subject} has successfully progressed."
        )
    if _is_progressing(deployment, status):
        # Progress is noted by a new lastUpdateTime even when the reason stays the same.
        current = find(conditions, "Progressing")
        updated = with_condition(
            without(conditions, "Progressing"), "Progressing", "True", "ReplicaSetUpdated", f"{subject} is progressing."
        )
        if current is not None and current["status"] == "True":
            updated[-1]["lastTransitionTime"] = current["lastTransitionTime"]
        return updated
    if is_timed_out(deployment):
        return with_condition(
            conditions, "Progressing", "False", "ProgressDeadlineExceeded", f"{subject} has timed out progressing."
        )
    return conditions


def _with_failure(conditions: list[Object], sets: Sets, new: Object | None) -> list[Object]:
    """Return conditions with the ReplicaSets' failure, the new one's before others' (getReplicaFailures)."""
    for item in (new, *sets):
        failure = meta.condition(item, "ReplicaFailure") if item is not None else None
        if failure is not None:
            result = with_condition(
                conditions, "ReplicaFailure", failure["status"], failure["reason"], failure["message"]
            )
            if result is not conditions:
                result[-1]["lastUpdateTime"] = failure["lastTransitionTime"]
            return result
    return without(conditions, "ReplicaFailure")


def is_complete(deployment: Object, status: Object) -> bool:
    """Return whether all replicas are new and available (DeploymentComplete)."""
    replicas = wanted(deployment)
    counts = (status.get("updatedReplicas", 0), status.get("replicas", 0), status.get("availableReplicas", 0))
    return counts == (replicas,) * 3 and status.get("observedGeneration", 0) >= deployment["metadata"]["generation"]


def _is_progressing(deployment: Object, status: Object) -> bool:
    """Return whether a status is nearer to the goal than the Deployment's (DeploymentProgressing)."""
    old_before = status_count(deployment, "replicas") - status_count(deployment, "updatedReplicas")
    old_now = status.get("replicas", 0) - status.get("updatedReplicas", 0)
    risen = any(
        status.get(field, 0) > status_count(deployment, field)
        for field in ("updatedReplicas", "readyReplicas", "availableReplicas")
    )
    return bool(risen or old_now < old_before)


def is_timed_out(deployment: Object) -> bool:
    """Return whether nothing has progressed for progressDeadlineSeconds (DeploymentTimedOut)."""
    current = find(conditions_of(deployment), "Progressing")
    if not has_deadline(deployment) or current is None or current["reason"] == "NewReplicaSetAvailable":
        return False
    if current["reason"] == "ProgressDeadlineExceeded":
        return True
    deadline: int = deployment["spec"]["progressDeadlineSeconds"]
    return meta.seconds_of(current["lastUpdateTime"]) + deadline < time.time()


def seconds_until_check(deployment: Object) -> float | None:
    """Return when to look again whether a rollout is stuck (requeueStuckDeployment)."""
    current = find(conditions_of(deployment), "Progressing")
    if not has_deadline(deployment) or current is None or current["reason"] == "ProgressDeadlineExceeded":
        return None
    if is_complete(deployment, deployment.get("status") or {}):
        return None
    deadline: int = deployment["spec"]["progressDeadlineSeconds"]
    # Time stamps have whole seconds: look a second later than computed.
    return max(0.0, meta.seconds_of(current["lastUpdateTime"]) + deadline - time.time()) + 1.0
