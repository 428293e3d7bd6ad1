"""Reading: get, list and watch (k8s.io/apiserver endpoints/handlers/get.go and watch.go)."""

from __future__ import annotations

import orjson
from aiohttp import web

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.registry.registry import Registry

from . import listing, presentation, scale, versions, watching
from .requests import Target, include_object, list_options
from .responses import negotiate, raw, reply

_STREAMS = "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"


class Reading:
    """The verbs that change nothing."""

    def __init__(self, registry: Registry, lister: listing.Lister):
        self._registry = registry
        self._lister = lister

    async def get(self, request: web.Request, target: Target) -> web.Response:
        """Answer with one object, or with its Scale.

        Raises:
            ApiError: 404 without the object, 406 for a format that is not spoken,
                504 for a resourceVersion that does not come.
        """
        form = negotiate(request)
        await self._lister.until(request.query.get("resourceVersion", ""))
        include = include_object(request)
        if target.subresource == "scale":
            found = scale.read(scale.find(self._registry, target))
            return presentation.show(scale.SCALES, found, form, include=include)
        obj = self._registry.get(target.resource.key, target.namespace, target.name)
        return presentation.show(target.resource, obj, form, include=include)

    async def list_objects(self, request: web.Request, target: Target) -> web.Response:
        """Answer with the objects of a resource that the selectors let through, or with a chunk of them.

        Raises:
            ApiError: 400 for selectors that cannot be read, 406 for a format that is not spoken, 410 for a revision
                that is no longer known, 422 for options that do not go together, 504 for a revision that does not come.
        """
        resource = target.resource
        form = negotiate(request, resource)
        options = list_options(request, watch=False)
        selection = listing.select(resource, options.labels, options.fields)
        if not options.token:
            await self._lister.until(options.revision)
        page = self._lister.page(resource, target.namespace, selection, options)
        if form.shape:
            return reply(presentation.shaped_list(resource, page, form, include_object(request)), form=form)
        if versions.is_converted(resource):
            body = listing.encode_with(lambda obj: versions.served(resource, obj), resource, page)
        else:
            body = listing.encode(self._registry.store, resource, page)
        return reply(orjson.loads(body), form=form) if form.yaml else raw(body)

    async def watch(self, request: web.Request, target: Target) -> web.StreamResponse:
        """Answer with a stream of changes, until it ends by itself or the client goes.

        Raises:
            ApiError: 400 for selectors that cannot be read, 406 for a format that is not spoken, 422 for options that
                do not go together; a revision that is no longer known is told in the stream.
        """
        form = negotiate(request)
        wanted = list_options(request, watch=True)
        if form.yaml:
            raise errors.ApiError(406, "NotAcceptable", f"only the following media types are accepted: {_STREAMS}")
        options = watching.WatchOptions(
            resource=target.resource,
            namespace=target.namespace,
            selection=listing.select(target.resource, wanted.labels, wanted.fields),
            revision=wanted.revision,
            timeout=wanted.timeout,
            bookmarks=wanted.bookmarks,
            initial_events=bool(wanted.initial_events),
            encode=presentation.encoder(target.resource, form, include_object(request)),
        )
        return await watching.respond(request, watching.WatchStream(self._registry.store, options))
