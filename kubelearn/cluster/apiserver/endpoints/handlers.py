"""The verbs: get, list, watch, create, update, patch, delete, deletecollection."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import orjson
from aiohttp import web

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.kinds import by_resource
from kubelearn.cluster.apiserver.managedfields import apply
from kubelearn.cluster.apiserver.options import WriteOptions
from kubelearn.cluster.apiserver.patch import patching
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.selectors import Selection
from kubelearn.cluster.apiserver.serializer import bodies
from kubelearn.cluster.meta import Object

from . import listing, scale, tables, versions, watching
from .delete_options import delete_options
from .requests import ListOptions, Target, boolean, list_options, write_options
from .responses import Format, negotiate, no_list, raw, reply

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
_PATCHES = {
    "application/json-patch+json": "json",
    "application/merge-patch+json": "merge",
    "application/strategic-merge-patch+json": "strategic",
    "application/apply-patch+yaml": "apply",
}


class Verbs:
    """Answers the ordinary verbs on every resource."""

    def __init__(self, registry: Registry):
        self.registry = registry
        self._lister = listing.Lister(registry.store)

    async def handle(self, request: web.Request, target: Target) -> web.StreamResponse:
        """Answer one request.

        Raises:
            ApiError: what the real server would answer.
        """
        verb = _verb(request, target)
        if verb not in target.resource.verbs:
            raise errors.method_not_allowed()
        method: Callable[[web.Request, Target], Any] = getattr(self, verb)
        answer: web.StreamResponse = await method(request, target)
        return answer

    # Reading

    async def get(self, request: web.Request, target: Target) -> web.Response:
        form = negotiate(request)
        await self._lister.until(request.query.get("resourceVersion", ""))
        if target.subresource == "scale":
            return reply(scale.read(scale.find(self.registry, target)), form=form)
        obj = self._find(target)
        return self._show(target, obj, form, request.query.get("includeObject") or "Metadata")

    def _find(self, target: Target) -> Object:
        resource = target.resource
        return self.registry.get(resource.key, target.namespace, target.name)

    def _show(
        self,
        target: Target,
        obj: Object,
        form: Format,
        include: str = "Metadata",
        status: int = 200,
        warnings: list[str] | None = None,
    ) -> web.Response:
        obj = versions.served(target.resource, obj)
        if form.shape == "Table":
            obj = tables.table(
                target.resource,
                [obj],
                include,
                {"resourceVersion": obj["metadata"].get("resourceVersion", "")},
                form.version,
            )
        elif form.shape == "PartialObjectMetadata":
            obj = _partial(obj, form.version)
        elif form.shape:
            raise no_list(target.resource)
        return reply(obj, status, warnings, form)

    async def list(self, request: web.Request, target: Target) -> web.Response:
        form, options, include = (
            negotiate(request, target.resource),
            list_options(request, watch=False),
            request.query.get("includeObject") or "Metadata",
        )
        selection = self._selection(target, options)
        if not options.token:
            await self._lister.until(options.revision)
        page = self._lister.page(target.resource, target.namespace, selection, options)
        resource = target.resource
        if form.shape == "Table":
            objects = [versions.served(resource, obj) for obj in page.objects]
            return reply(tables.table(resource, objects, include, page.metadata, form.version), form=form)
        if form.shape == "PartialObjectMetadataList":
            items = [_partial(obj, form.version) for obj in page.objects]
            return reply(
                {
                    "kind": form.shape,
                    "apiVersion": f"meta.k8s.io/{form.version}",
                    "metadata": page.metadata,
                    "items": items,
                },
                form=form,
            )
        if versions.is_converted(resource):
            return raw(listing.encode_with(lambda obj: versions.served(resource, obj), resource, page))
        body = listing.encode(self.registry.store, resource, page)
        return reply(orjson.loads(body), form=form) if form.yaml else raw(body)

    def _selection(self, target: Target, options: ListOptions) -> Selection:
        fields = f"metadata.name={target.name}" if target.name else options.fields
        return listing.select(target.resource, options.labels, fields)

    async def watch(self, request: web.Request, target: Target) -> web.StreamResponse:
        form, query = negotiate(request), list_options(request, watch=True)
        if form.yaml:
            raise errors.ApiError(
                406,
                "NotAcceptable",
                "only the following media types are accepted: application/json;stream=watch,"
                " application/vnd.kubernetes.protobuf;stream=watch",
            )
        encode = _encoder(target, form, request.query.get("includeObject") or "Metadata")
        options = watching.WatchOptions(
            resource=target.resource,
            namespace=target.namespace,
            selection=self._selection(target, query),
            revision=query.revision,
            timeout=query.timeout,
            bookmarks=query.bookmarks,
            initial_events=bool(query.initial_events),
            encode=encode,
        )
        return await watching.respond(request, watching.WatchStream(self.registry.store, options))

    # Writing

    async def create(self, request: web.Request, target: Target) -> web.Response:
        form, options = negotiate(request), write_options(request)
        resource = target.resource
        obj = versions.stored(resource, await bodies.receive(request, resource.api_version, resource.kind, options))
        created = self.registry.create(
            resource.key, target.namespace, obj, manager=options.manager, dry_run=options.dry_run
        )
        self._warn(resource.key, created, None, options)
        return self._show(target, created, form, status=201, warnings=options.warnings)

    def _warn(self, key: str, obj: Object, old: Object | None, options: WriteOptions) -> None:
        options.warnings.extend(by_resource.for_resource(key).warnings(obj, old))

    async def update(self, request: web.Request, target: Target) -> web.Response:
        form, options = negotiate(request), write_options(request)
        if target.subresource == "scale":
            value = await bodies.receive(request, "autoscaling/v1", "Scale", options)
            patching.check_name(value, target.name, target.namespace)
            return reply(scale.write(self.registry, target, value, options), warnings=options.warnings)
        obj = await bodies.receive(request, target.resource.api_version, target.resource.kind, options)
        patching.check_name(obj, target.name, target.namespace)
        return self._save(target, obj, form, options)

    def _save(
        self, target: Target, obj: Object, form: Format, options: WriteOptions, operation: str = "Update"
    ) -> web.Response:
        resource = target.resource
        old = self._find(target)
        written = self.registry.update(
            resource.key,
            target.namespace,
            versions.stored(resource, obj),
            subresource=target.subresource,
            manager=options.manager,
            dry_run=options.dry_run,
            operation=operation,
        )
        self._warn(resource.key, written, old, options)
        return self._show(target, written, form, warnings=options.warnings)

    async def patch(self, request: web.Request, target: Target) -> web.Response:
        form, options = negotiate(request), write_options(request)
        content_type = bodies.media_type(request)
        style = _PATCHES.get(content_type)
        if style is None:
            raise errors.ApiError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {})
        body = await bodies.read(request)
        if style == "apply":
            if not request.query.get("fieldManager"):
                raise errors.invalid(
                    "PatchOptions", "", [errors.required("fieldManager", "is required for apply patch")], "meta.k8s.io"
                )
            applying = self._apply_scale if target.subresource == "scale" else self._apply
            return applying(target, bodies.parse_applied(body), form, options)
        if target.subresource == "scale":
            changed = patching.patched(style, scale.read(scale.find(self.registry, target)), body, options)
            patching.check_name(changed, target.name, target.namespace)
            return reply(scale.write(self.registry, target, changed, options), warnings=options.warnings, form=form)
        old = versions.served(target.resource, self._find(target))
        obj = patching.patched(style, old, body, options)
        patching.check_name(obj, target.name, target.namespace)
        patching.check_uid(obj, old, target.resource.group)
        return self._save(target, obj, form, options)

    def _apply(self, target: Target, applied: Object, form: Format, options: WriteOptions) -> web.Response:
        resource = target.resource
        apply.check_identity(applied, resource.api_version, resource.kind)
        described = applied.get("metadata") or {}
        if isinstance(described, dict) and described.get("name"):
            patching.check_name(applied, target.name, target.namespace)
        # What does not exist yet can be applied, but not only a part of it.
        old = (
            self._find(target)
            if target.subresource
            else self.registry.find(resource.key, target.namespace, target.name)
        )
        merged = apply.apply(
            old, applied, options.manager, options.force, resource.api_version, resource.kind, target.subresource
        )
        merged = bodies.decode(merged, resource.api_version, resource.kind, options)
        patching.check_name(merged, target.name, target.namespace)
        if old is None:
            created = self.registry.create(
                resource.key,
                target.namespace,
                merged,
                manager=options.manager,
                dry_run=options.dry_run,
                operation="Apply",
            )
            return self._show(target, created, form, status=201, warnings=options.warnings)
        patching.check_uid(merged, old, resource.group)
        return self._save(target, merged, form, options, "Apply")

    def _apply_scale(self, target: Target, applied: Object, form: Format, options: WriteOptions) -> web.Response:
        """Apply a Scale: it stands for the one field of its Deployment or ReplicaSet that it shows."""
        resource, old = target.resource, scale.find(self.registry, target)
        apply.check_identity(applied, "autoscaling/v1", "Scale")
        wanted = bodies.decode(applied, "autoscaling/v1", "Scale", options).get("spec") or {}
        scale.check(target.name, wanted)
        parent = {
            "apiVersion": resource.api_version,
            "kind": resource.kind,
            "metadata": {"name": target.name},
            "spec": wanted,
        }
        merged = apply.apply(old, parent, options.manager, options.force, resource.api_version, resource.kind, "scale")
        merged = bodies.decode(merged, resource.api_version, resource.kind, options)
        written = self.registry.update(
            resource.key,
            target.namespace,
            merged,
            subresource="scale",
            manager=options.manager,
            dry_run=options.dry_run,
            operation="Apply",
        )
        return reply(scale.read(written), warnings=options.warnings, form=form)

    async def delete(self, request: web.Request, target: Target) -> web.Response:
        options = await delete_options(request)
        warnings = self._default_propagation(target, options)
        deleted = self._delete_one(target, target.name, target.namespace, options)
        return reply(
            (
                versions.served(target.resource, deleted)
                if self._returns_object(target, deleted)
                else _deleted(target, deleted)
            ),
            warnings=warnings,
        )

    def _default_propagation(self, target: Target, options: Object) -> builtins.list[str]:
        """Say what becomes of dependents if the client does not; return what it is told then."""
        default = by_resource.for_resource(target.resource.key).default_propagation
        if not default or options.get("propagationPolicy") or options.get("orphanDependents") is not None:
            return []
        options["propagationPolicy"] = default
        plural = target.resource.plural
        advice = (
            "set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning"
        )
        return [f"child pods are preserved by default when {plural} are deleted; {advice}"]

    def _returns_object(self, target: Target, deleted: Object) -> bool:
        resource = target.resource
        if resource.key in _RETURN_OBJECT:
            return True
        return self.registry.find(resource.key, target.namespace, target.name) is not None and meta.is_terminating(
            deleted
        )

    def _delete_one(self, target: Target, name: str, namespace: str, options: Object) -> Object:
        wanted = options.get("preconditions") or {}
        return self.registry.delete(
            target.resource.key,
            namespace,
            name,
            grace_period=options.get("gracePeriodSeconds"),
            propagation=options.get("propagationPolicy"),
            uid=wanted.get("uid"),
            resource_version=wanted.get("resourceVersion"),
            dry_run=bool(options.get("dryRun")),
        )

    async def deletecollection(self, request: web.Request, target: Target) -> web.Response:
        options = await delete_options(request)
        self._default_propagation(target, options)
        wanted = list_options(request, watch=False)
        page = self._lister.page(target.resource, target.namespace, self._selection(target, wanted), wanted)
        body = listing.encode(self.registry.store, target.resource, page)
        for obj in page.objects:
            if self.registry.find(target.resource.key, meta.namespace_of(obj), meta.name_of(obj)) is not None:
                self._delete_one(target, meta.name_of(obj), meta.namespace_of(obj), options)
        return raw(body)


def _verb(request: web.Request, target: Target) -> str:
    method = request.method
    if method in ("GET", "HEAD"):
        if target.name:
            return "get"
        return "watch" if boolean(request, "watch") else "list"
    verbs = {
        "POST": "create",
        "PUT": "update",
        "PATCH": "patch",
        "DELETE": "delete" if target.name else "deletecollection",
    }
    verb = verbs.get(method, "")
    if (verb == "create" and target.name) or (verb in ("", "update", "patch") and not target.name):
        raise errors.method_not_allowed()
    if verb in ("create", "deletecollection") and target.resource.namespaced and not target.namespace:
        raise errors.method_not_allowed()
    return verb


def _partial(obj: Object, version: str) -> Object:
    return {"kind": "PartialObjectMetadata", "apiVersion": f"meta.k8s.io/{version}", "metadata": obj["metadata"]}


def _encoder(target: Target, form: Format, include: str) -> Callable[[Object], bytes]:
    """Return how a watch writes its objects; plain JSON is one shared function, so that it is cached."""
    resource = target.resource
    if form.shape == "Table":
        first = [True]

        def as_table(obj: Object) -> bytes:
            if first[0] and obj.get("metadata", {}).get("uid"):
                first[0] = False
                return orjson.dumps(tables.table(resource, [versions.served(resource, obj)], include, {}, form.version))
            return orjson.dumps(tables.table_event(resource, versions.served(resource, obj), include, form.version))

        return as_table
    if form.shape == "PartialObjectMetadata":
        return lambda obj: orjson.dumps(_partial(obj, form.version))
    if versions.is_converted(resource):
        return lambda obj: orjson.dumps(versions.served(resource, obj))
    return orjson.dumps


def _deleted(target: Target, deleted: Object) -> Object:
    resource = target.resource
    details: Object = {"name": target.name}
    if resource.group:
        details["group"] = resource.group
    details |= {"kind": resource.plural, "uid": deleted["metadata"]["uid"]}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
