"""What changes in a cluster sooner or later, made to happen before a cure is judged.

A Service that finds today's pods only by what somebody wrote on them, or by an EndpointSlice by hand, works until the
pods are replaced. Nothing of it is lasting: a Deployment's template gets the annotation of a restart, or a pod is
replaced by its Deployment.
"""

from __future__ import annotations

from collections.abc import Callable

from kubelearn.target.connection import Cluster
from kubelearn.views.traffic import load

from .core import NotYet
from .probe import Found, deployment, service
from .through import replicas

#: How an answer begins to say what was done.
ROLLED = "the check replaced the pods of `{}`, as an update does"


def roll(cluster: Cluster, name: str, namespace: str = "") -> list[str]:
    """Replace a Deployment's pods, as ``kubectl rollout restart`` does, and return the new ones' names once all run.

    Raises:
        NotAttempted: there is no such Deployment.
        NotYet: it is paused, or its new pods do not get ready in time.
    """
    if deployment(cluster, name, namespace).spec.paused:
        raise NotYet(f"the Deployment `{name}` is paused: its pods would stay as they are, whatever is changed")
    load.restart(cluster, name, namespace=namespace)
    return replicas(cluster, name, namespace)


def remove(cluster: Cluster, pod: str, namespace: str = "") -> None:
    """Delete a pod, in whose place its Deployment makes another one."""
    cluster.core.delete_namespaced_pod(pod, namespace or cluster.namespace, grace_period_seconds=1)


def after(what: str, prove: Callable[[], str]) -> str:
    """Judge once more after a change, and say so.

    Args:
        what: what was changed, as :data:`ROLLED` says it.
        prove: returns a sentence, or raises :class:`NotYet`.

    Returns:
        The sentence, and what was changed before.

    Raises:
        NotYet: the reason, and that it worked before the change.
    """
    try:
        proof = prove()
    except NotYet as reason:
        raise NotYet(f"it worked only until {what}. After that, {reason}") from None
    return f"{proof}. Before that, {what}"


def lasts(cluster: Cluster, name: str, app: str, prove: Callable[[list[str]], str], *, namespace: str = "") -> str:
    """Prove that a Service leads to a Deployment's pods, replace these, and prove it again.

    Args:
        name: of the Service.
        app: of the Deployment, in the same namespace.
        prove: gets the names of the pods that should answer; returns a sentence, or raises :class:`NotYet`.
        namespace: their namespace, the notebook's by default.

    Raises:
        NotYet: the first or the second proof failed, or the Service looks for what new pods do not have.
    """
    prove(replicas(cluster, app, namespace))
    _looks_for(service(cluster, name, namespace), deployment(cluster, app, namespace))
    pods = roll(cluster, app, namespace)
    return after(ROLLED.format(app), lambda: prove(pods))


def _looks_for(found: Found, workload: Found) -> None:
    """Raise unless a Service looks for labels that a Deployment gives to each of its pods."""
    selector, labels = found.spec.selector or {}, workload.spec.template.metadata.labels or {}
    called, app = found.metadata.name, workload.metadata.name
    if not selector:
        raise NotYet(f"the Service `{called}` has no selector: its EndpointSlice stays as it is when the pods change")
    if "pod-template-hash" in selector:
        raise NotYet(f"the Service `{called}` looks for a `pod-template-hash`, which is another one after each update")
    for key, value in selector.items():
        if labels.get(key) != value:
            raise NotYet(f"the Service `{called}` looks for `{key}={value}`, and new pods of `{app}` do not have it")
