"""What makes an object a new one (rest.BeforeCreate and rest.FillObjectMetaSystemFields)."""

from __future__ import annotations

import random

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.resources import Resource
from kubelearn.cluster.meta import Object


def typed(obj: Object, kind: Resource) -> Object:
    """Return the object with ``kind`` and ``apiVersion`` first, as Go writes it."""
    typed: Object = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": obj.get("metadata") or {}}
    for key, value in obj.items():
        if key not in typed:
            typed[key] = value
    return typed


def put_into(namespace: str, metadata: Object) -> None:
    """Set the namespace of an object that has none; one of a resource without namespaces loses it.

    Raises:
        ApiError: 400, it has another one.
    """
    if not namespace:
        metadata.pop("namespace", None)
        return
    if metadata.get("namespace", namespace) != namespace:
        raise errors.bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    metadata["namespace"] = namespace


def fill_in_server_metadata(metadata: Object, chance: random.Random, *, has_generation: bool) -> None:
    """Set the UID, the time and the generation of a new object; drop what a client cannot set, in place."""
    metadata["uid"] = meta.new_uid(chance)
    metadata["creationTimestamp"] = meta.timestamp()
    for key in ("resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"):
        metadata.pop(key, None)
    if has_generation:
        metadata["generation"] = 1
