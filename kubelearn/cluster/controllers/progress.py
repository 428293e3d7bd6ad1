"""How far a rollout is: its steps down, its status and its conditions (deployment rolling.go, progress.go)."""

from __future__ import annotations

import time

from .. import meta
from ..meta import Object
from . import revisions

_MET = ("MinimumReplicasAvailable", "Deployment has minimum availability.")
_UNMET = ("MinimumReplicasUnavailable", "Deployment does not have minimum availability.")


def _count(replicasets: list[Object], key: str) -> int:
    return sum((rs.get("status") or {}).get(key, 0) for rs in replicasets)


def is_complete(deployment: Object) -> bool:
    """Return whether all replicas are of the new template and available."""
    status, wanted = deployment.get("status") or {}, deployment["spec"]["replicas"]
    return (all(status.get(key, 0) == wanted for key in ("updatedReplicas", "replicas", "availableReplicas"))
            and status.get("observedGeneration", 0) >= deployment["metadata"]["generation"])


def is_saturated(deployment: Object, new: Object) -> bool:
    wanted = deployment["spec"]["replicas"]
    desired = (new["metadata"].get("annotations") or {}).get(revisions.DESIRED)
    return new["spec"]["replicas"] == wanted and desired == str(wanted) and (new.get("status") or {}).get("availableReplicas", 0) == wanted


def scale_down(deployment: Object, new: Object, old: list[Object]) -> list[tuple[Object, int]]:
    """Return which old ReplicaSets shrink to what, unhealthy pods first (rolling.go reconcileOldReplicaSets)."""
    everything = [*old, new]
    least = deployment["spec"]["replicas"] - revisions.limits(deployment)[1]
    unready = new["spec"]["replicas"] - (new.get("status") or {}).get("availableReplicas", 0)
    room = sum(rs["spec"]["replicas"] for rs in everything) - least - unready
    if room <= 0:
        return []
    sizes = {rs["metadata"]["uid"]: rs["spec"]["replicas"] for rs in old}
    ordered = revisions.by_age([rs for rs in old if rs["spec"]["replicas"]])
    for rs in ordered:
        sick = rs["spec"]["replicas"] - (rs.get("status") or {}).get("availableReplicas", 0)
        gone = min(max(sick, 0), room)
        sizes[rs["metadata"]["uid"]] -= gone
        room -= gone
    spare = _count(everything, "availableReplicas") - least
    for rs in ordered:
        gone = min(sizes[rs["metadata"]["uid"]], max(spare, 0))
        sizes[rs["metadata"]["uid"]] -= gone
        spare -= gone
    return [(rs, sizes[rs["metadata"]["uid"]]) for rs in ordered if sizes[rs["metadata"]["uid"]] != rs["spec"]["replicas"]]


def proportions(deployment: Object, active: list[Object]) -> dict[str, int]:
    """Return the sizes of several active ReplicaSets after the Deployment was resized (sync.go scale)."""
    allowed = deployment["spec"]["replicas"] + revisions.limits(deployment)[0] if deployment["spec"]["replicas"] else 0
    total = sum(rs["spec"]["replicas"] for rs in active)
    left = allowed - total
    ordered = sorted(active, key=lambda rs: (-rs["spec"]["replicas"], rs["metadata"]["creationTimestamp"]), reverse=False)
    sizes: dict[str, int] = {}
    for rs in ordered:
        size = rs["spec"]["replicas"]
        most = int((rs["metadata"].get("annotations") or {}).get(revisions.MOST, deployment["spec"]["replicas"])) or 1
        change = round(size * allowed / most) - size if left else 0
        change = min(change, left) if left > 0 else max(change, left)
        sizes[rs["metadata"]["uid"]] = max(size + change, 0)
        left -= change
    if ordered and left:
        first = ordered[0]["metadata"]["uid"]
        sizes[first] = max(sizes[first] + left, 0)
    return sizes


def status(deployment: Object, replicasets: list[Object], new: Object | None) -> tuple[Object, float | None]:
    """Return a Deployment's status, and in how many seconds it has to be looked at again."""
    old = deployment.get("status") or {}
    total, available = _count(replicasets, "replicas"), _count(replicasets, "availableReplicas")
    wanted = deployment["spec"]["replicas"]
    updated = _count([new], "replicas") if new else 0
    counts = {
        "replicas": total, "updatedReplicas": updated, "readyReplicas": _count(replicasets, "readyReplicas"),
        "availableReplicas": available, "unavailableReplicas": max(sum(rs["spec"]["replicas"] for rs in replicasets) - available, 0)}
    found: Object = {"observedGeneration": deployment["metadata"]["generation"], **{key: value for key, value in counts.items() if value}}
    if "collisionCount" in old:
        found["collisionCount"] = old["collisionCount"]
    conditions = {item["type"]: item for item in old.get("conditions") or ()}
    enough = available >= wanted - revisions.limits(deployment)[1]
    _set(conditions, "Available", "True" if enough else "False", *(_MET if enough else _UNMET))
    again = _progressing(deployment, conditions, found, counts, new)
    _failure(conditions, replicasets)
    found["conditions"] = list(conditions.values())
    return found, again


def _set(conditions: dict[str, Object], kind: str, value: str, reason: str, message: str, *, touch: bool = False) -> None:
    """Set a condition; its update time moves only when it says something new."""
    old, now = conditions.get(kind), meta.timestamp()
    if old and (old["status"], old["reason"], old["message"]) == (value, reason, message) and not touch:
        return
    since = old["lastTransitionTime"] if old and old["status"] == value else now
    conditions.pop(kind, None)  # what changed goes to the end (SetDeploymentCondition)
    conditions[kind] = {"type": kind, "status": value, "lastUpdateTime": now, "lastTransitionTime": since, "reason": reason, "message": message}


def _progressing(deployment: Object, conditions: dict[str, Object], found: Object, counts: dict[str, int], new: Object | None) -> float | None:
    name, wanted = meta.name_of(deployment), deployment["spec"]["replicas"]
    subject = f'ReplicaSet "{meta.name_of(new)}"' if new else f'Deployment "{name}"'
    before, old = conditions.get("Progressing"), deployment.get("status") or {}
    if deployment["spec"].get("paused"):
        if before and before["reason"] not in ("DeploymentPaused", "ProgressDeadlineExceeded"):
            _set(conditions, "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused")
        return None
    if before and before["reason"] == "DeploymentPaused":
        _set(conditions, "Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed")
        before = conditions["Progressing"]
    complete = counts["updatedReplicas"] == wanted and counts["replicas"] == wanted and counts["availableReplicas"] == wanted
    settled = before is not None and before["reason"] == "NewReplicaSetAvailable"
    if complete:
        _set(conditions, "Progressing", "True", "NewReplicaSetAvailable", f"{subject} has successfully progressed.")
        return None
    if before is None:
        _set(conditions, "Progressing", "True", "NewReplicaSetCreated", f'Created new replica set "{meta.name_of(new)}"' if new else f"{subject} is progressing.")
    elif settled and counts["updatedReplicas"] == old.get("updatedReplicas", 0) == wanted and old.get("replicas") == counts["replicas"]:
        return None  # a finished rollout that lost a pod is not progressing again
    elif _moved(old, counts):
        _set(conditions, "Progressing", "True", "ReplicaSetUpdated", f"{subject} is progressing.", touch=True)
    return _deadline(deployment, conditions, subject)


def _moved(old: Object, counts: dict[str, int]) -> bool:
    fewer_old = counts["replicas"] - counts["updatedReplicas"] < old.get("replicas", 0) - old.get("updatedReplicas", 0)
    grown = any(counts[key] > old.get(key, 0) for key in ("updatedReplicas", "readyReplicas", "availableReplicas"))
    return fewer_old or grown


def _deadline(deployment: Object, conditions: dict[str, Object], subject: str) -> float | None:
    progressing = conditions["Progressing"]
    if progressing["reason"] in ("NewReplicaSetAvailable", "ProgressDeadlineExceeded"):
        return None
    left: float = meta.seconds_of(progressing["lastUpdateTime"]) + deployment["spec"]["progressDeadlineSeconds"] - time.time()
    if left <= 0:
        _set(conditions, "Progressing", "False", "ProgressDeadlineExceeded", f"{subject} has timed out progressing.")
        return None
    return left + 1


def _failure(conditions: dict[str, Object], replicasets: list[Object]) -> None:
    failed = next((found for rs in replicasets if (found := meta.condition(rs, "ReplicaFailure"))), None)
    if failed:
        _set(conditions, "ReplicaFailure", failed["status"], failed["reason"], failed["message"])
    else:
        conditions.pop("ReplicaFailure", None)
