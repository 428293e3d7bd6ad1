"""HorizontalPodAutoscalers, honestly: there are no metrics here (K/pkg/controller/podautoscaler/horizontal.go).

As on a kind cluster without metrics-server, an autoscaler keeps its target between minReplicas and
maxReplicas and says that it cannot do more.
"""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.resources import BY_KIND, SCALABLE
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent

from .framework.informer import Informers, Key
from .framework.workqueue import Controller

HPAS = "horizontalpodautoscalers.autoscaling"


class HorizontalPodAutoscalerController(Controller):
    """Writes the status of autoscalers."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._events = EventRecorder(self.registry, "horizontal-pod-autoscaler")
        self._hpas = informers.of(HPAS)
        self._hpas.add_handler(self.enqueue_event)
        for resource in SCALABLE:
            informers.of(resource).add_handler(self._target_changed)

    def _target_changed(self, event: StoreEvent) -> None:
        before, now = event.previous, event.object
        if event.type == "MODIFIED" and before is not None and _replicas(before) == _replicas(now):
            return
        for hpa in self.registry.list(HPAS, meta.namespace_of(event.object)):
            target = hpa["spec"]["scaleTargetRef"]
            if (target["kind"], target["name"]) == (event.object["kind"], meta.name_of(event.object)):
                self.enqueue(hpa)

    def reconcile(self, key: Key) -> None:
        """Keep a target's replicas between minimum and maximum; there are no metrics to scale by."""
        hpa = self.registry.find(HPAS, *key)
        if hpa is None:
            return
        target = self._target(hpa)
        if target is None:
            self._write(hpa, 0, 0, [self._no_target(hpa)])
            return
        current: int = target["spec"].get("replicas", 1)
        desired = self._bounded(hpa, current)
        able = "the HPA controller was able to get the target's current scale"
        conditions = [("AbleToScale", "True", "SucceededGetScale", able)]
        if current == 0:
            disabled = "scaling is disabled since the replica count of the target is zero"
            conditions.append(("ScalingActive", "False", "ScalingDisabled", disabled))
        elif desired != current:
            self._rescale(hpa, target, desired, "Spec.MinReplicas" if desired > current else "Spec.MaxReplicas")
            able = f"the HPA controller was able to update the target scale to {desired}"
            conditions = [("AbleToScale", "True", "SucceededRescale", able)]
        else:
            conditions.append(self._no_metrics(hpa))
            desired = (hpa.get("status") or {}).get("desiredReplicas", 0)
        self._write(hpa, current, desired, conditions)

    def _target(self, hpa: Object) -> Object | None:
        reference = hpa["spec"]["scaleTargetRef"]
        kind = BY_KIND.get((reference.get("apiVersion", ""), reference["kind"]))
        if kind is None or kind.key not in SCALABLE:
            return None
        return self.registry.find(kind.key, meta.namespace_of(hpa), reference["name"])

    def _no_target(self, hpa: Object) -> tuple[str, str, str, str]:
        reference = hpa["spec"]["scaleTargetRef"]
        plural = f"{reference['kind'].lower()}s.{reference.get('apiVersion', '').partition('/')[0]}".rstrip(".")
        why = f'{plural} "{reference["name"]}" not found'
        self._warn_once(hpa, "AbleToScale", {"FailedGetScale": why})
        return (
            "AbleToScale",
            "False",
            "FailedGetScale",
            f"the HPA controller was unable to get the target's current scale: {why}",
        )

    @staticmethod
    def _bounded(hpa: Object, current: int) -> int:
        if current == 0:
            return 0
        least, most = int(hpa["spec"].get("minReplicas", 1)), int(hpa["spec"]["maxReplicas"])
        return min(max(current, least), most)

    def _rescale(self, hpa: Object, target: Object, desired: int, bound: str) -> None:
        def change(item: Object) -> None:
            item["spec"]["replicas"] = desired

        resource = BY_KIND[target["apiVersion"], target["kind"]].key
        namespace, name = meta.namespace_of(target), meta.name_of(target)
        self.registry.modify(resource, namespace, name, change, subresource="scale", manager=self.manager)
        side = "below" if bound == "Spec.MinReplicas" else "above"
        reason = f"Current number of replicas {side} {bound}"
        self._events.event(hpa, "Normal", "SuccessfulRescale", f"New size: {desired}; reason: {reason}")

    def _no_metrics(self, hpa: Object) -> tuple[str, str, str, str]:
        metrics = hpa["spec"].get("metrics") or ()
        resource: Object = next((metric["resource"] for metric in metrics if metric.get("resource")), {"name": "cpu"})
        name = resource["name"]
        what = "usage" if (resource.get("target") or {}).get("averageValue") is not None else "utilization"
        why = (
            f"failed to get {name} {what}: unable to get metrics for resource {name}: "
            "unable to fetch metrics from resource metrics API: "
            "the server could not find the requested resource (get pods.metrics.k8s.io)"
        )
        invalid = f"invalid metrics ({len(metrics)} invalid out of {len(metrics)})"
        failed = f"{invalid}, first error is: failed to get {name} resource metric value: {why}"
        warnings = {"FailedGetResourceMetric": why, "FailedComputeMetricsReplicas": failed}
        self._warn_once(hpa, "ScalingActive", warnings)
        return (
            "ScalingActive",
            "False",
            "FailedGetResourceMetric",
            f"the HPA was unable to compute the replica count: {why}",
        )

    def _warn_once(self, hpa: Object, kind: str, warnings: dict[str, str]) -> None:
        """Record Warnings unless the condition gives the first reason already; the real one repeats them every 15 s."""
        known = meta.condition(hpa, kind)
        if known is None or known["reason"] not in warnings:
            for reason, why in warnings.items():
                self._events.event(hpa, "Warning", reason, why)

    def _write(self, hpa: Object, current: int, desired: int, found: list[tuple[str, str, str, str]]) -> None:
        conditions = []
        for kind, value, reason, message in found:
            since = meta.transition_time(hpa, kind, value)
            conditions.append(
                {"type": kind, "status": value, "lastTransitionTime": since, "reason": reason, "message": message}
            )
        status: Object = {
            "currentReplicas": current,
            "desiredReplicas": desired,
            "currentMetrics": None,
            "conditions": conditions,
        }
        old = hpa.get("status") or {}
        if "lastScaleTime" in old:
            status["lastScaleTime"] = old["lastScaleTime"]
        if "SucceededRescale" in (reason for _, _, reason, _ in found):
            status["lastScaleTime"] = meta.timestamp()
        self.write_status(HPAS, hpa, status)


def _replicas(obj: Object) -> object:
    return obj["spec"].get("replicas")
