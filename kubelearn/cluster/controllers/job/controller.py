"""The Job controller: runs pods to completion (K/pkg/controller/job).

Not emulated: ``completionMode: Indexed``, pod failure policies and success policies.
"""

from __future__ import annotations

import time

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.controllers.framework import pods
from kubelearn.cluster.controllers.framework.informer import Informers, Key
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent

from .status import Verdict, counts, finished_as, judge, with_condition, with_verdict

JOBS = "jobs.batch"
#: Holds a pod back until its end is counted.
TRACKING = "batch.kubernetes.io/job-tracking"
#: Delay before a failed pod is replaced: 10 s, doubling, up to 10 min (``DefaultJobPodFailureBackOff``).
FIRST_DELAY, LAST_DELAY = 10.0, 600.0


class JobController(Controller):
    """Creates pods for Jobs and counts how they end."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._events = EventRecorder(self.registry, "job-controller")
        self._pods = informers.of("pods")
        self._pods.add_index("job", _by_job)
        informers.of(JOBS).add_handler(self.enqueue_event)
        self._pods.add_handler(self._pod_changed)

    def _pod_changed(self, event: StoreEvent) -> None:
        for name in _by_job(event.object):
            namespace, _, job = name.partition("/")
            self.queue.add((namespace, job))

    def reconcile(self, key: Key) -> None:
        """Take the next step of a Job, and let go of pods that are no longer its own (syncJob)."""
        job = self.registry.find(JOBS, *key)
        mine = []
        for pod in self._pods.indexed("job", f"{key[0]}/{key[1]}"):
            owner = meta.controller_of(pod)
            if job is None or meta.is_terminating(job) or owner is None or owner["uid"] != job["metadata"]["uid"]:
                self._release(pod)
            else:
                mine.append(pod)
        if job is None or meta.is_terminating(job):
            return
        if job["spec"].get("completionMode") == "Indexed":
            self._events.event(job, "Warning", "NotEmulated", "completionMode Indexed is not emulated by this cluster")
        elif finished_as(job):
            self._expire(key, job)
        else:
            self._sync(key, job, mine)

    def _sync(self, key: Key, job: Object, mine: list[Object]) -> None:
        status = meta.thaw(job.get("status") or {})
        self._note_suspension(job, status)
        if not job["spec"].get("suspend"):
            status.setdefault("startTime", meta.timestamp())
        for pod in mine:
            if TRACKING in (pod["metadata"].get("finalizers") or ()) and _has_ended(pod):
                outcome = "succeeded" if pods.phase(pod) == "Succeeded" else "failed"
                status[outcome] = status.get(outcome, 0) + 1
                self._release(pod)
        running = [pod for pod in mine if pods.is_active(pod)]
        verdict = judge(job, status, mine, running)
        if verdict is not None:
            self._finish(job, status, running, verdict)
            return
        running = self._manage(key, job, status, mine, running)
        self.write_status(JOBS, job, counts(status, running))
        self._wait_for_deadline(key, job, status)

    def _note_suspension(self, job: Object, status: Object) -> None:
        """Set the condition Suspended and record the event when ``spec.suspend`` changed."""
        suspended = bool(job["spec"].get("suspend"))
        current = meta.condition(job, "Suspended")
        if suspended == (current is not None and current["status"] == "True"):
            return
        reason, message = ("JobSuspended", "Job suspended") if suspended else ("JobResumed", "Job resumed")
        status["conditions"] = with_condition(status, "Suspended", str(suspended), reason, message)
        # The clock of activeDeadlineSeconds starts anew.
        status.pop("startTime", None)
        self._events.event(job, "Normal", message.split()[1].capitalize(), message)

    def _finish(self, job: Object, status: Object, running: list[Object], verdict: Verdict) -> None:
        kind = "Normal" if verdict.kind == "Complete" else "Warning"
        self._events.event(job, kind, verdict.event, verdict.event_message)
        self._delete(job, running)
        if verdict.kind == "Failed" and running:
            status["failed"] = status.get("failed", 0) + len(running)
        self.write_status(JOBS, job, with_verdict(counts(status, []), verdict))

    def _manage(self, key: Key, job: Object, status: Object, mine: list[Object], running: list[Object]) -> list[Object]:
        """Start or stop pods; return those that run then (manageJob)."""
        spec = job["spec"]
        wanted: int = spec.get("parallelism", 1)
        if "completions" in spec:
            wanted = min(wanted, spec["completions"] - status.get("succeeded", 0))
        elif status.get("succeeded"):
            wanted = len(running)
        if spec.get("suspend"):
            wanted = 0
        if len(running) > wanted:
            surplus = sorted(running, key=lambda pod: (meta.is_ready(pod), pods.phase(pod) == "Running"))[
                : len(running) - wanted
            ]
            self._delete(job, surplus)
            return [pod for pod in running if pod not in surplus]
        delay = _delay(mine)
        if len(running) < wanted and delay > 0:
            self.queue.add_after(key, delay)
            return running
        return running + [self._create(job) for _ in range(wanted - len(running))]

    def _create(self, job: Object) -> Object:
        pod = pods.from_template(job["spec"]["template"], job, meta.name_of(job))
        pod["metadata"].setdefault("finalizers", []).append(TRACKING)
        try:
            made = self.registry.create("pods", meta.namespace_of(job), pod, manager=self.manager)
        except ApiError as error:
            self._events.event(job, "Warning", "FailedCreate", f"Error creating: {error.message}")
            raise
        self._events.event(job, "Normal", "SuccessfulCreate", f"Created pod: {meta.name_of(made)}")
        return made

    def _delete(self, job: Object, doomed: list[Object]) -> None:
        for pod in doomed:
            self._release(pod)
            self.registry.delete("pods", meta.namespace_of(pod), meta.name_of(pod), uid=pod["metadata"]["uid"])
            self._events.event(job, "Normal", "SuccessfulDelete", f"Deleted pod: {meta.name_of(pod)}")

    def _release(self, pod: Object) -> None:
        """Let a pod go: its end is counted, or nobody counts it."""
        if TRACKING not in (pod["metadata"].get("finalizers") or ()):
            return

        def change(item: Object) -> None:
            finalizers = [other for other in item["metadata"]["finalizers"] if other != TRACKING]
            if finalizers:
                item["metadata"]["finalizers"] = finalizers
            else:
                del item["metadata"]["finalizers"]

        self.registry.modify("pods", meta.namespace_of(pod), meta.name_of(pod), change, manager=self.manager)

    def _wait_for_deadline(self, key: Key, job: Object, status: Object) -> None:
        deadline = job["spec"].get("activeDeadlineSeconds")
        if deadline is not None and "startTime" in status:
            self.queue.add_after(key, max(0.0, meta.seconds_of(status["startTime"]) + deadline - time.time()))

    def _expire(self, key: Key, job: Object) -> None:
        """Delete a finished Job after ttlSecondsAfterFinished (K/pkg/controller/ttlafterfinished)."""
        lifetime = job["spec"].get("ttlSecondsAfterFinished")
        if lifetime is None:
            return
        ended = max(meta.seconds_of(item["lastTransitionTime"]) for item in job["status"]["conditions"])
        left = ended + lifetime - time.time()
        if left > 0:
            self.queue.add_after(key, left)
        else:
            self.registry.delete(JOBS, *key, propagation="Foreground", uid=job["metadata"]["uid"])


def _by_job(pod: Object) -> tuple[str, ...]:
    """Index function: ``namespace/name`` of the Job that controls a pod."""
    owner = meta.controller_of(pod)
    return (f"{meta.namespace_of(pod)}/{owner['name']}",) if owner is not None and owner["kind"] == "Job" else ()


def _has_ended(pod: Object) -> bool:
    return pods.is_finished(pod) or pod["metadata"].get("deletionGracePeriodSeconds") == 0


def _delay(mine: list[Object]) -> float:
    """Return how long to wait before replacing a failed pod (K/pkg/controller/job/backoff_utils.go)."""
    ends = sorted((_ended_at(pod), pods.phase(pod)) for pod in mine if pods.is_finished(pod))
    failures = 0
    while failures < len(ends) and ends[-1 - failures][1] == "Failed":
        failures += 1
    if not failures:
        return 0.0
    delay: float = min(FIRST_DELAY * 2.0 ** (failures - 1), LAST_DELAY)
    return ends[-1][0] + delay - time.time()


def _ended_at(pod: Object) -> float:
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    ends = [(status.get("state") or {}).get("terminated", {}).get("finishedAt") for status in statuses]
    times = [meta.seconds_of(end) for end in ends if end]
    return max(times, default=meta.seconds_of(pod["metadata"]["creationTimestamp"]))
