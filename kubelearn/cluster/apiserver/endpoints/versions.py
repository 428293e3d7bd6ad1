"""Kinds that are served in two versions of their group, and stored in one."""

from __future__ import annotations

from kubelearn.cluster.apiserver.kinds.workloads import horizontalpodautoscaler
from kubelearn.cluster.apiserver.resources import BY_KEY, Resource
from kubelearn.cluster.meta import Object


def is_converted(resource: Resource) -> bool:
    """Return whether a resource is served in another version than it is stored in."""
    return BY_KEY[resource.key].version != resource.version


def served(resource: Resource, obj: Object) -> Object:
    """Return a stored object in the version that a client asked for."""
    return horizontalpodautoscaler.to_v1(obj) if is_converted(resource) else obj


def stored(resource: Resource, obj: Object) -> Object:
    """Return a client's object in the version that is stored."""
    return horizontalpodautoscaler.from_v1(obj) if is_converted(resource) else obj
