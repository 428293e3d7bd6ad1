"""Google's sample images: hello-app, and the two tiers of the Kubernetes tutorial on front and back ends."""

from __future__ import annotations

import time
from functools import partial

from kubelearn.cluster.containers.images.nginx import VERSION as NGINX_VERSION
from kubelearn.cluster.containers.images.nginx import log, page, program
from kubelearn.cluster.containers.images.web import HTML, JSON, reply, serve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.network import App, ConnectionTimedOut, NameNotFound, NetworkError, Receive, Scope, Send

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


def hello_app(version: str) -> dict[str, Program]:
    """Return what hello-app's image runs."""
    return {"hello-app": _hello_app(version)}


HELLO_GO: dict[str, Program] = {"app": hello_go}
FRONTEND: dict[str, Program] = {"nginx": frontend}
