"""Status of Jobs: when a Job is done, and what it then says (K/pkg/controller/job/job_controller.go)."""

from __future__ import annotations

import time
from dataclasses import dataclass

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.framework.pods import restarts
from kubelearn.cluster.meta import Object


@dataclass(frozen=True)
class Verdict:
    """How a Job ended.

    Attributes:
        kind: the condition's type: ``Complete`` or ``Failed``.
        early: type of the condition that comes before it.
    """

    kind: str
    early: str
    reason: str
    message: str
    event: str
    event_message: str


_COMPLETE = Verdict(
    "Complete",
    "SuccessCriteriaMet",
    "CompletionsReached",
    "Reached expected number of succeeded pods",
    "Completed",
    "Job completed",
)


def _failed(reason: str, message: str) -> Verdict:
    return Verdict("Failed", "FailureTarget", reason, message, reason, message)


def finished_as(job: Object) -> str:
    """Return how a Job has ended, ``Complete`` or ``Failed``; empty while it goes on (FinishedCondition)."""
    for item in (job.get("status") or {}).get("conditions") or ():
        if item["type"] in ("Complete", "Failed") and item["status"] == "True":
            return str(item["type"])
    return ""


def judge(job: Object, status: Object, mine: list[Object], running: list[Object]) -> Verdict | None:
    """Return how a Job ended, or None while it goes on."""
    spec = job["spec"]
    limit: int = spec.get("backoffLimit", 6)
    if status.get("failed", 0) > limit or _restarts_exceed(spec, mine, limit):
        return _failed("BackoffLimitExceeded", "Job has reached the specified backoff limit")
    if _is_overdue(spec, status):
        return _failed("DeadlineExceeded", "Job was active longer than specified deadline")
    succeeded = status.get("succeeded", 0)
    if "completions" in spec:
        return _COMPLETE if succeeded >= spec["completions"] else None
    return _COMPLETE if succeeded and not running else None


def _is_overdue(spec: Object, status: Object) -> bool:
    """Return whether a Job has been active for longer than it may (pastActiveDeadline)."""
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is None or "startTime" not in status:
        return False
    return bool(meta.seconds_of(status["startTime"]) + deadline <= time.time())


def _restarts_exceed(spec: Object, mine: list[Object], limit: int) -> bool:
    """Containers that restart in their pod count, too (pastBackoffLimitOnFailure)."""
    if spec["template"]["spec"].get("restartPolicy") != "OnFailure":
        return False
    total = sum(map(restarts, mine))
    return total > 0 if limit == 0 else total >= limit


def counts(status: Object, running: list[Object]) -> Object:
    """Return a status with the counts of running pods."""
    ready = sum(map(meta.is_ready, running))
    counted = {**status, "active": len(running), "ready": ready, "terminating": 0, "uncountedTerminatedPods": {}}
    if not running:
        del counted["active"]
    return counted


def with_verdict(status: Object, verdict: Verdict) -> Object:
    """Return the status of a Job that has ended."""
    ended = dict(status)
    for kind in (verdict.early, verdict.kind):
        ended["conditions"] = with_condition(ended, kind, "True", verdict.reason, verdict.message)
    if verdict.kind == "Complete":
        ended["completionTime"] = meta.timestamp()
    return ended


def with_condition(status: Object, kind: str, value: str, reason: str, message: str) -> list[Object]:
    """Return a status' conditions with one set."""
    now = meta.timestamp()
    condition = {
        "type": kind,
        "status": value,
        "lastProbeTime": now,
        "lastTransitionTime": now,
        "reason": reason,
        "message": message,
    }
    return [*(item for item in status.get("conditions") or () if item["type"] != kind), condition]
