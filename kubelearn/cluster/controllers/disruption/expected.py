"""How many pods a budget's controllers want, and how many of them must stay (getExpectedPodCount)."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.resources import BY_KIND, SCALABLE
from kubelearn.cluster.controllers.framework.numbers import scaled
from kubelearn.cluster.controllers.framework.ownership import find_owner
from kubelearn.cluster.meta import Object


class SyncError(Exception):
    """What a budget's pods are to be cannot be said, and why."""


def expected(registry: Registry, budget: Object, pods: list[Object]) -> tuple[int, int]:
    """Return how many pods there should be, and how many of them healthy.

    Raises:
        SyncError: a pod's controller has no number of replicas.
    """
    spec = budget["spec"]
    most, least = spec.get("maxUnavailable"), spec.get("minAvailable")
    if not needs_controllers(budget):
        return (0, 0) if least is None else (len(pods), least)
    total = _scale(registry, pods)
    if most is not None:
        return total, max(0, total - scaled(most, total, round_up=True))
    return total, scaled(least, total, round_up=True)


def needs_controllers(budget: Object) -> bool:
    """Return whether a budget counts by what controllers want; then pods without one cannot be counted."""
    spec = budget["spec"]
    return spec.get("maxUnavailable") is not None or isinstance(spec.get("minAvailable"), str)


def _scale(registry: Registry, pods: list[Object]) -> int:
    """Add up the replicas of all that control the pods."""
    known: dict[str, int] = {}
    for pod in pods:
        reference = meta.controller_of(pod)
        if reference is None or reference["uid"] in known:
            continue
        found = _controller(registry, meta.namespace_of(pod), reference)
        if found is None:
            raise SyncError(f'found no controllers for pod "{meta.name_of(pod)}"')
        known[found["metadata"]["uid"]] = found["spec"].get("replicas", 1)
    return sum(known.values())


def _controller(registry: Registry, namespace: str, reference: Object) -> Object | None:
    """Return what says how many of a pod there are: of a Deployment's ReplicaSet the Deployment."""
    resource = BY_KIND.get((reference["apiVersion"], reference["kind"]))
    if resource is None:
        group, _, version = reference["apiVersion"].rpartition("/")
        kind = f"{reference['kind']}.{group}" if group else reference["kind"]
        raise SyncError(f'no matches for kind "{kind}" in version "{version}"')
    if resource.key not in SCALABLE:
        raise SyncError(f"{resource.key} does not implement the scale subresource")
    found = find_owner(registry, resource, namespace, reference)
    above = meta.controller_of(found) if found is not None else None
    if above is None or above["kind"] != "Deployment":
        return found
    return find_owner(registry, BY_KIND[above["apiVersion"], above["kind"]], namespace, above)
