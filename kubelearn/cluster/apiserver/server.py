"""The HTTPS listener: TLS, tokens, and which part answers which path."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import orjson
import trustme
from aiohttp import web

from kubelearn.cluster import meta
from kubelearn.cluster.listening import stop_accepting
from kubelearn.cluster.timing import Timing

from . import errors
from .authentication import ANONYMOUS, PUBLIC, Tokens, User
from .endpoints import discovery, podactions, reviews
from .endpoints.handlers import Verbs
from .endpoints.requests import Target, parse_path, write_options
from .endpoints.responses import failure, indented, reply
from .openapi import document as openapi
from .options import WARNINGS
from .registry.registry import Registry
from .resources import RESOURCES
from .serializer import bodies
from .streaming import exec as exec_door
from .streaming import logs, portforward, proxy

if TYPE_CHECKING:
    from .streaming.kubelets import Kubelets

log = logging.getLogger(__name__)

_MAJOR, _MINOR = meta.VERSION[1:].split(".")[:2]
_VERSION = {
    "major": _MAJOR,
    "minor": _MINOR,
    "gitVersion": meta.VERSION,
    "gitCommit": "kubelearn",
    "gitTreeState": "clean",
    "buildDate": "2025-05-15T00:00:00Z",
    "goVersion": "go1.23.8",
    "compiler": "gc",
    "platform": "linux/amd64",
}
_CHECKS = ("ping", "log", "etcd", "poststarthook/start-apiextensions-controllers")
_HEALTH = ("/healthz", "/livez", "/readyz")
_PLAIN = {"Cache-Control": "no-cache, private", "X-Content-Type-Options": "nosniff"}
_REVIEWS = {"selfsubjectreviews", "selfsubjectaccessreviews", "selfsubjectrulesreviews"}

#: What a method does with a subresource.
_VERBS = {"GET": "get", "HEAD": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}

Door = Callable[[web.Request, Registry, Any, str, str], Awaitable[web.StreamResponse]]
_POD_DOORS: dict[str, Door] = {
    "exec": exec_door.exec_pod,
    "attach": exec_door.attach_pod,
    "log": logs.pod_log,
    "portforward": portforward.portforward_pod,
}


class ApiServer:
    """Serves the Kubernetes API on a loopback port.

    Attributes:
        url: where it listens, once started.
        tokens: who may come in.
        ca_pem: certificate of the authority that signed the server's own.
    """

    def __init__(self, registry: Registry, kubelets: Kubelets, timing: Timing | None = None):
        self.registry, self.kubelets, self._timing = registry, kubelets, timing or Timing()
        self.tokens = Tokens()
        self.url = ""
        self._verbs = Verbs(registry)
        authority = trustme.CA()
        self.ca_pem = authority.cert_pem.bytes()
        self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(
            "127.0.0.1", "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"
        ).configure_cert(self._tls)
        self._runner: web.AppRunner | None = None
        self._listener: socket.socket | None = None

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1.

        Args:
            port: 0 for any free port.

        Raises:
            OSError: the port is taken.
        """
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        # Like the real server, this one takes bodies as they are, whatever Content-Encoding says.
        self._runner = web.AppRunner(
            app,
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=0.2,
            auto_decompress=False,
            lingering_time=1.0,
        )
        await self._runner.setup()
        self._listener = socket.create_server(("127.0.0.1", port))
        await web.SockSite(self._runner, self._listener, ssl_context=self._tls, backlog=1024).start()
        self.url = f"https://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is None:
            return
        if self._listener is not None:
            await stop_accepting([self._listener])
        for connection in list(self._runner.server.connections if self._runner.server else ()):
            if connection.transport is not None:
                connection.transport.abort()  # a TLS farewell would outlive the event loop
        await self._runner.cleanup()
        for _ in range(3):  # TLS over a socket over the loop: each is told of the end one turn later
            await asyncio.sleep(0)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        await self._timing.pause(self._timing.request)
        response = await self._answer(request)
        indented(request, response)
        if "Upgrade" in request.headers and not response.prepared:
            # aiohttp takes whatever follows such a request for the other protocol's bytes: there can be no next request.
            response.force_close()
        return response

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        WARNINGS.set(None)
        try:
            return await self._route(request)
        except errors.ApiError as error:
            return failure(error, WARNINGS.get() or ())
        except (asyncio.CancelledError, ConnectionResetError):
            raise
        except Exception as error:
            log.exception("%s %s", request.method, request.path)
            return failure(errors.internal(f"{type(error).__name__}: {error}"))

    async def _route(self, request: web.Request) -> web.StreamResponse:
        user = self.tokens.authenticate(request.headers.get("Authorization"))
        path = request.path
        target = parse_path(path)
        if user is ANONYMOUS and path not in PUBLIC:
            raise _anonymous(request, target)
        if target is not None:
            return await self._resource(request, target, user)
        answer = self._other(request, path)
        if answer is None:
            return web.Response(status=404, text="404 page not found\n", headers=_PLAIN)
        if request.method not in ("GET", "HEAD") and path.rstrip("/") not in _HEALTH:
            raise errors.method_not_allowed()
        return answer

    async def _resource(self, request: web.Request, target: Target, user: User) -> web.StreamResponse:
        name, sub = target.resource.plural, target.subresource
        if sub and _VERBS.get(request.method) not in discovery.SUBRESOURCE_VERBS[sub]:
            raise errors.method_not_allowed()
        if sub == "proxy":
            return await proxy.proxy(
                request, self.registry, self.kubelets, target.resource.key, target.namespace, target.name, target.tail
            )
        if sub in _POD_DOORS:
            return await _POD_DOORS[sub](request, self.registry, self.kubelets, target.namespace, target.name)
        if request.method == "POST" and (
            name in _REVIEWS or sub in ("binding", "eviction", "token") or name == "bindings"
        ):
            return await self._action(request, target, user)
        return await self._verbs.handle(request, target)

    async def _action(self, request: web.Request, target: Target, user: User) -> web.Response:
        resource, sub = target.resource, target.subresource
        kind, group, version = resource.subresources[sub] if sub else (resource.kind, resource.group, resource.version)
        api_version = f"{group}/{version}" if group else version
        options = write_options(request)
        body = {"apiVersion": api_version, **await bodies.receive(request, api_version, kind, options)}
        named = (body.get("metadata") or {}).get("name", "")
        if resource.plural in _REVIEWS:
            done = reviews.answer(kind, body, user, options.manager)
        elif sub == "token":
            done = reviews.token(self.registry, self.tokens, target.namespace, target.name, body)
        elif target.name and named != target.name:
            raise errors.bad_request(f"name in URL does not match name in {kind} object")
        else:
            act = podactions.evict if sub == "eviction" else podactions.bind
            done = act(self.registry, target.namespace, named, body)
        return reply(done, 201, warnings=options.warnings)

    def _other(self, request: web.Request, path: str) -> web.Response | None:
        """Answer what is not about a resource; None where there is nothing."""
        if path in ("/version", "/version/"):
            return web.Response(
                body=orjson.dumps(_VERSION, option=orjson.OPT_INDENT_2),
                headers={"Content-Type": "application/json", "Cache-Control": "no-cache, private"},
            )
        if path in _HEALTH:
            return _health(request, path[1:])
        if path.rpartition("/")[0] in _HEALTH and path.rpartition("/")[2] in _CHECKS:
            return web.Response(text="ok", headers=_PLAIN)
        if path == "/openapi/v3":
            return reply(openapi.index())
        if path == "/openapi/v2":
            # kubectl asks for it when v3 lacks a kind; the empty document says that v2 has none either.
            return web.Response(
                body=b"", headers={"Content-Type": "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"}
            )
        if path.startswith("/openapi/v3/"):
            return _openapi(request, path.removeprefix("/openapi/v3/"))
        if path == "/":
            return reply({"paths": _paths()})
        found = discovery.document(path.rstrip("/"), request.headers.get("Accept", ""))
        if found is None and (path.startswith("/api/") or discovery.is_group(path)):
            raise errors.no_such_path()
        if found is None:
            return None
        document, content_type = found
        # The whole of discovery in one document has a hash by which clients may keep it.
        kept = (
            {"Cache-Control": "public", "Vary": "Accept"}
            if "as=" in content_type
            else {"Cache-Control": "no-cache, private"}
        )
        return web.Response(body=orjson.dumps(document) + b"\n", headers={"Content-Type": content_type, **kept})


def _anonymous(request: web.Request, target: Target | None) -> errors.ApiError:
    if target is None:
        text = f'forbidden: User "system:anonymous" cannot {request.method.lower()} path "{request.path}"'
        return errors.ApiError(403, "Forbidden", text, {})
    verbs = {
        "GET": "get" if target.name else "list",
        "POST": "create",
        "PUT": "update",
        "PATCH": "patch",
        "DELETE": "delete",
    }
    resource = target.resource
    what = f"{resource.plural}/{target.subresource}" if target.subresource else resource.plural
    where = f'in the namespace "{target.namespace}"' if target.namespace else "at the cluster scope"
    why = (
        f'User "system:anonymous" cannot {verbs.get(request.method, "get")} resource "{what}" in API group'
        f' "{resource.group}" {where}'
    )
    return errors.forbidden(resource.plural, target.name, why, resource.group)


def _health(request: web.Request, name: str) -> web.Response:
    if "verbose" not in request.query:
        return web.Response(text="ok", headers=_PLAIN)
    lines = [f"[+]{check} ok" for check in _CHECKS]
    return web.Response(text="\n".join([*lines, f"{name} check passed", ""]), headers=_PLAIN)


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


def _paths() -> list[str]:
    groups = sorted({(r.group, r.version) for r in RESOURCES if r.group})
    listed = ["/api", "/api/v1", "/apis"]
    for group, version in groups:
        listed += [f"/apis/{group}", f"/apis/{group}/{version}"]
    return [*sorted(set(listed)), "/healthz", "/livez", "/openapi/v3", "/readyz", "/version"]
