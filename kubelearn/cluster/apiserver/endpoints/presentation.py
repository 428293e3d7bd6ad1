"""Objects in the shape that a client wants to see: as they are, as a Table, or their metadata only."""

from __future__ import annotations

from collections.abc import Callable

import orjson
from aiohttp import web

from kubelearn.cluster.apiserver.resources import Resource
from kubelearn.cluster.meta import Object

from . import tables, versions
from .listing import Page
from .responses import Format, no_list, reply


def show(
    resource: Resource,
    obj: Object,
    form: Format,
    *,
    include: str = "Metadata",
    status: int = 200,
) -> web.Response:
    """Answer with one object.

    Args:
        obj: in the version that is stored.
        include: what a Table's row carries beside its cells.

    Raises:
        ApiError: 406 when the client wants a list.
    """
    obj = versions.served(resource, obj)
    if form.shape == "Table":
        revision = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
        obj = tables.table(resource, [obj], include, revision, form.version)
    elif form.shape == "PartialObjectMetadata":
        obj = _partial(obj, form.version)
    elif form.shape:
        raise no_list(resource)
    return reply(obj, status, form)


def shaped_list(resource: Resource, page: Page, form: Format, include: str) -> Object:
    """Return a list as a Table or a PartialObjectMetadataList, whichever the client wants."""
    if form.shape == "Table":
        objects = [versions.served(resource, obj) for obj in page.objects]
        return tables.table(resource, objects, include, page.metadata, form.version)
    return {
        "kind": form.shape,
        "apiVersion": f"meta.k8s.io/{form.version}",
        "metadata": page.metadata,
        "items": [_partial(obj, form.version) for obj in page.objects],
    }


def encoder(resource: Resource, form: Format, include: str) -> Callable[[Object], bytes]:
    """Return how a watch writes its objects; plain JSON is one shared function, so that it is cached."""
    if form.shape == "Table":
        return _table_encoder(resource, include, form.version)
    if form.shape == "PartialObjectMetadata":
        return lambda obj: orjson.dumps(_partial(obj, form.version))
    if versions.is_converted(resource):
        return lambda obj: orjson.dumps(versions.served(resource, obj))
    return orjson.dumps


def _table_encoder(resource: Resource, include: str, version: str) -> Callable[[Object], bytes]:
    """Return an encoder whose first Table of an object has column definitions; bookmarks, without a uid, never have."""
    has_columns = False

    def encode(obj: Object) -> bytes:
        nonlocal has_columns
        columns = not has_columns and bool(obj.get("metadata", {}).get("uid"))
        has_columns = has_columns or columns
        shown = versions.served(resource, obj)
        return orjson.dumps(tables.table_event(resource, shown, include, version, columns=columns))

    return encode


def _partial(obj: Object, version: str) -> Object:
    return {"kind": "PartialObjectMetadata", "apiVersion": f"meta.k8s.io/{version}", "metadata": obj["metadata"]}
