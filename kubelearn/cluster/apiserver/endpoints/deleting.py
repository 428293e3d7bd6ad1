"""Deleting: one object, or all that the selectors let through (k8s.io/apiserver endpoints/handlers/delete.go)."""

from __future__ import annotations

from aiohttp import web

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.kinds import by_resource
from kubelearn.cluster.apiserver.options import WARNINGS
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.resources import Resource
from kubelearn.cluster.meta import Object

from . import listing, versions
from .delete_options import delete_options, delete_with
from .requests import Target, list_options
from .responses import raw, reply

#: Kinds whose DELETE answers with the object; all others answer with a Status
#: (return types of the official client's delete methods).
_RETURN_OBJECT = {
    "pods",
    "services",
    "serviceaccounts",
    "persistentvolumeclaims",
    "persistentvolumes",
    "resourcequotas",
}


class Deleting:
    """The verbs delete and deletecollection."""

    def __init__(self, registry: Registry, lister: listing.Lister):
        self._registry = registry
        self._lister = lister

    async def delete(self, request: web.Request, target: Target) -> web.Response:
        """Delete an object, or begin to.

        Raises:
            ApiError: 404 without the object, 409 for preconditions that do not hold, 422 for unknown options.
        """
        resource = target.resource
        options = await delete_options(request)
        _default_propagation(resource, options)
        deleted = delete_with(self._registry, resource.key, target.namespace, target.name, options)
        if self._returns_object(target, deleted):
            return reply(versions.served(resource, deleted))
        return reply(_status(target, deleted))

    async def delete_collection(self, request: web.Request, target: Target) -> web.Response:
        """Delete all objects of a list, and answer with the list as it was.

        Raises:
            ApiError: 400 for selectors that cannot be read, 410 for a revision that is no longer known,
                422 for unknown options.
        """
        resource = target.resource
        options = await delete_options(request)
        _default_propagation(resource, options)
        wanted = list_options(request, watch=False)
        selection = listing.select(resource, wanted.labels, wanted.fields)
        page = self._lister.page(resource, target.namespace, selection, wanted)
        body = listing.encode(self._registry.store, resource, page)
        for obj in page.objects:
            namespace, name = meta.namespace_of(obj), meta.name_of(obj)
            # It may have gone with one that was deleted before.
            if self._registry.find(resource.key, namespace, name) is not None:
                delete_with(self._registry, resource.key, namespace, name, options)
        return raw(body)

    def _returns_object(self, target: Target, deleted: Object) -> bool:
        """Return whether the answer is the object: for some kinds always, for all while something holds the object."""
        key = target.resource.key
        if key in _RETURN_OBJECT:
            return True
        is_there = self._registry.find(key, target.namespace, target.name) is not None
        return is_there and meta.is_terminating(deleted)


def _default_propagation(resource: Resource, options: Object) -> None:
    """Say what becomes of dependents if the client does not, and warn it."""
    default = by_resource.for_resource(resource.key).default_propagation
    if not default or options.get("propagationPolicy") or options.get("orphanDependents") is not None:
        return
    options["propagationPolicy"] = default
    WARNINGS.get().append(
        f"child pods are preserved by default when {resource.plural} are deleted; "
        "set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning"
    )


def _status(target: Target, deleted: Object) -> Object:
    resource = target.resource
    details: Object = {"name": target.name}
    if resource.group:
        details["group"] = resource.group
    details |= {"kind": resource.plural, "uid": deleted["metadata"]["uid"]}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
