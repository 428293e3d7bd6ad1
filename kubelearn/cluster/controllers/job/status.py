"""Status of Jobs: when a Job is done, and what it then says (K/pkg/controller/job/job_controller.go)."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.controllers.framework.pods import restarts
from kubelearn.cluster.meta import Object

from . import indexed, policies


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


def failure(reason: str, message: str) -> Verdict:
    """Return the verdict of a Job that has failed."""
    return Verdict("Failed", "FailureTarget", reason, message, reason, message)


def finished_as(job: Object) -> str:
    """Return how a Job has ended, ``Complete`` or ``Failed``; empty while it goes on (FinishedCondition)."""
    for item in (job.get("status") or {}).get("conditions") or ():
        if item["type"] in ("Complete", "Failed") and item["status"] == "True":
            return str(item["type"])
    return ""


def begun(status: Object) -> Verdict | None:
    """Return the verdict on a Job whose last pods are on their way out."""
    for item in status.get("conditions") or ():
        if item["status"] == "True" and item["type"] == "FailureTarget":
            return failure(item["reason"], item["message"])
        if item["status"] == "True" and item["type"] == "SuccessCriteriaMet":
            return replace(_COMPLETE, reason=item["reason"], message=item["message"])
    return None


def judge(job: Object, status: Object, mine: list[Object], running: list[Object]) -> Verdict | None:
    """Return how a Job ended, or None while it goes on."""
    spec = job["spec"]
    limit: int = spec.get("backoffLimit", 6)
    if status.get("failed", 0) > limit or _restarts_exceed(spec, mine, limit):
        return failure("BackoffLimitExceeded", "Job has reached the specified backoff limit")
    if _is_overdue(spec, status):
        return failure("DeadlineExceeded", "Job was active longer than specified deadline")
    if indexed.is_indexed(job) and (verdict := _by_index(job, status)) is not None:
        return verdict
    succeeded = status.get("succeeded", 0)
    if "completions" in spec:
        return _COMPLETE if succeeded >= spec["completions"] else None
    return _COMPLETE if succeeded and not running else None


def _by_index(job: Object, status: Object) -> Verdict | None:
    """Return a verdict by which indexes have failed and succeeded."""
    spec, done, lost = job["spec"], indexed.completed(job, status), indexed.failed(job, status)
    if spec.get("maxFailedIndexes") is not None and len(lost) > spec["maxFailedIndexes"]:
        why = "Job has exceeded the specified maximal number of failed indexes"
        return failure("MaxFailedIndexesExceeded", why)
    if lost and len(lost) + len(done) >= spec["completions"]:
        return failure("FailedIndexes", "Job has failed indexes")
    rule = policies.on_success(job, done)
    return replace(_COMPLETE, reason="SuccessPolicy", message=rule) if rule else None


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


def counts(status: Object, running: list[Object], leaving: int) -> Object:
    """Return a status with the counts of pods that run and of those on their way out."""
    ready = sum(map(meta.is_ready, running))
    counted = {**status, "active": len(running), "ready": ready, "terminating": leaving, "uncountedTerminatedPods": {}}
    drop_empty(counted, "batch.v1.JobStatus")
    return counted


def with_early(status: Object, verdict: Verdict) -> Object:
    """Return the status of a Job that is over, but for its last pods."""
    known = status.get("conditions") or ()
    if any(item["type"] == verdict.early and item["status"] == "True" for item in known):
        return status
    conditions = with_condition(status, verdict.early, "True", verdict.reason, verdict.message)
    return {**status, "conditions": conditions}


def with_verdict(status: Object, verdict: Verdict) -> Object:
    """Return the status of a Job that has ended."""
    ended = with_early(status, verdict)
    conditions = with_condition(ended, verdict.kind, "True", verdict.reason, verdict.message)
    ended = {**ended, "conditions": conditions}
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
