"""Google's sample images: hello-app, and the two tiers of the Kubernetes tutorial on front and back ends."""

from __future__ import annotations

import time
from functools import partial

from kubelearn.cluster.containers.process import Image, Process, Program
from kubelearn.cluster.containers.tools import DEBIAN
from kubelearn.cluster.network import App, ConnectionTimedOut, NameNotFound, NetworkError, Receive, Scope, Send

from .nginx import VERSION as NGINX_VERSION
from .nginx import log, page, program
from .web import HTML, JSON, reply, serve

#: Seconds for which nginx waits for a connection to its upstream (proxy_connect_timeout).
_CONNECT = 60


def _hello_app(version: str) -> Program:
    async def hello_app(process: Process) -> int:
        port = process.env.get("PORT", "8080")
        number = int(port) if port.isdigit() else 8080

        async def app(scope: Scope, _receive: Receive, send: Send) -> None:
            process.complain(f"{time.strftime('%Y/%m/%d %H:%M:%S')} Serving request: {scope['path']}")
            await reply(send, f"Hello, world!\nVersion: {version}\nHostname: {process.hostname}\n")

        process.complain(f"{time.strftime('%Y/%m/%d %H:%M:%S')} Server listening on port {port}")
        return await serve(process, number, app, f"listen tcp :{port}: bind: address already in use")

    return hello_app


async def hello_go(process: Process) -> int:
    """The tutorial's back end."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await reply(send, '{"message":"Hello"}', 200, JSON)

    return await serve(process, 80, app, "listen tcp :80: bind: address already in use")


def _frontend(upstream: str, process: Process) -> App:
    """Pass everything on to the address that ``hello`` had, as the front end's nginx does."""

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        target = scope["path"] + (f"?{scope['query_string'].decode()}" if scope["query_string"] else "")
        try:
            connection = await process.network.connect(upstream, 80, timeout=_CONNECT)
            answer = await connection.request(scope["method"], target, [(b"host", b"Backend")])
            connection.close()
            status, body = answer.status, answer.body
        except NetworkError as error:
            process.complain(
                f"[error] connect() failed ({error.reason}) while connecting to upstream, "
                f'upstream: "http://{upstream}:80{target}"'
            )
            late = isinstance(error, ConnectionTimedOut)
            status, body = (504, page(504, "Gateway Time-out")) if late else (502, page(502, "Bad Gateway"))
        log(process, scope, status, len(body))
        await reply(send, body, status, JSON if status < 400 else HTML, (b"server", f"nginx/{NGINX_VERSION}".encode()))

    return app


async def frontend(process: Process) -> int:
    """nginx looks its upstream up once, when it starts: without the Service it does not start."""
    try:
        (upstream, *_) = await process.network.resolve("hello")
    except NameNotFound:
        process.complain('nginx: [emerg] host not found in upstream "hello" in /etc/nginx/conf.d/frontend.conf:4')
        return 1
    return await program(partial(_frontend, upstream))(process)


HELLO_APP = {
    version: Image(
        "gcr.io/google-samples/hello-app", {"hello-app": _hello_app(version)}, cmd=("./hello-app",), size=11_545_000
    )
    for version in ("1.0", "2.0")
}
HELLO_GO = Image("gcr.io/google-samples/hello-go-gke", {"app": hello_go}, cmd=("app",), size=5_000_000)
FRONTEND = Image(
    "gcr.io/google-samples/hello-frontend",
    {**DEBIAN, "nginx": frontend},
    cmd=("nginx", "-g", "daemon off;"),
    size=60_000_000,
)
