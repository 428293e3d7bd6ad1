"""What the Endpoints and EndpointSlice controllers share: which pods are behind a Service.

K/staging/src/k8s.io/endpointslice/utils.go.
"""

from __future__ import annotations

from typing import Any

from kubelearn.cluster import meta
from kubelearn.cluster.controllers.framework.informer import Informers, Key, by_label, by_namespace, label_value
from kubelearn.cluster.controllers.framework.pods import is_finished
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent

HEADLESS = "service.kubernetes.io/headless"
TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time"


class ServicePodsController(Controller):
    """Base of the controllers that keep something up for each Service with a selector."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._services = informers.of("services")
        self._pods = informers.of("pods")
        self._services.add_index("namespace", by_namespace)
        self._pods.add_index("label", by_label)
        self._services.add_handler(self.enqueue_event)
        self._pods.add_handler(self._pod_changed)

    def _pod_changed(self, event: StoreEvent) -> None:
        """Wake the Services that select the pod, if something changed that they show."""
        pod, previous = event.object, event.previous
        if event.type == "MODIFIED" and previous is not None and shown(pod) == shown(previous):
            return
        labels = meta.labels_of(pod)
        before = meta.labels_of(previous) if previous is not None else labels
        for service in self._services.indexed("namespace", meta.namespace_of(pod)):
            selector = service["spec"].get("selector")
            if meta.matches(selector, labels) or meta.matches(selector, before):
                self.enqueue(service)

    def pods_of(self, service: Object) -> list[Object]:
        """Return the pods that a Service selects, by name: those of its rarest label, filtered by the others."""
        namespace, selector = meta.namespace_of(service), service["spec"]["selector"]
        values = [label_value(namespace, name, value) for name, value in selector.items()]
        rarest = min(values, key=lambda value: self._pods.count("label", value))
        found = [pod for pod in self._pods.indexed("label", rarest) if meta.matches(selector, meta.labels_of(pod))]
        return sorted(found, key=meta.name_of)


def has_endpoints(service: Object) -> bool:
    """Return whether the controllers keep endpoints for a Service: not without a selector, not for ExternalName."""
    return bool(service["spec"].get("selector")) and service["spec"].get("type") != "ExternalName"


def is_headless(service: Object) -> bool:
    """Return whether a Service has no ClusterIP by choice."""
    return bool(service["spec"].get("clusterIP") == "None")


def shown(pod: Object) -> tuple[Any, ...]:
    """Return everything about a pod that endpoints show (podEndpointsChanged)."""
    metadata, spec, status = pod["metadata"], pod["spec"], pod.get("status") or {}
    ready = meta.condition(pod, "Ready")
    return (
        status.get("podIP"),
        status.get("podIPs"),
        ready and (ready["status"], ready.get("lastTransitionTime")),
        "deletionTimestamp" in metadata,
        is_finished(pod),
        spec.get("nodeName"),
        metadata.get("labels"),
        spec.get("hostname"),
        spec.get("subdomain"),
    )


def address(pod: Object) -> str:
    """Return the pod's IPv4 address, ``""`` while it has none."""
    status = pod.get("status") or {}
    ip: str = status.get("podIP") or ""
    if ":" not in ip:
        return ip
    return next((item["ip"] for item in status.get("podIPs") or () if ":" not in item["ip"]), "")


def may_be_endpoint(pod: Object, *, include_terminating: bool) -> bool:
    """Return whether a pod may be behind a Service at all (ShouldPodBeInEndpoints)."""
    if is_finished(pod) or not address(pod):
        return False
    return include_terminating or not meta.is_terminating(pod)


def target_port(pod: Object, port: Object) -> int | None:
    """Return the number of a Service's port in one pod, None when the pod lacks the name (FindPort)."""
    target: int | str = port["targetPort"]
    if isinstance(target, int):
        return target
    spec = pod["spec"]
    sidecars = [item for item in spec.get("initContainers") or () if item.get("restartPolicy") == "Always"]
    for container in [*spec["containers"], *sidecars]:
        for candidate in container.get("ports") or ():
            if candidate.get("name") == target and candidate.get("protocol", "TCP") == port.get("protocol", "TCP"):
                number: int = candidate["containerPort"]
                return number
    return None


def hostname(pod: Object, service: Object) -> str:
    """Return the pod's name in DNS, if it has one under this Service."""
    spec = pod["spec"]
    name: str = spec.get("hostname", "")
    return name if name and spec.get("subdomain") == meta.name_of(service) else ""


def target_reference(pod: Object) -> Object:
    """Return the ``targetRef`` of a pod's endpoint."""
    metadata = pod["metadata"]
    return {"kind": "Pod", "namespace": metadata["namespace"], "name": metadata["name"], "uid": metadata["uid"]}


class TriggerTimes:
    """When what happened that changes endpoints (K/staging/src/k8s.io/endpointslice/util/trigger_time_tracker.go)."""

    def __init__(self) -> None:
        self._services: dict[Key, str] = {}
        self._pods: dict[Key, dict[str, str]] = {}

    def last_change(self, key: Key, service: Object, pods: list[Object]) -> str:
        """Return the earliest of the changes since the last call, ``""`` when there is none."""
        times = {}
        for pod in pods:
            ready = meta.condition(pod, "Ready")
            if ready is not None and ready.get("lastTransitionTime"):
                times[meta.name_of(pod)] = ready["lastTransitionTime"]
        known = self._pods.get(key, {})
        changes = [time for name, time in times.items() if time > known.get(name, "")]
        created = service["metadata"]["creationTimestamp"]
        if created > self._services.get(key, ""):
            changes.append(created)
        self._services[key] = created
        self._pods[key] = times
        return min(changes, default="")

    def forget(self, key: Key) -> None:
        """Forget a Service that is gone."""
        self._services.pop(key, None)
        self._pods.pop(key, None)


def annotate_trigger_time(metadata: Object, time: str) -> None:
    """Set or remove the annotation that says when the change happened, in place."""
    annotations = dict(metadata.get("annotations") or {})
    if time:
        annotations[TRIGGER_TIME] = time
    else:
        annotations.pop(TRIGGER_TIME, None)
    if annotations:
        metadata["annotations"] = annotations
    else:
        metadata.pop("annotations", None)
