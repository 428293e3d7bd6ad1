"""Facts about pods that several controllers need (K/pkg/api/v1/pod/util.go, K/pkg/controller/controller_utils.go)."""

from __future__ import annotations

import time

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object


def is_finished(pod: Object) -> bool:
    """Return whether all containers of a pod have ended for good."""
    return meta.phase_of(pod) in ("Succeeded", "Failed")


def is_active(pod: Object) -> bool:
    """Return whether a pod counts as a replica: neither finished nor being deleted."""
    return "deletionTimestamp" not in pod["metadata"] and not is_finished(pod)


def seconds_until_available(pod: Object, min_ready_seconds: int) -> float | None:
    """Return after how long a pod counts as available: 0 for now, None when it is not ready."""
    ready = meta.condition(pod, "Ready")
    if ready is None or ready["status"] != "True":
        return None
    if not min_ready_seconds:
        return 0.0
    return max(0.0, meta.seconds_of(ready["lastTransitionTime"]) + min_ready_seconds - time.time())


def is_available(pod: Object, min_ready_seconds: int) -> bool:
    """Return whether a pod has been ready for long enough (IsPodAvailable)."""
    return seconds_until_available(pod, min_ready_seconds) == 0


def restarts(pod: Object) -> int:
    """Return the greatest restart count of a pod's containers."""
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    return max((status.get("restartCount", 0) for status in statuses), default=0)


def from_template(template: Object, owner: Object, prefix: str) -> Object:
    """Return the pod that a controller makes from its template (GetPodFromTemplate)."""
    given = template.get("metadata") or {}
    metadata: Object = {"generateName": f"{prefix}-"}
    for key in ("labels", "annotations", "finalizers"):
        if given.get(key):
            metadata[key] = meta.thaw(given[key])
    metadata["ownerReferences"] = [meta.controller_reference(owner)]
    return {"metadata": metadata, "spec": meta.thaw(template["spec"])}
