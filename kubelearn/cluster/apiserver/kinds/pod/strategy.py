"""Pods (K/pkg/registry/core/pod/strategy.go)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.kinds.strategy import Context, Strategy, bump_generation, keep
from kubelearn.cluster.apiserver.podspec import defaults as pod_defaults
from kubelearn.cluster.apiserver.podspec import warnings as pod_warnings
from kubelearn.cluster.meta import Object, timestamp

from . import admission, validation


def check_graceful(pod: Object, grace_period: int | None) -> int:
    """Return how long a pod may take to go, in seconds; 0 removes it at once.

    Args:
        pod: the pod.
        grace_period: what the request asked for; None for the pod's own, or for what a deletion before has left it.
    """
    status = pod.get("status") or {}
    own = pod["metadata"].get("deletionGracePeriodSeconds")
    if own is None:
        if not pod["spec"].get("nodeName") or status.get("phase") in ("Succeeded", "Failed"):
            return 0
        own = pod["spec"].get("terminationGracePeriodSeconds", 0)
    period: int = own if grace_period is None else grace_period
    return 1 if period < 0 else period


def qos_class(spec: Object) -> str:
    """Return how badly a pod is treated when memory runs out (K/pkg/apis/core/v1/helper/qos)."""
    requests: list[tuple[str, str]] = []
    limits: list[tuple[str, str]] = []
    guaranteed = True
    for container in _containers(spec):
        resources = container.get("resources") or {}
        limited = _counted(resources.get("limits"))
        requests += _counted(resources.get("requests"))
        limits += limited
        guaranteed = guaranteed and len(limited) == 2
    if not requests and not limits:
        return "BestEffort"
    return "Guaranteed" if guaranteed and sorted(requests) == sorted(limits) else "Burstable"


def _containers(spec: Object) -> Iterator[Object]:
    yield from spec.get("containers") or ()
    yield from spec.get("initContainers") or ()


def _counted(listed: Object | None) -> list[tuple[str, str]]:
    return [(name, amount) for name, amount in (listed or {}).items() if name in ("cpu", "memory") and amount != "0"]


class PodStrategy(Strategy):
    """Rules of ``pods``."""

    has_generation = True
    has_status = True
    field_selectors: ClassVar[dict[str, Callable[[Object], str]]] = {
        "spec.nodeName": lambda obj: obj["spec"].get("nodeName", ""),
        "spec.restartPolicy": lambda obj: obj["spec"].get("restartPolicy", ""),
        "spec.schedulerName": lambda obj: obj["spec"].get("schedulerName", ""),
        "spec.serviceAccountName": lambda obj: obj["spec"].get("serviceAccountName", ""),
        "spec.hostNetwork": lambda obj: "true" if obj["spec"].get("hostNetwork") else "false",
        "status.phase": lambda obj: obj["status"].get("phase", ""),
        "status.podIP": lambda obj: obj["status"].get("podIP", ""),
        "status.podIPs": lambda obj: obj["status"].get("podIP", ""),
        "status.nominatedNodeName": lambda obj: obj["status"].get("nominatedNodeName", ""),
    }

    def default(self, obj: Object) -> None:
        """Set what the spec of every pod has, and what only pods have."""
        super().default(obj)
        spec = obj.setdefault("spec", {})
        spec.setdefault("containers", [])
        pod_defaults.pod_spec(spec, "Pod", "v1")
        pod_defaults.pod_only(spec)

    def prepare_create(self, obj: Object, context: Context) -> None:
        """Pass the pod through admission, and begin its status."""
        spec = obj["spec"]
        if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
            spec["terminationGracePeriodSeconds"] = 1
        admission.admit(obj, context)
        obj["status"] = {"phase": "Pending", "qosClass": qos_class(obj["spec"])}
        if obj["spec"].get("schedulingGates"):
            condition = {
                "type": "PodScheduled",
                "status": "False",
                "reason": "SchedulingGated",
                "lastProbeTime": None,
                "lastTransitionTime": timestamp(),
            }
            obj["status"]["conditions"] = [
                {**condition, "message": "Scheduling is blocked due to non-empty scheduling gates"}
            ]

    def prepare_subresource(self, subresource: str, new: Object, old: Object) -> None:
        """Take ephemeral containers, too (podEphemeralContainersStrategy)."""
        super().prepare_subresource(subresource, new, old)
        if subresource == "ephemeralcontainers":
            wanted = (new.get("spec") or {}).get("ephemeralContainers")
            for item in wanted or ():
                pod_defaults.container(item)
            self.prepare_status(new, old)
            kept = {key: value for key, value in old["spec"].items() if key != "ephemeralContainers"}
            new["spec"] = kept | ({"ephemeralContainers": wanted} if wanted else {})
            new["status"] = old["status"]
            if new["spec"] != old["spec"]:
                bump_generation(new, old)

    def validate_subresource(self, subresource: str, new: Object, old: Object) -> list[Cause]:
        """Check ephemeral containers, which are only added."""
        return validation.ephemeral_update(new, old) if subresource == "ephemeralcontainers" else []

    def validate(self, obj: Object) -> list[Cause]:
        """Check the spec."""
        return validation.pod(obj)

    def prepare_update(self, new: Object, old: Object, _context: Context) -> None:
        """Keep the status, and pass the pod through admission."""
        keep(new, old, "status")
        admission.admit_update(new)
        if new["spec"] != old["spec"]:
            bump_generation(new, old)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement: almost nothing of the spec may change."""
        return validation.pod_update(new, old)

    def prepare_status(self, new: Object, old: Object) -> None:
        """Take the status, except the class of service, which is set once."""
        super().prepare_status(new, old)
        if "qosClass" in old["status"]:
            new["status"]["qosClass"] = old["status"]["qosClass"]

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        """Warn of a hostname and of a spec that may surprise."""
        if old is not None:
            return []
        return pod_warnings.hostname(obj, "the Pod's hostname") + pod_warnings.pod_spec(obj["spec"])
