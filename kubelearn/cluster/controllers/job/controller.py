"""The Job controller: runs pods to completion (K/pkg/controller/job)."""

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

from . import indexed, policies
from .status import Verdict, begun, counts, failure, finished_as, judge, with_condition, with_early, with_verdict

JOBS = "jobs.batch"
MANAGED_BY = "kubernetes.io/job-controller"
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
        if job["spec"].get("managedBy", MANAGED_BY) != MANAGED_BY:
            return
        if finished_as(job):
            self._expire(key, job)
        else:
            self._sync(key, job, mine)

    def _sync(self, key: Key, job: Object, mine: list[Object]) -> None:
        status = meta.thaw(job.get("status") or {})
        self._note_suspension(job, status)
        if not job["spec"].get("suspend"):
            status.setdefault("startTime", meta.timestamp())
        verdict = begun(status) or self._count(job, status, mine)
        running = [pod for pod in mine if pods.is_active(pod)]
        leaving = [pod for pod in mine if meta.is_terminating(pod) and not _has_ended(pod)]
        verdict = verdict or judge(job, status, mine, running)
        if verdict is not None:
            self._finish(job, status, running, leaving, verdict)
            return
        running = self._manage(key, job, status, mine, running, leaving)
        self.write_status(JOBS, job, counts(status, running, len(leaving)))
        self._wait_for_deadline(key, job, status)

    def _count(self, job: Object, status: Object, mine: list[Object]) -> Verdict | None:
        """Count the pods that have ended, and let them go; return a verdict when one of them fails the Job."""
        verdict: Verdict | None = None
        succeeded: set[int] = set()
        lost: set[int] = set()
        for pod in mine:
            if not _is_held(pod) or not _has_ended(pod):
                continue
            if meta.phase_of(pod) == "Succeeded":
                succeeded.add(indexed.index_of(pod))
                status["succeeded"] = status.get("succeeded", 0) + 1
            else:
                action, why = policies.on_failure(job, pod)
                if action != "Ignore":
                    status["failed"] = status.get("failed", 0) + 1
                if action == "FailJob":
                    verdict = verdict or failure("PodFailurePolicy", why)
                if action == "FailIndex" or (action == "Count" and indexed.is_lost(job, pod)):
                    lost.add(indexed.index_of(pod))
            self._release(pod)
        if indexed.is_indexed(job):
            indexed.note(job, status, succeeded, lost)
        return verdict

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

    def _finish(
        self, job: Object, status: Object, running: list[Object], leaving: list[Object], verdict: Verdict
    ) -> None:
        """End a Job: its last pods first, and when they are gone the Job itself."""
        self._delete(job, running)
        if verdict.kind == "Failed" and running:
            status["failed"] = status.get("failed", 0) + len(running)
        # A pod that has no node yet is gone at once.
        namespace = meta.namespace_of(job)
        leaving += [pod for pod in running if self.registry.find("pods", namespace, meta.name_of(pod)) is not None]
        counted = counts(status, [], len(leaving))
        if leaving:
            self.write_status(JOBS, job, with_early(counted, verdict))
            return
        kind = "Normal" if verdict.kind == "Complete" else "Warning"
        self._events.event(job, kind, verdict.event, verdict.event_message)
        self.write_status(JOBS, job, with_verdict(counted, verdict))

    def _manage(
        self,
        key: Key,
        job: Object,
        status: Object,
        mine: list[Object],
        running: list[Object],
        leaving: list[Object],
    ) -> list[Object]:
        """Start or stop pods; return those that run then (manageJob)."""
        doomed = indexed.surplus(job, running) if indexed.is_indexed(job) else []
        running = [pod for pod in running if pod not in doomed]
        wanted = _wanted(job, status, running)
        by_use = sorted(running, key=lambda pod: (meta.is_ready(pod), meta.phase_of(pod) == "Running"))
        doomed += by_use[: max(0, len(running) - wanted)]
        self._delete(job, doomed)
        running = [pod for pod in running if pod not in doomed]
        room = wanted - len(running)
        if job["spec"].get("podReplacementPolicy") == "Failed":
            room -= len(leaving)
        if room <= 0 or doomed:
            return running
        return running + self._start(key, job, status, mine, running, room)

    def _start(
        self, key: Key, job: Object, status: Object, mine: list[Object], running: list[Object], room: int
    ) -> list[Object]:
        """Create so many pods; those of a failure wait a while, and the Job comes back for them."""
        one_by_one = indexed.has_limit(job)
        if not one_by_one and self._waits(key, mine):
            return []
        if not indexed.is_indexed(job):
            return [self._create(job, _plain(job)) for _ in range(room)]
        started: list[Object] = []
        for index in indexed.pending(job, status, running)[:room]:
            past = [pod for pod in mine if indexed.index_of(pod) == index]
            if not (one_by_one and self._waits(key, past)):
                started.append(self._create(job, indexed.make(job, index, indexed.failures(past))))
        return started

    def _waits(self, key: Key, past: list[Object]) -> bool:
        """Return whether it is too early to replace a failed pod; the Job comes back when it is time."""
        delay = _delay(past)
        if delay > 0:
            self.queue.add_after(key, delay)
        return delay > 0

    def _create(self, job: Object, pod: Object) -> Object:
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
        if not _is_held(pod):
            return

        def change(item: Object) -> None:
            meta.drop_finalizer(item, TRACKING)

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
    """Index function: ``namespace/name`` of the Job that controls a pod, without the name if it has lost its Job."""
    owner = meta.controller_of(pod)
    if owner is None:
        return (f"{meta.namespace_of(pod)}/",) if _is_held(pod) else ()
    return (f"{meta.namespace_of(pod)}/{owner['name']}",) if owner["kind"] == "Job" else ()


def _is_held(pod: Object) -> bool:
    """Return whether a pod stays until its end is counted."""
    return TRACKING in (pod["metadata"].get("finalizers") or ())


def _plain(job: Object) -> Object:
    return pods.from_template(job["spec"]["template"], job, meta.name_of(job))


def _wanted(job: Object, status: Object, running: list[Object]) -> int:
    """Return how many pods are to run now."""
    spec = job["spec"]
    if spec.get("suspend"):
        return 0
    wanted: int = spec.get("parallelism", 1)
    if "completions" in spec:
        left: int = spec["completions"] - status.get("succeeded", 0) - len(indexed.failed(job, status))
        return min(wanted, left)
    return len(running) if status.get("succeeded") else wanted


def _has_ended(pod: Object) -> bool:
    return pods.is_finished(pod) or pod["metadata"].get("deletionGracePeriodSeconds") == 0


def _delay(mine: list[Object]) -> float:
    """Return how long to wait before replacing a failed pod (K/pkg/controller/job/backoff_utils.go)."""
    ends = sorted((_ended_at(pod), meta.phase_of(pod)) for pod in mine if pods.is_finished(pod))
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
