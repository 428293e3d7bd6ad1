"""Writing: create, update and patch, apply included (k8s.io/apiserver endpoints/handlers, one file for each)."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.kinds import by_resource
from kubelearn.cluster.apiserver.managedfields import apply
from kubelearn.cluster.apiserver.options import WriteOptions
from kubelearn.cluster.apiserver.patch import patching
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.serializer import bodies
from kubelearn.cluster.meta import Object

from . import presentation, scale, versions
from .requests import Target, write_options
from .responses import Format, negotiate, reply

#: The media type of what server-side apply sends.
APPLY = "application/apply-patch+yaml"
#: Patches that say what changes, by media type; an apply says what is to be.
_STYLES = {
    "application/json-patch+json": "json",
    "application/merge-patch+json": "merge",
    "application/strategic-merge-patch+json": "strategic",
}


@dataclass(frozen=True, slots=True)
class _Write:
    """What a write is about, how it is to be done, and in which format it is answered."""

    target: Target
    options: WriteOptions
    form: Format


class Writing:
    """The verbs that make and change objects."""

    def __init__(self, registry: Registry):
        self._registry = registry

    async def create(self, request: web.Request, target: Target) -> web.Response:
        """Create an object from the body, and answer with 201.

        Raises:
            ApiError: 400 for a body that is none of its kind, 409 for a name that is taken, 422 for an invalid object.
        """
        write = _begin(request, target)
        resource = target.resource
        body = await bodies.receive(request, resource.api_version, resource.kind, write.options)
        created = self._create(write, versions.stored(resource, body), "Update")
        _warn(write, created, None)
        return _created(write, created)

    async def update(self, request: web.Request, target: Target) -> web.Response:
        """Replace an object or a part of it (its status, its Scale) by the body.

        Raises:
            ApiError: 400 for a body that is none of its kind, 404 without the object, 409 for a resourceVersion
                that is not the object's, 422 for an invalid object.
        """
        write = _begin(request, target)
        if target.subresource == "scale":
            value = await bodies.receive(request, "autoscaling/v1", "Scale", write.options)
            patching.check_name(value, target.name, target.namespace)
            written = scale.write(self._registry, target, value, write.options)
            return reply(written)
        resource = target.resource
        obj = await bodies.receive(request, resource.api_version, resource.kind, write.options)
        patching.check_name(obj, target.name, target.namespace)
        return self._save(write, obj)

    async def patch(self, request: web.Request, target: Target) -> web.Response:
        """Change an object or a part of it as the body says, by one of the four kinds of patches.

        Raises:
            ApiError: 400 for a patch that cannot be read, 404 without the object, 409 for conflicts,
                415 for an unknown kind of patch, 422 for a patch that does not fit or an invalid result.
        """
        write = _begin(request, target)
        media_type = bodies.media_type(request)
        style = _STYLES.get(media_type)
        if style is None and media_type != APPLY:
            raise errors.ApiError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {})
        body = await bodies.read(request)
        is_scale = target.subresource == "scale"
        if style is not None:
            return self._patch_scale(write, style, body) if is_scale else self._patch(write, style, body)
        if not request.query.get("fieldManager"):
            cause = errors.required("fieldManager", "is required for apply patch")
            raise errors.invalid("PatchOptions", "", [cause], "meta.k8s.io")
        applied = bodies.parse_applied(body)
        return self._apply_scale(write, applied) if is_scale else self._apply(write, applied)

    def _patch(self, write: _Write, style: str, body: bytes) -> web.Response:
        target = write.target
        old = versions.served(target.resource, self._find(target))
        obj = patching.patched(style, old, body, write.options)
        patching.check_name(obj, target.name, target.namespace)
        patching.check_uid(obj, old, target.resource.group)
        return self._save(write, obj)

    def _patch_scale(self, write: _Write, style: str, body: bytes) -> web.Response:
        target = write.target
        old = scale.read(scale.find(self._registry, target))
        changed = patching.patched(style, old, body, write.options)
        patching.check_name(changed, target.name, target.namespace)
        written = scale.write(self._registry, target, changed, write.options)
        return reply(written, form=write.form)

    def _apply(self, write: _Write, applied: Object) -> web.Response:
        target, resource = write.target, write.target.resource
        apply.check_identity(applied, resource.api_version, resource.kind)
        described = applied.get("metadata") or {}
        if isinstance(described, dict) and described.get("name"):
            patching.check_name(applied, target.name, target.namespace)
        # What does not exist yet can be applied, but not only a part of it.
        find = self._registry.get if target.subresource else self._registry.find
        old = find(resource.key, target.namespace, target.name)
        merged = _merged(write, old, applied)
        patching.check_name(merged, target.name, target.namespace)
        if old is None:
            return _created(write, self._create(write, merged, "Apply"))
        patching.check_uid(merged, old, resource.group)
        return self._save(write, merged, "Apply")

    def _apply_scale(self, write: _Write, applied: Object) -> web.Response:
        """Apply a Scale: it stands for the one field of its Deployment or ReplicaSet that it shows."""
        target, resource, options = write.target, write.target.resource, write.options
        old = scale.find(self._registry, target)
        apply.check_identity(applied, "autoscaling/v1", "Scale")
        wanted = bodies.decode(applied, "autoscaling/v1", "Scale", options).get("spec") or {}
        scale.check(target.name, wanted)
        parent = {
            "apiVersion": resource.api_version,
            "kind": resource.kind,
            "metadata": {"name": target.name},
            "spec": wanted,
        }
        written = self._update(write, _merged(write, old, parent), "Apply")
        return reply(scale.read(written), form=write.form)

    def _find(self, target: Target) -> Object:
        return self._registry.get(target.resource.key, target.namespace, target.name)

    def _create(self, write: _Write, obj: Object, operation: str) -> Object:
        target, options = write.target, write.options
        return self._registry.create(
            target.resource.key,
            target.namespace,
            obj,
            manager=options.manager,
            dry_run=options.dry_run,
            operation=operation,
        )

    def _save(self, write: _Write, obj: Object, operation: str = "Update") -> web.Response:
        """Write an object that exists, warn of what is odd in it, and answer with it."""
        resource = write.target.resource
        old = self._find(write.target)
        written = self._update(write, versions.stored(resource, obj), operation)
        _warn(write, written, old)
        return presentation.show(resource, written, write.form)

    def _update(self, write: _Write, obj: Object, operation: str) -> Object:
        target, options = write.target, write.options
        return self._registry.update(
            target.resource.key,
            target.namespace,
            obj,
            subresource=target.subresource,
            manager=options.manager,
            dry_run=options.dry_run,
            operation=operation,
        )


def _begin(request: web.Request, target: Target) -> _Write:
    """Read what a write needs before its body (the first error that a client gets is one of the format it accepts)."""
    form = negotiate(request)
    return _Write(target, write_options(request), form)


def _created(write: _Write, obj: Object) -> web.Response:
    return presentation.show(write.target.resource, obj, write.form, status=201)


def _merged(write: _Write, old: Object | None, applied: Object) -> Object:
    """Return an object with what is applied to it."""
    options, resource = write.options, write.target.resource
    api_version, kind = resource.api_version, resource.kind
    merged = apply.apply(old, applied, options.manager, options.force, api_version, kind, write.target.subresource)
    return bodies.decode(merged, api_version, kind, options)


def _warn(write: _Write, obj: Object, old: Object | None) -> None:
    kind = by_resource.for_resource(write.target.resource.key)
    write.options.warnings.extend(kind.warnings(obj, old))
