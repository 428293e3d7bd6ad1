"""The API server: the steps that every request takes, and the HTTPS listener that lets requests in.

:data:`STEPS` is the whole way of a request, in order. What a verb does is in :mod:`.endpoints.handlers`.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import trustme
from aiohttp import web
from aiohttp.http import SERVER_SOFTWARE

from kubelearn.cluster.listening import Listener, stop_accepting
from kubelearn.cluster.timing import Timing

from . import errors
from .authentication import ADMINISTRATOR, ANONYMOUS, REQUESTER, Tokens, User, certified
from .authorization.attributes import asked
from .authorization.impersonation import impersonated
from .authorization.rbac import Rbac, is_unlimited
from .endpoints import actions, nonresource
from .endpoints.handlers import Verbs
from .endpoints.requests import METHODS, Target, parse_path
from .endpoints.responses import failure, indented, with_warnings
from .options import WARNINGS
from .registry.registry import Registry
from .streaming import exec as exec_door
from .streaming import inside, logs, portforward, proxy

if TYPE_CHECKING:
    from kubelearn.cluster.network import PodNetwork

    from .streaming.kubelets import Kubelets

log = logging.getLogger(__name__)

Door = Callable[[web.Request, Registry, Any, str, str], Awaitable[web.StreamResponse]]
#: Subresources of a pod that lead into its containers; they stream, and most of them upgrade the connection.
_POD_DOORS: dict[str, Door] = {
    "exec": exec_door.exec_pod,
    "attach": exec_door.attach_pod,
    "log": logs.pod_log,
    "portforward": portforward.portforward_pod,
}


@dataclass(slots=True)
class Call:
    """One request on its way, and what the steps have found out about it.

    Attributes:
        server: has what answers: the registry, the kubelets, the tokens.
        request: as aiohttp has read it; its body is still to come.
        user: who asks (:func:`authenticate`), or as whom (:func:`impersonate`).
        named: what the path names (:func:`find_resource`); None when that is no resource.
    """

    server: ApiServer
    request: web.Request
    user: User = ANONYMOUS
    named: Target | None = None

    @property
    def target(self) -> Target:
        """What the path names, for the steps after :func:`answer_other_paths`.

        Raises:
            LookupError: the path names no resource.
        """
        if self.named is None:
            raise LookupError(f"{self.request.path} names no resource")
        return self.named


async def _sign(_request: web.Request, response: web.StreamResponse) -> None:
    """Give an answer its number in the audit log; the server does not say what it is made with."""
    response.headers["Audit-Id"] = str(uuid.uuid4())
    if response.headers.get("Server") == SERVER_SOFTWARE:  # the Service behind a proxy may say so
        del response.headers["Server"]


# The steps. One that returns an answer ends the way; one that raises an ApiError ends it with a Status.


async def wait_for_lag(call: Call) -> None:
    """Wait as long as every request takes in this cluster (``Timing.request``)."""
    await call.server.timing.pause(call.server.timing.request)


async def authenticate(call: Call) -> None:
    """Find out who asks, by the client certificate or else the bearer token.

    The answer is 401 for a token that is not ours; without any of both it is the anonymous user.
    """
    call.user = _certified(call.request) or call.server.tokens.authenticate(call.request.headers.get("Authorization"))


def _certified(request: web.Request) -> User | None:
    tls: ssl.SSLObject | None = request.transport.get_extra_info("ssl_object") if request.transport else None
    encoded = tls.getpeercert(binary_form=True) if tls is not None else None
    return certified(tls.getpeercert(), encoded) if tls is not None and encoded else None


async def impersonate(call: Call) -> None:
    """Take the request for that of whom its headers name (``kubectl --as``), if who asks may do that: 403."""
    call.user = impersonated(call.request, call.user, call.server.rbac)
    REQUESTER.set(call.user)


async def find_resource(call: Call) -> None:
    """Parse the path: which resource it names, in which namespace, which object and subresource."""
    call.named = parse_path(call.request.path)


async def authorize(call: Call) -> None:
    """Refuse with 403 what no role allows who asks; administrators are not looked up in any."""
    if is_unlimited(call.user):
        return
    request = call.request
    # Of "get" and "create", which a stream over a WebSocket needs, "create" is enough: who has that alone would come
    # in by SPDY's POST, which is not spoken here.
    needed = asked(request.method, request.path, request.query)[-1]
    call.server.rbac.check(call.user, needed)


async def answer_other_paths(call: Call) -> web.Response | None:
    """Answer what names no resource: discovery, OpenAPI, version, health and more; 404 for the rest."""
    return await nonresource.answer(call.request, call.server.registry) if call.named is None else None


async def check_subresource(call: Call) -> None:
    """Refuse with 405 a method that a subresource does not have."""
    target = call.target
    subresources = target.resource.subresources
    if target.subresource and METHODS.get(call.request.method) not in subresources[target.subresource].verbs:
        raise errors.method_not_allowed()


async def pass_to_proxy(call: Call) -> web.StreamResponse | None:
    """Pass what follows ``proxy`` in the path on to a pod or Service, and its answer back, with every method."""
    target, server = call.target, call.server
    if target.subresource != "proxy":
        return None
    key, namespace = target.resource.key, target.namespace
    return await proxy.proxy(call.request, server.registry, server.kubelets, key, namespace, target.name, target.tail)


async def open_door(call: Call) -> web.StreamResponse | None:
    """Lead into a pod: ``exec``, ``attach``, ``log`` and ``portforward``, until one of the two sides ends it."""
    target, server = call.target, call.server
    door = _POD_DOORS.get(target.subresource)
    if door is None:
        return None
    return await door(call.request, server.registry, server.kubelets, target.namespace, target.name)


async def act(call: Call) -> web.Response | None:
    """Do what a POST asks for that creates no object of its kind: reviews, tokens, bindings and evictions."""
    if not actions.is_action(call.request.method, call.target):
        return None
    server = call.server
    return await actions.answer(call.request, call.target, call.user, actions.Means(server.registry, server.tokens))


async def apply_verb(call: Call) -> web.StreamResponse:
    """Get, list, watch, create, update, patch or delete.

    A verb negotiates the format, reads its options and the body, asks the registry, and encodes what that returns.
    """
    return await call.server.verbs.answer(call.request, call.target)


Step = Callable[[Call], Awaitable[web.StreamResponse | None]]
#: The way of a request: the first step that returns an answer is the last one that is taken.
STEPS: tuple[Step, ...] = (
    wait_for_lag,
    authenticate,
    impersonate,
    find_resource,
    authorize,
    answer_other_paths,
    check_subresource,
    pass_to_proxy,
    open_door,
    act,
    apply_verb,
)


def close_after_upgrade(request: web.Request, response: web.StreamResponse) -> None:
    """Close a connection whose upgrade was not taken.

    aiohttp takes whatever follows such a request for the other protocol's bytes: there can be no next request.
    """
    if "Upgrade" in request.headers and not response.prepared:
        response.force_close()


Finish = Callable[[web.Request, web.StreamResponse], None]
#: What is done to every answer, those with a Status of an error included.
ON_EVERY_ANSWER: tuple[Finish, ...] = (indented, with_warnings, close_after_upgrade)


class ApiServer:
    """Serves the Kubernetes API on a loopback port.

    Attributes:
        url: where it listens, once started.
        ca_pem: certificate of the authority that signs the server's own, and those of clients.
        registry: the objects, and the rules for writing them.
        kubelets: by the names of their nodes; they lead into containers.
        timing: the lag of a request.
        tokens: who may come in.
        rbac: who may do what.
        verbs: what is done to resources.
        steps: the way of a request.
    """

    steps: Sequence[Step] = STEPS

    def __init__(self, registry: Registry, kubelets: Kubelets, timing: Timing | None = None):
        self.registry = registry
        self.kubelets = kubelets
        self.timing = timing or Timing()
        self.tokens = Tokens(registry)
        self.rbac = Rbac(registry)
        self.verbs = Verbs(registry)
        self.url = ""
        self._authority = trustme.CA()
        self.ca_pem = self._authority.cert_pem.bytes()
        self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._authority.issue_cert("127.0.0.1", "localhost").configure_cert(self._tls)
        self._tls.verify_mode = ssl.CERT_OPTIONAL
        self._authority.configure_trust(self._tls)
        self._runner: web.AppRunner | None = None
        self._listener: Listener | None = None

    def client_certificate(self) -> tuple[bytes, bytes]:
        """Return a new certificate of the administrator, and its key, as PEM."""
        group, *_ = ADMINISTRATOR.groups
        issued = self._authority.issue_cert(common_name=ADMINISTRATOR.name, organization_name=group)
        return issued.cert_chain_pems[0].bytes(), issued.private_key_pem.bytes()

    @property
    def ca_key(self) -> bytes:
        """The key of the authority, PEM; it stays in the process."""
        return self._authority.private_key_pem.bytes()

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1.

        Args:
            port: 0 for any free port.

        Raises:
            OSError: the port is taken.
        """
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        app.on_response_prepare.append(_sign)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=0.2,
            # Like the real server, this one takes bodies as they are, whatever Content-Encoding says.
            auto_decompress=False,
            lingering_time=1.0,
        )
        await self._runner.setup()
        self._listener = Listener("127.0.0.1", port)
        await web.SockSite(self._runner, self._listener, ssl_context=self._tls, backlog=1024).start()
        self.url = f"https://127.0.0.1:{self._runner.addresses[0][1]}"

    def listen_inside(self, node: PodNetwork, port: int) -> None:
        """Serve the API to pods, too, at a node's address in the pod network.

        Raises:
            RuntimeError: the server was not started.
        """
        if self._runner is None or self._runner.server is None:
            raise RuntimeError("the API server is not started")
        inside.listen(node, port, self._runner.server, self.ca_pem)

    async def stop(self) -> None:
        """Stop listening, and cut off everybody who is connected; does nothing before :meth:`start`."""
        if self._runner is None:
            return
        if self._listener is not None:
            await stop_accepting([self._listener])
        for connection in list(self._runner.server.connections if self._runner.server else ()):
            if connection.transport is not None:
                connection.transport.abort()  # a TLS farewell would outlive the event loop
        await self._runner.cleanup()
        if self._listener is not None:
            await self._listener.cut_off()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        response = await self._answer(Call(self, request))
        for finish in ON_EVERY_ANSWER:
            finish(request, response)
        return response

    async def _answer(self, call: Call) -> web.StreamResponse:
        """Take the steps until one answers; whatever goes wrong on the way is answered with a Status."""
        WARNINGS.set([])  # all requests of a connection share one context
        try:
            for step in self.steps:
                answer = await step(call)
                if answer is not None:
                    return answer
            raise LookupError("no step has answered")
        except errors.ApiError as error:
            return failure(error)
        except (asyncio.CancelledError, ConnectionResetError):
            raise
        except Exception as error:
            log.exception("%s %s", call.request.method, call.request.path)
            return failure(errors.internal(f"{type(error).__name__}: {error}"))
