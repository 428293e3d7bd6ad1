"""Jobs and autoscalers: as much of them as is honest here."""

from __future__ import annotations

from collections.abc import Iterable

from .. import meta
from ..apiserver.registry import Registry
from ..events import EventRecorder
from ..meta import Object
from ..store import StoreEvent
from .pods import PodIndex
from .workqueue import Controller, Key, Keys, own_key

_JOBS, _HPA = "jobs.batch", "horizontalpodautoscalers.autoscaling"


class JobController(Controller):
    """Runs pods to completion (K/pkg/controller/job, without indexes and without back-off between pods)."""

    def __init__(self, registry: Registry):
        super().__init__(registry)
        self._recorder = EventRecorder(registry, "job-controller")
        self._pods = PodIndex(registry)

    def sources(self) -> dict[str, Keys]:
        return {_JOBS: own_key, "pods": self._owner}

    def observe(self, event: StoreEvent) -> None:
        if event.resource == "pods":
            self._pods.observe(event)

    @staticmethod
    def _owner(event: StoreEvent) -> Iterable[Key]:
        owner = meta.controller_of(event.object)
        return ((event.object["metadata"]["namespace"], owner["name"]),) if owner and owner["kind"] == "Job" else ()

    def reconcile(self, key: Key) -> None:
        job = self.registry.find(_JOBS, *key)
        if job is None or meta.is_terminating(job) or any(meta.condition(job, kind) for kind in ("Complete", "Failed")):
            return
        pods = self._pods.owned(job["metadata"]["uid"])
        phases = [(pod.get("status") or {}).get("phase") for pod in pods]
        succeeded, failed = phases.count("Succeeded"), phases.count("Failed")
        active = [pod for pod, phase in zip(pods, phases, strict=True) if phase not in ("Succeeded", "Failed") and not meta.is_terminating(pod)]
        spec = job["spec"]
        wanted = spec.get("completions", 1)
        status: Object = {"startTime": (job.get("status") or {}).get("startTime") or meta.timestamp(), "uncountedTerminatedPods": {}}
        if failed > spec["backoffLimit"]:
            self._end(status, "Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
            for pod in active:
                self.registry.delete("pods", key[0], meta.name_of(pod))
            active = []
        elif succeeded >= wanted:
            self._end(status, "Complete", "CompletionsReached", "Reached expected number of succeeded pods")
            status["completionTime"] = meta.timestamp()
            self._recorder.event(job, "Normal", "Completed", "Job completed")
        elif not spec["suspend"]:
            active += [self._create(job) for _ in range(min(spec["parallelism"], wanted - succeeded) - len(active))]
        for name, count in (("active", len(active)), ("succeeded", succeeded), ("failed", failed), ("ready", sum(map(meta.is_ready, active)))):
            if count or name == "ready":
                status[name] = count
        self.registry.modify(_JOBS, key[0], key[1], lambda obj: obj.update(status=status), subresource="status", manager="kube-controller-manager")

    @staticmethod
    def _end(status: Object, kind: str, reason: str, message: str) -> None:
        now = meta.timestamp()
        status["conditions"] = [{"type": kind, "status": "True", "lastProbeTime": now, "lastTransitionTime": now, "reason": reason, "message": message}]

    def _create(self, job: Object) -> Object:
        template = job["spec"]["template"]
        metadata = {key: meta.thaw(template["metadata"][key]) for key in ("labels", "annotations") if template["metadata"].get(key)}
        metadata |= {"generateName": f"{meta.name_of(job)}-", "ownerReferences": [meta.controller_reference(job)]}
        pod = self.registry.create("pods", meta.namespace_of(job), {"metadata": metadata, "spec": meta.thaw(template["spec"])}, manager="kube-controller-manager")
        self._recorder.event(job, "Normal", "SuccessfulCreate", f"Created pod: {meta.name_of(pod)}")
        return pod


class HorizontalController(Controller):
    """Says of every HorizontalPodAutoscaler that it cannot scale: there are no metrics here."""

    def sources(self) -> dict[str, Keys]:
        return {_HPA: own_key}

    def reconcile(self, key: Key) -> None:
        autoscaler = self.registry.find(_HPA, *key)
        if autoscaler is None or meta.condition(autoscaler, "ScalingActive"):
            return
        now = meta.timestamp()
        message = "the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API"
        conditions = [
            {"type": "AbleToScale", "status": "True", "lastTransitionTime": now, "reason": "SucceededGetScale", "message": "the HPA controller was able to get the target's current scale"},
            {"type": "ScalingActive", "status": "False", "lastTransitionTime": now, "reason": "FailedGetResourceMetric", "message": message}]
        status = {"desiredReplicas": 0, "currentMetrics": None, "conditions": conditions}
        self.registry.modify(_HPA, key[0], key[1], lambda obj: obj.update(status=status), subresource="status", manager="kube-controller-manager")
