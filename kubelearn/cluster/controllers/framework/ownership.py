"""Owners: finding them, adopting and releasing by label (K/pkg/controller/controller_ref_manager.go)."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.resources import Resource
from kubelearn.cluster.meta import Object
from kubelearn.semantics.labels import selects


def find_owner(registry: Registry, kind: Resource, namespace: str, reference: Object) -> Object | None:
    """Return the owner that a reference is of; None when it is gone, or another object has its name.

    Args:
        namespace: that of what is owned.
    """
    found = registry.find(kind.key, namespace if kind.namespaced else "", reference["name"])
    return found if found is not None and found["metadata"]["uid"] == reference["uid"] else None


def claim(registry: Registry, resource: str, owner: Object, candidates: list[Object], manager: str) -> list[Object]:
    """Return those of the candidates that belong to an owner.

    What matches the owner's selector and has no controller is adopted; what has this controller
    and matches no longer is released, and lives on.

    Args:
        registry: the API.
        resource: what the candidates are, ``pods``.
        owner: a ReplicaSet or Deployment.
        candidates: objects of the owner's namespace that it controls, or that have no controller.
        manager: field manager.
    """
    mine: list[Object] = []
    uid, selector = owner["metadata"]["uid"], owner["spec"]["selector"]
    for candidate in candidates:
        reference = meta.controller_of(candidate)
        matching = selects(selector, meta.labels_of(candidate))
        if reference is not None:
            if reference["uid"] != uid:
                continue
            if matching:
                mine.append(candidate)
            elif not meta.is_terminating(owner):
                _release(registry, resource, candidate, uid, manager)
        elif matching and not meta.is_terminating(owner) and not meta.is_terminating(candidate):
            mine.append(_adopt(registry, resource, candidate, owner, manager))
    return mine


def _adopt(registry: Registry, resource: str, orphan: Object, owner: Object, manager: str) -> Object:
    def change(obj: Object) -> None:
        obj["metadata"].setdefault("ownerReferences", []).append(meta.controller_reference(owner))

    return registry.modify(resource, meta.namespace_of(orphan), meta.name_of(orphan), change, manager=manager)


def _release(registry: Registry, resource: str, obj: Object, uid: str, manager: str) -> None:
    def change(obj: Object) -> None:
        drop_owners(obj, {uid})

    registry.modify(resource, meta.namespace_of(obj), meta.name_of(obj), change, manager=manager)


def drop_owners(obj: Object, uids: set[str]) -> None:
    """Remove owner references, in place."""
    references = [
        reference for reference in obj["metadata"].get("ownerReferences") or () if reference["uid"] not in uids
    ]
    if references:
        obj["metadata"]["ownerReferences"] = references
    else:
        obj["metadata"].pop("ownerReferences", None)
