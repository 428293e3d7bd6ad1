"""Kinds that are served in two forms, of two versions or two groups, and stored in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from kubelearn.cluster.apiserver.kinds import by_resource
from kubelearn.cluster.apiserver.kinds.others import newer_event
from kubelearn.cluster.apiserver.kinds.workloads import horizontalpodautoscaler
from kubelearn.cluster.apiserver.resources import BY_KEY, Resource
from kubelearn.cluster.meta import Object


class _Conversion(NamedTuple):
    """From the form that is stored to the other, and back.

    Attributes:
        selectors: fields that lists can be cut by, if their names differ: name in the other form → in the stored one.
    """

    to: Callable[[Object], Object]
    back: Callable[[Object], Object]
    selectors: Mapping[str, str] | None = None


#: apiVersion of the other form → how it is made.
_CONVERSIONS: Final = {
    "autoscaling/v1": _Conversion(horizontalpodautoscaler.to_v1, horizontalpodautoscaler.from_v1),
    "events.k8s.io/v1": _Conversion(newer_event.to_newer, newer_event.from_newer, newer_event.SELECTORS),
}


def is_converted(resource: Resource) -> bool:
    """Return whether a resource is served in another form than it is stored in."""
    return BY_KEY.get(resource.key, resource).api_version != resource.api_version


def served(resource: Resource, obj: Object) -> Object:
    """Return a stored object in the form that a client asked for."""
    return _CONVERSIONS[resource.api_version].to(obj) if is_converted(resource) else obj


def stored(resource: Resource, obj: Object) -> Object:
    """Return a client's object in the form that is stored."""
    return _CONVERSIONS[resource.api_version].back(obj) if is_converted(resource) else obj


def field_selectors(resource: Resource) -> Mapping[str, Callable[[Object], str]]:
    """Return the fields of a resource that lists can be cut by, each with how it is read from a stored object."""
    known = by_resource.for_resource(resource.key).field_selectors
    renamed = _CONVERSIONS[resource.api_version].selectors if is_converted(resource) else None
    return known if renamed is None else {label: known[stored_as] for label, stored_as in renamed.items()}
