"""Paths that name no resource: version, health, OpenAPI, discovery, … (nonResourceURLs, as RBAC calls them)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import orjson
from aiohttp import web

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors, limits
from kubelearn.cluster.apiserver.authentication import ALGORITHM, ISSUER
from kubelearn.cluster.apiserver.openapi import document as openapi
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.resources import RESOURCES

from . import discovery, metrics
from .responses import reply

_MAJOR, _MINOR = meta.MINOR_VERSION.split(".")
_VERSION = {
    "major": _MAJOR,
    "minor": _MINOR,
    "emulationMajor": _MAJOR,
    "emulationMinor": _MINOR,
    "minCompatibilityMajor": _MAJOR,
    "minCompatibilityMinor": str(int(_MINOR) - 1),
    "gitVersion": meta.VERSION,
    "gitCommit": "kubelearn",
    "gitTreeState": "clean",
    "buildDate": "2026-07-22T00:00:00Z",
    "goVersion": "go1.26.3",
    "compiler": "gc",
    "platform": "linux/amd64",
}
_CHECKS = ("ping", "log", "etcd", "poststarthook/start-apiextensions-controllers")
_HEALTH = ("/healthz", "/livez", "/readyz")
_CONFIGURATION, _KEYS = "/.well-known/openid-configuration", "/openid/v1/jwks"
_PUBLIC = {"Cache-Control": "public, max-age=3600"}
_NOT_KEPT = {"Cache-Control": "no-cache, private"}
_ANY = ("*/*", "application/*")
_PLAIN = {**_NOT_KEPT, "X-Content-Type-Options": "nosniff"}


async def answer(request: web.Request, registry: Registry) -> web.Response:
    """Answer with the document at a path, and with Go's 404 where there is none.

    Raises:
        ApiError: 404 below a group that there is, 405 for a method that does not read.
    """
    path = request.path
    reads = request.method in ("GET", "HEAD")
    if path == "/openapi/v2":
        if not reads:
            raise errors.method_not_allowed()
        return await _openapi_v2(request)
    found = _metrics(registry) if path == "/metrics" else _find(request, path)
    if found is None:
        return web.Response(status=404, text="404 page not found\n", headers=_PLAIN)
    if not reads and path.rstrip("/") not in _HEALTH:
        raise errors.method_not_allowed()
    return found


def _find(request: web.Request, path: str) -> web.Response | None:
    fixed = _FIXED.get(path)
    if fixed is not None:
        return fixed(request)
    parent, _, name = path.rpartition("/")
    if parent in _HEALTH and name in _CHECKS:
        return web.Response(text="ok", headers=_PLAIN)
    if path.startswith("/openapi/v3/"):
        return _openapi(request, path.removeprefix("/openapi/v3/"))
    return _discovery(request, path)


def _version(_request: web.Request) -> web.Response:
    body = orjson.dumps(_VERSION, option=orjson.OPT_INDENT_2)
    return web.Response(body=body, headers={"Content-Type": "application/json", **_NOT_KEPT})


def _metrics(registry: Registry) -> web.Response:
    text = metrics.exposition(registry, _VERSION)
    return web.Response(body=text.encode(), headers={"Content-Type": metrics.CONTENT_TYPE, **_NOT_KEPT})


def _openid_configuration(request: web.Request) -> web.Response:
    document = {
        "issuer": ISSUER,
        "jwks_uri": f"https://{request.host}{_KEYS}",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
    }
    return web.Response(body=orjson.dumps(document), headers={"Content-Type": "application/json", **_PUBLIC})


def _openid_keys(_request: web.Request) -> web.Response:
    """Answer with no keys: tokens are signed with one that stays secret."""
    return web.Response(body=b'{"keys":[]}', headers={"Content-Type": "application/jwk-set+json", **_PUBLIC})


def _health(request: web.Request) -> web.Response:
    if "verbose" not in request.query:
        return web.Response(text="ok", headers=_PLAIN)
    lines = [f"[+]{check} ok" for check in _CHECKS]
    return web.Response(text="\n".join([*lines, f"{request.path[1:]} check passed", ""]), headers=_PLAIN)


def _openapi_index(_request: web.Request) -> web.Response:
    return reply(openapi.index())


async def _openapi_v2(request: web.Request) -> web.Response:
    """Answer with the whole document, in the first form of ``Accept`` that it has."""
    from kubelearn.cluster.apiserver.openapi import swagger  # few ask for it, and every start would pay for it

    wanted = [clause.split(";")[0].strip() for clause in (request.headers.get("Accept") or "*/*").split(",")]
    form = next((swagger.FORMS.get(one, swagger.JSON) for one in wanted if one in {*swagger.FORMS, *_ANY}), None)
    if form is None:
        return web.Response(status=406, headers=_NOT_KEPT)
    # It takes most of a second when it is asked for first.
    body = await asyncio.to_thread(swagger.body, form)
    headers = {"Content-Type": form, "ETag": swagger.etag(), "Vary": "Accept"}
    if request.headers.get("If-None-Match") == swagger.etag():
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, headers=headers)


def _openapi(request: web.Request, path: str) -> web.Response:
    body = openapi.document(path)
    if body is None:
        raise errors.no_such_path()
    response = web.Response(body=body, headers={"Content-Type": "application/json"})
    # The index names this document by its hash, so a client may keep it for good.
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["ETag"] = openapi.etag(path)
    response.headers["Vary"] = "Accept"
    if request.headers.get("If-None-Match") == openapi.etag(path):
        return web.Response(status=304, headers=response.headers)
    return response


def _paths(_request: web.Request) -> web.Response:
    listed = {"/api", "/api/v1", "/apis"}
    for resource in RESOURCES:
        if resource.group:
            listed |= {f"/apis/{resource.group}", f"/apis/{resource.group}/{resource.version}"}
    others = ("/healthz", "/livez", "/metrics", "/openapi/v2", "/openapi/v3", _KEYS, "/readyz", "/version")
    return reply({"paths": [_CONFIGURATION, *sorted(listed), *others]})


def _discovery(request: web.Request, path: str) -> web.Response | None:
    found = discovery.document(path.rstrip("/"), request.headers.get("Accept", ""))
    if found is None:
        if path.startswith("/api/") or discovery.is_group(path):
            raise limits.subresource(path) or errors.no_such_path()
        return None
    document, content_type = found
    # The whole of discovery in one document has a hash by which clients may keep it.
    kept = {"Cache-Control": "public", "Vary": "Accept"} if "as=" in content_type else _NOT_KEPT
    return web.Response(body=orjson.dumps(document) + b"\n", headers={"Content-Type": content_type, **kept})


_FIXED: dict[str, Callable[[web.Request], web.Response]] = {
    "/": _paths,
    "/version": _version,
    "/version/": _version,
    _CONFIGURATION: _openid_configuration,
    _KEYS: _openid_keys,
    "/openapi/v3": _openapi_index,
    **dict.fromkeys(_HEALTH, _health),
}
