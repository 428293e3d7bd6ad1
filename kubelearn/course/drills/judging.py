"""Whether a drill's applications reach each other: judged by who answers, and by what the callers themselves get.

Which command did it does not matter, and no fault is looked for. Each address has to be answered as agreed, by all
pods of the right Deployment and by nobody else; the caller's own log has to say so, too; and both once more after all
of them have been replaced, as an update does.
"""

from __future__ import annotations

from collections.abc import Sequence

from kubelearn.course.exercises.change import after, roll
from kubelearn.course.exercises.core import NotAttempted, NotYet
from kubelearn.course.exercises.probe import expect_answers, patiently, service, service_port
from kubelearn.course.exercises.through import endpoints, replicas
from kubelearn.course.exercises.words import together
from kubelearn.target.connection import Cluster

from .shapes import CALLS, Route, Situation

#: So many last lines of a caller's log are looked at, and how many seconds it may take until they are right: it writes
#: two in a second where it is answered, and one in two and a half where it waits in vain.
_LINES, _HEARD = 3, 10.0


def cured(cluster: Cluster, situation: Situation) -> str:
    """Prove that every application of a situation is answered, replace all pods, and prove it again.

    Returns:
        A sentence that says who answered.

    Raises:
        NotYet: the first thing that is not so.
    """
    try:
        for route in situation.routes:
            answered(cluster, route)
        workloads = _workloads(situation)
        for name, namespace in workloads:
            roll(cluster, name, namespace)
        what = f"the check replaced the pods of {together(f'`{name}`' for name, _ in workloads)}, as an update does"
        return after(what, lambda: ". ".join(answered(cluster, route) for route in situation.routes))
    except NotAttempted as missing:  # what the drill made itself is gone
        raise NotYet(str(missing)) from None


def _workloads(situation: Situation) -> list[tuple[str, str]]:
    """Return the Deployments of a situation, with their namespaces, those that answer first."""
    answering = [(route.app, route.ns) for route in situation.routes]
    calling = [(route.caller, route.home) for route in situation.routes]
    return list(dict.fromkeys([*answering, *calling]))


def answered(cluster: Cluster, route: Route) -> str:
    """Prove that an address is answered by all pods of the right Deployment, and that its caller gets their answers.

    Raises:
        NotYet: an address that nobody answers, or others; or a caller that still gets something else.
    """
    pods = replicas(cluster, route.app, route.ns)
    proof = _at_the_address(cluster, route, pods)
    patiently(lambda: _in_the_log(cluster, route, pods), seconds=_HEARD)
    return f"{proof}, and the log of `{route.caller}` says the same"


def _at_the_address(cluster: Cluster, route: Route, pods: Sequence[str]) -> str:
    """Prove who answers at the agreed address; where nobody does, go step by step, so that the first fault is named."""
    try:
        proof = expect_answers(cluster, route.url, pods, namespace=route.home)
    except NotYet as reason:
        port = service_port(service(cluster, route.service, route.ns), route.port)
        endpoints(cluster, route.service, pods, route.ns)
        raise NotYet(f"{reason}. The Service passes connections on to port `{port.target_port}` of the pods") from None
    endpoints(cluster, route.service, pods, route.ns)  # the rules of a moment ago may still be in force
    return proof


def _in_the_log(cluster: Cluster, route: Route, pods: Sequence[str]) -> None:
    """Raise unless the last lines in the log of each caller name one of these pods."""
    for caller in replicas(cluster, route.caller, route.home):
        log: str = cluster.core.read_namespaced_pod_log(caller, route.home, container=CALLS, tail_lines=_LINES)
        lines = log.splitlines()
        others = [line for line in lines if not any(pod in line for pod in pods)]
        if others or len(lines) < _LINES:
            said = f"`{others[-1][:200]}`" if others else "nothing"
            raise NotYet(f"`{route.url}` is answered, but the pod `{caller}` gets something else: its log says {said}")
