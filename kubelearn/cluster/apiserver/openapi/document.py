"""OpenAPI v3, as ``kubectl explain`` and kubectl's validation ask for it.

One document per group version, made when first asked for.  The index names each document by
a hash that does not depend on its content, but on what it is made from, so that kubectl finds
it in its cache without the server ever making it.

The server that sends a document whose URL carries the hash should say ``Cache-Control: public,
immutable``, ``ETag`` and ``Vary: Accept``, as kube-openapi's handler3 does; :func:`etag` has the value.
"""

from __future__ import annotations

import functools
import hashlib
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import orjson

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.resources import RESOURCES, Resource
from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.apiserver.structure.names import message_for
from kubelearn.cluster.meta import Object

from . import paths

#: Raise it when documents change though neither resources nor the client do.
_EDITION: Final = 2


#: How clients prove who they are.
BEARER_TOKEN: Final = {
    "type": "apiKey",
    "description": "Bearer Token authentication",
    "name": "authorization",
    "in": "header",
}


def _path(group: str, group_version: str) -> str:
    return f"apis/{group}/{group_version}" if group else f"api/{group_version}"


#: Path of a document → (group, version).
DOCUMENTS: Final = {
    _path(resource.group, resource.version): (resource.group, resource.version) for resource in RESOURCES
}


@functools.cache
def index() -> Object:
    """Return the document at ``/openapi/v3``: where each group version's document is."""
    return {
        "paths": {path: {"serverRelativeURL": f"/openapi/v3/{path}?hash={_hash(path)}"} for path in sorted(DOCUMENTS)}
    }


def etag(path: str) -> str:
    """Return the ETag of a document, quotes included."""
    return f'"{_hash(path)}"'


@functools.cache
def _hash(path: str) -> str:
    group, group_version = DOCUMENTS[path]
    try:
        client = version("kubernetes")
    except PackageNotFoundError:
        client = ""
    served = [repr(resource) for resource in RESOURCES if (resource.group, resource.version) == (group, group_version)]
    source = "\n".join(
        [str(_EDITION), version("kubelearn") if _is_installed() else "", client, meta.VERSION, path, *served]
    )
    return hashlib.sha512(source.encode()).hexdigest().upper()


def _is_installed() -> bool:
    try:
        version("kubelearn")
    except PackageNotFoundError:
        return False
    return True


def _is_described(resource: Resource) -> bool:
    """Return whether it is known what a kind is made of: not of two that are only listed (CustomResourceDefinition)."""
    return types.of(message_for(resource.api_version, resource.kind)) is not None


@functools.cache
def document(path: str) -> bytes | None:
    """Return a group version's document as JSON; None when there is none.

    Args:
        path: ``api/v1`` or ``apis/GROUP/VERSION``.
    """
    known = DOCUMENTS.get(path)
    if known is None:
        return None
    operations, schemas = parts(*known)
    content: dict[str, Any] = {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": meta.VERSION},
        "paths": operations,
        "components": {"schemas": schemas, "securitySchemes": {"BearerToken": BEARER_TOKEN}},
    }
    return orjson.dumps(content)


def parts(*group_version: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the paths and the schemas of a group version, or of all.

    Args:
        group_version: group and version; neither for all.
    """
    from . import schemas  # needs the client's models

    served = [
        one
        for one in RESOURCES
        if (not group_version or (one.group, one.version) == group_version) and _is_described(one)
    ]
    builder = schemas.Builder()
    for resource in served:
        builder.add_kind(resource.api_version, resource.kind, listed="list" in resource.verbs)
        for kind, kind_group, kind_version, _ in resource.subresources.values():
            builder.add_kind(f"{kind_group}/{kind_version}" if kind_group else kind_version, kind)
    return paths.paths(served), dict(sorted(builder.schemas.items()))
