"""Whether a drill's applications reach each other: judged by who answers, and by what the callers themselves get.

Which command did it does not matter, and no fault is looked for. Each address has to be answered as agreed, by all
pods of the right Deployment and by nobody else; the caller's own log has to say so, too; and both once more after all
of them have been replaced, as an update does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from kubelearn.course.exercises import readiness
from kubelearn.course.exercises.by_names import expect_names
from kubelearn.course.exercises.change import after, roll
from kubelearn.course.exercises.core import NotYet, begun
from kubelearn.course.exercises.outcome import sentence
from kubelearn.course.exercises.probe import (
    Found,
    client_pod,
    deployment,
    expect_answers,
    names,
    patiently,
    pod,
    ready_pod,
    running,
    service,
    service_port,
)
from kubelearn.course.exercises.through import endpoints, replicas, selector, slices_of
from kubelearn.course.exercises.updates import Call, survives
from kubelearn.course.exercises.words import together
from kubelearn.target.connection import Cluster
from kubelearn.views.traffic import command, curl

from .faults import Fault
from .shapes import CALLS, PART_OF, Route, Situation

#: So many last lines of a caller's log are looked at, and how many seconds it may take until they are right: it writes
#: two in a second where it is answered, and one in two and a half where it waits in vain.
_LINES, _HEARD = 3, 10.0
#: In a log: an address, and a word, such as a pod's name.
_ADDRESS, _WORD = re.compile(r"https?://\S+"), re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
#: With which programs a container may call.
_CLIENTS = ("curl", "wget")


def cured(cluster: Cluster, situation: Situation, placed: Sequence[tuple[Fault, Route]] = ()) -> str:
    """Prove that every application of a situation is answered, replace all pods, and prove it again.

    Args:
        placed: faults that may ask for more, each with its route.

    Returns:
        A sentence that says who answered.

    Raises:
        NotYet: the first thing that is not so.
    """
    with begun():  # what the drill made itself may be gone
        for route in situation.routes:
            answered(cluster, situation, route)
        workloads = _workloads(situation, placed)
        for name, namespace in workloads:
            roll(cluster, name, namespace)
        what = f"the check replaced the pods of {together(f'`{name}`' for name, _ in workloads)}, as an update does"
        proof = after(what, lambda: ". ".join(answered(cluster, situation, route) for route in situation.routes))
        more = [PROOFS[name](cluster, route) for fault, route in placed for name in fault.proves]
        return " ".join(map(sentence, [proof, *more]))


def _workloads(situation: Situation, placed: Sequence[tuple[Fault, Route]]) -> list[tuple[str, str]]:
    """Return the Deployments that there were, with their namespaces, those that answer first."""
    added = [
        (document["metadata"]["name"], document["metadata"]["namespace"])
        for fault, route in placed
        for document in fault.on(route).adds
        if document["kind"] == "Deployment"
    ]
    answering = [(route.app, route.ns) for route in situation.routes if not route.is_by_hand]
    calling = [(route.caller, route.home) for route in situation.routes]
    return list(dict.fromkeys([*answering, *added, *calling]))


def answered(cluster: Cluster, situation: Situation, route: Route) -> str:
    """Prove that an address is answered by all pods of the right Deployment, and that its caller gets their answers.

    Raises:
        NotYet: an address that nobody answers, or others; or a caller that still gets something else.
    """
    if service(cluster, route.service, route.ns).spec.publish_not_ready_addresses:
        raise NotYet(
            f"the Service `{route.service}` now sends requests to pods that are not ready. "
            "The next one that really is not will get them, too"
        )
    if route.is_by_hand:
        pods = names([ready_pod(cluster, route.app, route.ns)])
    else:
        pods = replicas(cluster, route.app, route.ns)
    labels = labels_of_caller(cluster, situation, route)
    before = _noted(cluster, route)
    proof = _at_the_address(cluster, route, pods, labels)
    _still_calls(cluster, route)
    patiently(lambda: _in_the_log(cluster, route, pods, before), seconds=_HEARD)
    return f"{proof}, and the log of `{route.caller}` says the same"


def _at_the_address(cluster: Cluster, route: Route, pods: Sequence[str], labels: dict[str, str]) -> str:
    """Prove who answers at the agreed address; where nobody does, go step by step, so that the first fault is named."""
    try:
        proof = expect_answers(cluster, route.url, pods, namespace=route.home, labels=labels)
    except NotYet as reason:
        found = service(cluster, route.service, route.ns)
        port = None if route.is_headless else service_port(found, route.port)
        target = port.target_port if port else route.target
        _leads_to(cluster, route, pods)
        if port:
            patiently(lambda: _has_port(cluster, route, port))
        listens = _listens(cluster, route, pods[0], target, labels) if "curl: (7)" in str(reason) else ""
        where = "The Service passes connections on to" if port else "Its pods are asked on"
        raise NotYet(f"{reason}. {where} port `{target}` of the pods{listens}") from None
    _leads_to(cluster, route, pods)  # the rules of a moment ago may still be in force
    return proof


def _has_port(cluster: Cluster, route: Route, port: Found) -> None:
    """Raise if no container has the port to which a port of a Service passes connections on by its name."""
    behind = {each.name or "" for item in slices_of(cluster, route.service, route.ns) for each in item.ports or ()}
    if isinstance(port.target_port, str) and (port.name or "") not in behind:
        raise NotYet(
            f"the Service `{route.service}` has pods behind it, "
            f"but none of their containers has a port with the name `{port.target_port}`"
        )


def _listens(cluster: Cluster, route: Route, name: str, port: int | str, labels: dict[str, str]) -> str:
    """Say whom a pod refuses on a port, if it does: it is asked from inside, and at its own address from outside."""
    if not isinstance(port, int):
        return ""
    found = pod(cluster, name, route.ns)
    where, inside = _container(found, route.part), f"http://127.0.0.1:{port}/hostname"
    if cluster.exec(name, "wget", "-q", "-T", "2", "-O", "-", inside, container=where, namespace=route.ns).code:
        return ", where nobody listens"
    with client_pod(cluster, route.home, labels) as run:
        refused = run("curl", "-sS", "-m", "2", f"http://{found.status.pod_ip}:{port}/hostname").code
    return ", and there the server answers its own pod only" if refused else ""


def _container(found: Found, usual: str) -> str:
    """Return the name of a pod's container: the usual one, or the first if that has another name."""
    names = [str(container.name) for container in found.spec.containers]
    return usual if usual in names else names[0]


def _leads_to(cluster: Cluster, route: Route, pods: Sequence[str]) -> None:
    """Raise unless exactly these pods are behind the Service, if a selector says so."""
    if not route.is_by_hand:
        endpoints(cluster, route.service, pods, route.ns)


def labels_of_caller(cluster: Cluster, situation: Situation, route: Route) -> dict[str, str]:
    """Return what a pod has that asks in the caller's place: rules for who may call look at it.

    If the caller is called itself, its Service would find that pod by the other labels.
    """
    if any(route.caller == other.app for other in situation.routes):
        return {PART_OF: route.caller}
    labels: dict[str, str] = deployment(cluster, route.caller, route.home).spec.template.metadata.labels or {}
    return labels


def keeps_out(cluster: Cluster, situation: Situation, route: Route) -> bool:
    """Say whether the cluster keeps a caller from pods that are ready, a few seconds after it was told to.

    The pods are asked themselves, past the rules of Services, which may not be there yet.
    """
    (address, *_) = [pod.status.pod_ip for pod in running(cluster, f"app={route.app}", route.ns)]
    url = f"http://{address}:{route.target}/hostname"

    def ask() -> None:
        if not run("curl", "-sS", "-m", "0.5", url).code:
            raise NotYet(f"`{url}` answers")

    with client_pod(cluster, route.home, labels_of_caller(cluster, situation, route)) as run:
        try:
            patiently(ask)
        except NotYet:
            return False
    return True


def _noted(cluster: Cluster, route: Route) -> dict[str, str]:
    """Return when each caller has last noted an answer, by the clock of its node."""
    callers = running(cluster, selector(deployment(cluster, route.caller, route.home)), route.home)
    logs = {caller: _log(cluster, route, caller) for caller in names(callers)}
    return {caller: log[-1][0] for caller, log in logs.items() if log}


def _log(cluster: Cluster, route: Route, caller: str) -> list[tuple[str, str]]:
    """Return the last lines in a caller's log, each with its time."""
    container = _container(pod(cluster, caller, route.home), CALLS)
    log: str = cluster.core.read_namespaced_pod_log(
        caller, route.home, container=container, tail_lines=_LINES, timestamps=True
    )
    return [(when, line) for when, _, line in (line.partition(" ") for line in log.splitlines())]


def _in_the_log(cluster: Cluster, route: Route, pods: Sequence[str], before: dict[str, str]) -> None:
    """Raise unless the last lines in the log of each caller name one of these pods, and are newer than that."""
    for caller in replicas(cluster, route.caller, route.home):
        log = _log(cluster, route, caller)
        others = [line for _, line in log if not set(pods) & set(_answer(line))]
        if others or len(log) < _LINES:
            said = f"`{others[-1][:200]}`" if others else "nothing"
            raise NotYet(f"`{route.url}` is answered, but the pod `{caller}` gets something else: its log says {said}")
        if log[0][0] <= before.get(caller, ""):
            raise NotYet(f"`{route.url}` is answered, but there is nothing new in the log of the pod `{caller}`")
        _still_calls(cluster, route, log[-1][1])


def _answer(line: str) -> list[str]:
    """Return the words of what a caller got, without the address, in which an application's name is, too."""
    return [] if "curl: (" in line else _WORD.findall(_ADDRESS.sub("", line))


def _still_calls(cluster: Cluster, route: Route, line: str = "") -> None:
    """Raise unless a caller calls, and finds the Service by a name, which stays when an address becomes another one.

    Args:
        line: of its log; it begins with what it asks for.
    """
    spec = deployment(cluster, route.caller, route.home).spec.template.spec
    container = next((each for each in spec.containers if each.name == CALLS), spec.containers[0])
    command = " ".join([*(container.command or ()), *(container.args or ())])
    if not any(client in command for client in _CLIENTS):
        raise NotYet(f"`{route.caller}` does not call anybody any more, whatever its log says: it runs `{command}`")
    asked = line.partition(" ")[0]
    values = [str(each.value) for each in container.env or ()]
    if any(route.fill("$(${VARIABLE}_SERVICE_HOST)") in value for value in values):
        asked = ""  # from a variable of the Service, which new pods have as it is by then
    expect_names(route.caller, spec, asked)


def _asks_the_server(cluster: Cluster, route: Route) -> str:
    """Prove that pods are ready only when their server answers."""
    if not readiness.probes(deployment(cluster, route.app, route.ns).spec.template.spec):
        raise NotYet("without a readiness probe the pods count as ready, whether they answer or not")
    with readiness.copy_without_server(cluster.within(route.ns), route.app) as stays_unready:
        stays_unready()
    return "A copy of a pod without its server does not become ready"


def _loses_nothing(cluster: Cluster, route: Route) -> str:
    """Prove that an update loses no request."""
    call = Call(f"{route.service}:{route.port}", "/hostname", route.target)
    why = "Do pods answer until all nodes know that they stop, and from the moment at which they are ready?"
    return str(survives(cluster.within(route.ns), route.app, call, lambda: why, times=1))


def _keeps_strangers_out(cluster: Cluster, route: Route) -> str:
    """Prove that a pod that is not the caller still gets no answer."""
    with client_pod(cluster, route.home) as run:
        got = run(*command(route.url, 3, timeout=1)).stdout.splitlines()
    if any(not curl.failed(line) for line in got):
        raise NotYet(f"a pod that is not `{route.caller}` is answered at `{route.url}`, too. It was kept out before")
    return f"A pod that is not `{route.caller}` is still kept out"


#: What a fault may ask for besides right answers.
PROOFS: dict[str, Callable[[Cluster, Route], str]] = {
    "guarded": _keeps_strangers_out,
    "readiness": _asks_the_server,
    "updates": _loses_nothing,
}
