"""The verbs: which one a request means, and what answers it.

:mod:`.reading` has get, list and watch, :mod:`.writing` create, update and patch, :mod:`.deleting` both ways to delete.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from kubelearn.cluster.apiserver import errors, limits
from kubelearn.cluster.apiserver.options import WARNINGS
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.serializer import bodies

from .deleting import Deleting
from .listing import Lister
from .reading import Reading
from .requests import Target, verb_of
from .writing import APPLY, Writing

Verb = Callable[[web.Request, Target], Awaitable[web.StreamResponse]]


class Verbs:
    """Answers the ordinary verbs on every resource.

    Attributes:
        methods: what answers each verb, by the verb's name in RBAC and discovery.
    """

    def __init__(self, registry: Registry):
        self._registry = registry
        lister = Lister(registry.store)
        reading = Reading(registry, lister)
        writing = Writing(registry)
        deleting = Deleting(registry, lister)
        self.methods: dict[str, Verb] = {
            "get": reading.get,
            "list": reading.list_objects,
            "watch": reading.watch,
            "create": writing.create,
            "update": writing.update,
            "patch": writing.patch,
            "delete": deleting.delete,
            "deletecollection": deleting.delete_collection,
        }

    async def answer(self, request: web.Request, target: Target) -> web.StreamResponse:
        """Answer one request.

        Raises:
            ApiError: 405 for a verb that the resource does not have; what the real server would answer.
        """
        verb = verb_of(request, target)
        if verb not in target.resource.verbs:
            raise self._refusal(request, target)
        if target.resource.deprecation:
            WARNINGS.get().append(target.resource.deprecation)
        return await self.methods[verb](request, target)

    def _refusal(self, request: web.Request, target: Target) -> errors.ApiError:
        """Return what to say to a verb that the resource does not have."""
        resource = target.resource
        if not resource.is_only_listed:
            return errors.method_not_allowed()
        is_apply = bodies.media_type(request) == APPLY
        found = self._registry.find(resource.key, target.namespace, target.name)
        if target.name and not is_apply and found is None:
            return errors.not_found(resource.plural, target.name, resource.group)
        return limits.only_listed(resource)
