"""The CronJob controller (K/pkg/controller/cronjob/cronjob_controllerv2.go)."""

from __future__ import annotations

import time

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.validation import schedules
from kubelearn.cluster.controllers.framework.informer import Informers, Key, by_controller
from kubelearn.cluster.controllers.framework.workqueue import Controller, is_namespace_terminating
from kubelearn.cluster.controllers.job.controller import JOBS
from kubelearn.cluster.controllers.job.status import finished_as
from kubelearn.cluster.events.recorder import EventRecorder, reference
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent

from . import times

CRONJOBS = "cronjobs.batch"
_SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"


class CronJobController(Controller):
    """Makes Jobs when it is time, and deletes the oldest of those that have ended."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._events = EventRecorder(self.registry, "cronjob-controller")
        self._jobs = informers.of(JOBS)
        self._jobs.add_index("controller", by_controller)
        self._jobs.add_handler(self._job_changed)
        informers.of(CRONJOBS).add_handler(self.enqueue_event)

    def _job_changed(self, event: StoreEvent) -> None:
        owner = meta.controller_of(event.object)
        if owner is not None and owner["kind"] == "CronJob":
            self.queue.add((meta.namespace_of(event.object), owner["name"]))

    def reconcile(self, key: Key) -> None:
        """Tidy up after one CronJob's Jobs, and make the one that is due (sync)."""
        cronjob = self.registry.find(CRONJOBS, *key)
        if cronjob is None:
            return
        jobs = self._jobs.indexed("controller", cronjob["metadata"]["uid"])
        status = meta.thaw(cronjob.get("status") or {})
        self._clean_up(cronjob, jobs)
        try:
            self._take_note(cronjob, status, jobs)
            if not meta.is_terminating(cronjob) and not cronjob["spec"]["suspend"]:
                self._schedule(key, cronjob, status)
        finally:
            if not status.get("active"):
                status.pop("active", None)
            self.write_status(CRONJOBS, cronjob, status)

    def _clean_up(self, cronjob: Object, jobs: list[Object]) -> None:
        """Delete the Jobs that have ended, but for the last few (cleanupFinishedJobs)."""
        for outcome, limit in (("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")):
            ended = sorted((job for job in jobs if finished_as(job) == outcome), key=_by_start)
            for job in ended[: max(0, len(ended) - cronjob["spec"][limit])]:
                self._delete(cronjob, job)

    def _take_note(self, cronjob: Object, status: Object, jobs: list[Object]) -> None:
        """Keep the list of Jobs that run, and when one last succeeded."""
        active = status.setdefault("active", [])
        listed = {item["uid"] for item in active}
        for job in jobs:
            uid, outcome = job["metadata"]["uid"], finished_as(job)
            if uid not in listed and not outcome:
                why = f"Saw a job that the controller did not create or forgot: {meta.name_of(job)}"
                self._events.event(cronjob, "Warning", "UnexpectedJob", why)
            elif uid in listed and outcome:
                active[:] = [item for item in active if item["uid"] != uid]
                why = f"Saw completed job: {meta.name_of(job)}, condition: {outcome}"
                self._events.event(cronjob, "Normal", "SawCompletedJob", why)
            if outcome == "Complete":
                ended = job["status"]["completionTime"]
                status["lastSuccessfulTime"] = max(ended, status.get("lastSuccessfulTime", ""))
        known = {job["metadata"]["uid"] for job in jobs}
        for item in [item for item in active if item["uid"] not in known]:
            active.remove(item)
            self._events.event(cronjob, "Normal", "MissingJob", f"Active job went missing: {item['name']}")

    def _schedule(self, key: Key, cronjob: Object, status: Object) -> None:
        """Make the Job that is due, and come back for the next (syncCronJob)."""
        now = time.time()
        try:
            schedule = schedules.parse(cronjob["spec"]["schedule"])
            found = times.due(cronjob, schedule, now)
        except schedules.ScheduleError as error:
            why = f'unparseable schedule: "{cronjob["spec"]["schedule"]}" : {error}'
            self._events.event(cronjob, "Warning", "UnparseableSchedule", why)
            return
        if found.never:
            why = "time difference between two schedules is less than 1 second"
            said = f"invalid schedule schedule: {cronjob['spec']['schedule']} : {why}"
            self._events.event(cronjob, "Warning", "InvalidSchedule", said)
            return
        if found.missed_many:
            why = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
            self._events.event(cronjob, "Warning", "TooManyMissedTimes", why)
        if found.time is not None and self._may_start(cronjob, status, found.time, now):
            self._start(cronjob, status, found.time)
        wait = times.seconds_until_next(cronjob, schedule, now)
        if wait is not None:
            self.queue.add_after(key, wait)

    def _may_start(self, cronjob: Object, status: Object, due: float, now: float) -> bool:
        deadline = cronjob["spec"].get("startingDeadlineSeconds")
        if deadline is not None and due + deadline < now:
            when = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(due))
            why = f"Missed scheduled time to start a job: {when}"
            self._events.event(cronjob, "Warning", "MissSchedule", why)
            return False
        active = status["active"]
        if status.get("lastScheduleTime") == meta.timestamp(due):
            return False
        if active and cronjob["spec"]["concurrencyPolicy"] == "Forbid":
            why = "Not starting job because prior execution is running and concurrency policy is Forbid"
            self._events.event(cronjob, "Normal", "JobAlreadyActive", why)
            return False
        return True

    def _start(self, cronjob: Object, status: Object, due: float) -> None:
        namespace = meta.namespace_of(cronjob)
        if cronjob["spec"]["concurrencyPolicy"] == "Replace":
            for item in status["active"]:
                job = self.registry.find(JOBS, namespace, item["name"])
                if job is not None:
                    self._delete(cronjob, job)
            status["active"] = []
        try:
            made = self.registry.create(JOBS, namespace, _job(cronjob, due), manager=self.manager)
        except ApiError as error:
            if error.code != 409 and not is_namespace_terminating(error):
                self._events.event(cronjob, "Warning", "FailedCreate", f"Error creating job: {error.message}")
            raise
        self._events.event(cronjob, "Normal", "SuccessfulCreate", f"Created job {meta.name_of(made)}")
        status["active"].append(reference(made))
        status["lastScheduleTime"] = meta.timestamp(due)

    def _delete(self, cronjob: Object, job: Object) -> None:
        namespace, name = meta.namespace_of(job), meta.name_of(job)
        try:
            self.registry.delete(JOBS, namespace, name, propagation="Background", uid=job["metadata"]["uid"])
        except ApiError as error:
            if error.code == 404:
                return
            self._events.event(cronjob, "Warning", "FailedDelete", f"Deleted job: {error.message}")
            raise
        self._events.event(cronjob, "Normal", "SuccessfulDelete", f"Deleted job {name}")


def _by_start(job: Object) -> tuple[str, str]:
    return (job.get("status") or {}).get("startTime", ""), meta.name_of(job)


def _job(cronjob: Object, due: float) -> Object:
    """Return the Job of one time; its name tells which (getJobFromTemplate2)."""
    template = cronjob["spec"]["jobTemplate"]
    described = template.get("metadata") or {}
    metadata: Object = {
        "name": f"{meta.name_of(cronjob)}-{int(due) // 60}",
        "annotations": {**(described.get("annotations") or {}), _SCHEDULED: times.shown(cronjob, due)},
        "ownerReferences": [meta.controller_reference(cronjob)],
    }
    if described.get("labels"):
        metadata["labels"] = dict(described["labels"])
    return {"metadata": metadata, "spec": meta.thaw(template["spec"])}
