"""Options of a deletion (metav1.DeleteOptions): where they are found, and what they do."""

from __future__ import annotations

from aiohttp import web

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.serializer import bodies
from kubelearn.cluster.apiserver.validation.causes import unsupported
from kubelearn.cluster.meta import Object

from .requests import boolean, number

_POLICIES = ("Foreground", "Background", "Orphan")


async def delete_options(request: web.Request) -> Object:
    """Read the options of a deletion from the body, or from the query when there is none.

    ``propagationPolicy`` and ``dryRun`` are made to say what is meant.

    Raises:
        ApiError: 400 for a body that is none, 422 for options that the API does not know or that do not go together.
    """
    return checked(await _given(request))


def checked(options: Object) -> Object:
    """Return options with ``propagationPolicy`` and ``dryRun`` as they are meant.

    Raises:
        ApiError: 422 for options that the API does not know or that do not go together.
    """
    causes = []
    if options.get("orphanDependents") is not None and options.get("propagationPolicy") is not None:
        why = "orphanDependents and deletionPropagation cannot be both set"
        causes.append(errors.invalid_value("propagationPolicy", options["propagationPolicy"], why))
    if options.get("propagationPolicy", "Background") not in _POLICIES:
        causes.append(unsupported("propagationPolicy", options["propagationPolicy"], [*_POLICIES, "nil"]))
    if any(value != "All" for value in options.get("dryRun") or ()):
        causes.append(errors.not_supported("dryRun", options["dryRun"], ["All"]))
    if causes:
        raise errors.invalid("DeleteOptions", "", causes, "meta.k8s.io")
    if (options.get("gracePeriodSeconds") or 0) < 0:
        options["gracePeriodSeconds"] = 1
    if options.get("orphanDependents"):
        options["propagationPolicy"] = "Orphan"
    return options


def delete_with(registry: Registry, resource: str, namespace: str, name: str, options: Object) -> Object:
    """Delete an object as options say; return its last or its terminating state.

    Raises:
        ApiError: as :meth:`Registry.delete`.
    """
    wanted = options.get("preconditions") or {}
    return registry.delete(
        resource,
        namespace,
        name,
        grace_period=options.get("gracePeriodSeconds"),
        propagation=options.get("propagationPolicy"),
        uid=wanted.get("uid"),
        resource_version=wanted.get("resourceVersion"),
        dry_run=bool(options.get("dryRun")),
    )


async def _given(request: web.Request) -> Object:
    body = await bodies.read(request)
    if body:
        given = bodies.parse(body, bodies.media_type(request), "DeleteOptions")
        # Any group's DeleteOptions will do.
        return bodies.decode({**given, "kind": "DeleteOptions", "apiVersion": "v1"}, "v1", "DeleteOptions")
    query, options = request.query, Object()
    grace = number(request, "gracePeriodSeconds")
    if grace is not None:
        options["gracePeriodSeconds"] = grace
    if query.get("propagationPolicy"):
        options["propagationPolicy"] = query["propagationPolicy"]
    if "orphanDependents" in query:
        options["orphanDependents"] = boolean(request, "orphanDependents")
    if "dryRun" in query:
        options["dryRun"] = query.getall("dryRun")
    return options
