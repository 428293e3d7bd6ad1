"""Whether a drill is as its ticket says: the symptom is there, and nothing else is broken."""

from __future__ import annotations

from collections.abc import Callable

from kubernetes.client import ApiException

import kubelearn
from kubelearn.course.drills.plan import Plan
from kubelearn.course.drills.shapes import CALLS, Route
from kubelearn.course.exercises.core import NotYet
from kubelearn.course.exercises.probe import patiently

#: How long it may take until a symptom shows, or all else works, in seconds: rules of nodes follow later.
_LIMIT = 20.0
#: So many last lines of a caller's log count.
_LINES = 3


def differs(cluster: kubelearn.Cluster, plan: Plan) -> str:
    """Return what is not as the ticket says; nothing if all is."""
    broken = plan.symptoms
    try:
        for route in plan.situation.routes:
            patiently(lambda route=route: _look(cluster, route, broken), seconds=_LIMIT)  # type: ignore[misc]
    except NotYet as reason:
        return str(reason)
    return ""


def _look(cluster: kubelearn.Cluster, route: Route, broken: dict[Route, str]) -> None:
    """Raise unless a caller gets what the ticket says."""
    symptom = broken.get(route, "")
    if any(other.app == route.caller for other in broken):
        return  # its pods are what is broken: nobody may be there to call
    lines = _log(cluster, route)
    right = [line for line in lines if f" {route.app}" in line and "curl: (" not in line]
    if len(lines) < _LINES or not _fits[symptom](len(right), len(lines)):
        raise NotYet(f"{route.caller} to {route.app}, {symptom or 'healthy'}: {lines}")


#: Symptom → whether so many right answers among the last lines are what it says; nothing: all is well.
_fits: dict[str, Callable[[int, int], bool]] = {
    "": lambda right, all_: right == all_,
    "silent": lambda right, _: right == 0,
    "mixed": lambda right, all_: 0 < right < all_,
    "lost": lambda right, all_: right == all_,
}


def _log(cluster: kubelearn.Cluster, route: Route) -> list[str]:
    listing = cluster.core.list_namespaced_pod(route.home, label_selector=f"app={route.caller}").items
    pods = [pod for pod in listing if not pod.metadata.deletion_timestamp]  # those of before say how it was before
    if not pods:
        raise NotYet(f"{route.caller} has no pods")
    name = str(pods[0].metadata.name)
    try:
        log: str = cluster.core.read_namespaced_pod_log(name, route.home, container=CALLS, tail_lines=_LINES)
    except ApiException as error:
        if error.status not in (400, 404):
            raise
        raise NotYet(f"{name} does not run yet") from error
    return log.splitlines()
