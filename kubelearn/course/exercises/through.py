"""Whether a Service leads to the right pods: judged by what it does, as soon as that follows from what it says.

After a change, a node goes on for about a second as its rules were before, and a check may come at once.
So the answers have to be right, and what they follow from: the Service's selector picks these pods,
its EndpointSlices have followed, and each endpoint answers when it is called directly, past all rules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import nullcontext
from typing import Any

from kubelearn.target.connection import Cluster
from kubelearn.target.execution import Completed
from kubelearn.views.pods import is_ready, selector_text
from kubelearn.views.traffic import ready_pods

from .core import NotYet
from .probe import (
    REQUESTS,
    Found,
    Underway,
    answers,
    client_pod,
    deployment,
    judge,
    names,
    not_yet,
    patiently,
    running,
    service,
    trouble,
)
from .words import counted, listed

#: Requests for each pod, by which one that gets none is found out.
_EACH = 10
#: Who writes a Service's EndpointSlices, unless somebody does it by hand.
_MANAGED, _CONTROLLER = "endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io"

Run = Callable[..., Completed]


def replicas(cluster: Cluster, name: str, namespace: str = "") -> list[str]:
    """Return the names of a Deployment's pods, once all of them are ready and up to date; waits while they come.

    Raises:
        NotAttempted: there is no such Deployment.
        NotYet: it has none, or not all of them get ready; says why.
    """
    if not deployment(cluster, name, namespace).spec.replicas:
        raise NotYet(f"the Deployment `{name}` has no replicas any more")
    return patiently(lambda: _look_for_replicas(cluster, name, namespace))


def _look_for_replicas(cluster: Cluster, name: str, namespace: str) -> list[str]:
    found = deployment(cluster, name, namespace)
    if found.spec.paused and not is_updated(found):
        raise NotYet(f"the Deployment `{name}` is paused: its last change does not reach its pods")
    labels = selector(found)
    pods = names(running(cluster, f"{labels},pod-template-hash", namespace))
    if len(pods) == found.spec.replicas and is_updated(found):
        return pods
    where = namespace or cluster.namespace
    listing: list[Found] = cluster.core.list_namespaced_pod(where, label_selector=labels).items
    waiting = [pod for pod in listing if pod.metadata.name not in pods and not pod.metadata.deletion_timestamp]
    why = f". Look at its pod `{waiting[-1].metadata.name}`: {trouble(waiting[-1])}" if waiting else ""
    said = (
        f"not all pods of the Deployment `{name}` are ready and up to date ({len(pods)} of {found.spec.replicas}){why}"
    )
    if len(pods) > found.spec.replicas and not found.spec.paused:
        raise Underway(said)  # an old one is about to go
    if len(pods) == found.spec.replicas and _is_behind(found, listing):
        raise Underway(said)
    raise not_yet(said, listing)


def _is_behind(found: Found, pods: Collection[Found]) -> bool:
    """Say whether nothing but its controller's next look keeps a Deployment from being up to date.

    That has neither given up, nor may it not make pods, and all pods that there are are ready.
    """
    failed = {"Progressing": "False", "ReplicaFailure": "True"}
    is_stuck = any(failed.get(condition.type) == condition.status for condition in found.status.conditions or ())
    return not found.spec.paused and not is_stuck and all(map(is_ready, pods))


def selector(found: Found) -> str:
    """Return the labels by which a Deployment knows its pods, as kubectl takes them."""
    return ",".join(f"{key}={value}" for key, value in found.spec.selector.match_labels.items())


def is_updated(found: Found) -> bool:
    """Say whether a Deployment has as many pods as it should, all of its present template."""
    status = found.status
    return bool(
        status.observed_generation == found.metadata.generation
        and status.updated_replicas == status.replicas == found.spec.replicas
    )


def available(cluster: Cluster, name: str) -> None:
    """Raise :class:`NotYet` unless all pods of a Deployment are up to date, and ready as long as it asks for."""
    found = deployment(cluster, name)
    status, size = found.status, found.spec.replicas
    if not size:
        raise NotYet(f"the Deployment `{name}` has no replicas any more")
    there = status.available_replicas or 0
    if is_updated(found) and there == size:
        return
    if found.spec.paused:
        raise NotYet(f"the Deployment `{name}` is paused: no update begins")
    listing: list[Found] = cluster.core.list_namespaced_pod(cluster.namespace, label_selector=selector(found)).items
    said = (
        f"the update of `{name}` is not finished. New pods: {status.updated_replicas or 0} of {size}. "
        f"Pods that are ready, old ones included: {there}"
    )
    if found.spec.min_ready_seconds and (status.ready_replicas or 0) > there:
        raise Underway(said)
    if _is_behind(found, listing):
        raise Underway(said)
    raise not_yet(said, listing)


def endpoints(cluster: Cluster, name: str, pods: Collection[str], namespace: str = "") -> None:
    """Wait a few seconds until a Service has exactly these pods behind it; quicker to tell than by requests.

    Raises:
        NotYet: it has not; says which pods it has.
    """
    patiently(lambda: _look_behind(cluster, name, pods, namespace))


def _look_behind(cluster: Cluster, name: str, pods: Collection[str], namespace: str) -> None:
    found, slices = service(cluster, name, namespace), slices_of(cluster, name, namespace)
    by_hand = any((item.metadata.labels or {}).get(_MANAGED) != _CONTROLLER for item in slices)
    looks = [ready_pods(cluster, name, namespace)]
    if found.spec.selector and not by_hand:
        looks.append(
            names(running(cluster, ",".join(f"{key}={value}" for key, value in found.spec.selector.items()), namespace))
        )
    for behind in looks:
        if set(behind) != set(pods):
            raise NotYet(
                f"the Service `{name}` does not lead to the right pods. Behind it: {listed(behind, 'no ready pod')}. "
                f"Expected: {listed(pods, 'none')}{_looks_for(found)}"
            )
    strays = [
        (item.metadata.name, endpoint.addresses[0])
        for item in slices
        for endpoint in item.endpoints or ()
        if found.spec.selector and not endpoint.target_ref
    ]
    if strays:
        raise NotYet(
            f"the Service `{name}` also leads to {strays[0][1]}, which is no pod that its selector finds: "
            f"that address stands in the EndpointSlice `{strays[0][0]}`"
        )
    numbers = {(port.name or "", port.port) for item in slices for port in item.ports or ()}
    ports = [(port.name or "", port.target_port) for port in found.spec.ports or ()]
    if any(isinstance(target, int) and (port, target) not in numbers for port, target in ports):
        raise NotYet(f"the cluster has not yet noted which ports are behind the Service `{name}`")


def _looks_for(found: Found) -> str:
    """Say what a Service selects, for those who have changed it."""
    return f". It looks for pods with `{selector_text(found.spec.selector)}`" if found.spec.selector else ""


def slices_of(cluster: Cluster, name: str, namespace: str) -> list[Any]:
    """Return the EndpointSlices of a Service."""
    listing: Any = cluster.discovery.list_namespaced_endpoint_slice(
        namespace or cluster.namespace, label_selector=f"kubernetes.io/service-name={name}"
    )
    return list(listing.items)


def addresses(cluster: Cluster, name: str, port: int, namespace: str = "") -> dict[str, tuple[str, int]]:
    """Return where a Service's port leads: name of a ready pod → its address and port."""
    known = {found.port: found.name or "" for found in service(cluster, name, namespace).spec.ports or ()}
    return {
        str(endpoint.target_ref.name): (str(endpoint.addresses[0]), int(behind.port))
        for item in slices_of(cluster, name, namespace)
        for behind in item.ports or ()
        if behind.port and (behind.name or "") == known.get(port)
        for endpoint in item.endpoints or ()
        if endpoint.target_ref and (endpoint.conditions is None or endpoint.conditions.ready is not False)
    }


def serves(
    cluster: Cluster,
    name: str,
    port: int,
    pods: Collection[str],
    *,
    namespace: str = "",
    url: str = "",
    run: Run | None = None,
) -> str:
    """Call a Service until exactly these pods answer, at most a few seconds.

    Each of them has to answer itself, too, where the Service leads.

    Args:
        name: of the Service.
        port: one of its ports.
        pods: names of the pods that should answer.
        namespace: the Service's, the notebook's by default.
        url: how to call it, by default by its name and port; ``/hostname`` is called there.
        run: runs a command in the calling pod, by default in a pod for the time of the check.

    Returns:
        A sentence that says who answered.

    Raises:
        NotYet: no answer, an answer from another pod, or a pod that never answers.
        TimeoutError: the calling pod did not start.
    """
    endpoints(cluster, name, pods, namespace)
    asked = f"{url or f'http://{name}:{port}'}/hostname"
    target = (name, port, namespace)
    with client_pod(cluster) if run is None else nullcontext(run) as caller:
        return patiently(lambda: _look_through(cluster, target, asked, pods, caller))


def _look_through(cluster: Cluster, target: tuple[str, int, str], url: str, pods: Collection[str], run: Run) -> str:
    try:
        proof = judge(answers(run, url, max(REQUESTS, _EACH * len(pods))), url, pods)
    except NotYet as reason:
        if service(cluster, target[0], target[2]).spec.session_affinity != "ClientIP":
            raise
        raise NotYet(f"{reason}. The Service has session affinity: all requests of a client go to one pod") from None
    for pod, (address, port) in addresses(cluster, *target).items():
        direct = f"http://{address}:{port}/hostname"
        judge(answers(run, direct, 1), direct, [pod])
    return proof


def with_target(target: int | str, prove: Callable[[], str], known: str = "; does their server listen there?") -> str:
    """Add to the reason why there is no answer to which port of the pods the Service passes connections on.

    Args:
        target: the Service's target port.
        prove: raises the reason.
        known: what else there is to say about that port.
    """
    try:
        return prove()
    except NotYet as reason:
        if "curl: (" not in str(reason):
            raise
        raise NotYet(f"{reason}. The Service passes connections on to port `{target}` of the pods{known}") from None


def wanted(found: Found, replicas: int) -> None:
    """Raise :class:`NotYet` unless a Deployment should have so many pods."""
    if found.spec.replicas != replicas:
        name = found.metadata.name
        raise NotYet(
            f"the Deployment `{name}` should have {counted(replicas, 'replica')} but has {found.spec.replicas}"
        )
