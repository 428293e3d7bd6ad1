"""Google's sample images: hello-app, and the two tiers of the Kubernetes tutorial on front and back ends."""

from __future__ import annotations

from kubelearn.cluster.containers.images.nginx.pages import files
from kubelearn.cluster.containers.images.web import JSON, clock, reply, serve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.network import Receive, Scope, Send


def hello_app(version: str) -> dict[str, Program]:
    """Return what hello-app's image runs."""

    async def main(process: Process) -> int:
        port = process.env.get("PORT", "8080")
        number = int(port) if port.isdigit() else 8080

        async def app(scope: Scope, _receive: Receive, send: Send) -> None:
            process.complain(f"{clock('%Y/%m/%d %H:%M:%S')} Serving request: {scope['path']}")
            await reply(send, f"Hello, world!\nVersion: {version}.0\nHostname: {process.hostname}\n")

        process.complain(f"{clock('%Y/%m/%d %H:%M:%S')} Server listening on port {port}")
        return await serve(process, number, app)

    return {"hello-app": main}


async def hello_go(process: Process) -> int:
    """The tutorial's back end."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await reply(send, '{"message":"Hello"}', 200, JSON)

    return await serve(process, 80, app)


HELLO_GO: dict[str, Program] = {"app": hello_go}
#: The front end is nginx with this configuration: it looks its upstream up once, when it starts.
FRONTEND = {
    **files(),
    "/etc/nginx/conf.d/default.conf": b"",
    "/etc/nginx/conf.d/frontend.conf": b"""\
upstream Backend {
    # hello is the internal DNS name used by the backend Service inside Kubernetes
    server hello;
}
server {
    listen 80;
    location / {
        # The following statement will proxy traffic to the upstream named Backend
        proxy_pass http://Backend;
    }
}
""",
}
