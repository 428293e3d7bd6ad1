"""Status of DaemonSets (K/pkg/controller/daemon/daemon_controller.go, updateDaemonSetStatus)."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.controllers.framework.pods import is_available
from kubelearn.cluster.controllers.framework.revisions import collisions
from kubelearn.cluster.meta import Object

from .placement import ByNode, is_current, should_run


def calculate(owner: Object, nodes: list[Object], pods: ByNode, revision: str) -> Object:
    """Return the counts: nodes, not pods; of several pods on a node the oldest counts."""
    minimum = owner["spec"].get("minReadySeconds", 0)
    wanted = {meta.name_of(node) for node in nodes if should_run(owner, node)[0]}
    present = {meta.name_of(node): pods[meta.name_of(node)] for node in nodes if meta.name_of(node) in pods}
    counted = [items[0] for name, items in present.items() if name in wanted]
    ready = [pod for pod in counted if meta.is_ready(pod)]
    available = sum(is_available(pod, minimum) for pod in ready)
    status: Object = {
        "currentNumberScheduled": len(counted),
        "numberMisscheduled": len(present) - len(counted),
        "desiredNumberScheduled": len(wanted),
        "numberReady": len(ready),
        "observedGeneration": owner["metadata"]["generation"],
        "updatedNumberScheduled": sum(is_current(owner, pod, revision) for pod in counted),
        "numberAvailable": available,
        "numberUnavailable": len(wanted) - available,
    }
    drop_empty(status, "apps.v1.DaemonSetStatus")
    count = collisions(owner)
    return status if count is None else {**status, "collisionCount": count}
