"""``nginx``: the welcome page, or what lies in /usr/share/nginx/html."""

from __future__ import annotations

import posixpath
import time
from collections.abc import Callable

from kubelearn.cluster.containers.process import Image, Process
from kubelearn.cluster.containers.tools import DEBIAN
from kubelearn.cluster.network import App, Receive, Scope, Send

from .web import HTML, reply, serve

VERSION = "1.27.5"
_ROOT = "/usr/share/nginx/html"
_WELCOME = b"""<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>
</body>
</html>
"""
_TYPES = {
    ".html": HTML,
    ".txt": b"text/plain",
    ".json": b"application/json",
    ".css": b"text/css",
    ".js": b"application/javascript",
}


def _page(status: int, text: str) -> bytes:
    return (
        f"<html>\r\n<head><title>{status} {text}</title></head>\r\n<body>\r\n<center><h1>{status}"
        f" {text}</h1></center>\r\n<hr><center>nginx/{VERSION}</center>\r\n</body>\r\n</html>\r\n".encode()
    )


def static(process: Process) -> App:
    """Return an app that serves the container's files and writes an access log."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path = posixpath.normpath(scope["path"])
        name = posixpath.join(_ROOT, path.lstrip("/"))
        if process.files.is_dir(name):
            name = posixpath.join(name, "index.html")
        found = process.files.is_file(name)
        body, status = (process.files.read(name), 200) if found else (_page(404, "Not Found"), 404)
        kind = _TYPES.get(posixpath.splitext(name)[1], b"application/octet-stream") if found else HTML
        log(process, scope, status, len(body))
        await reply(send, body, status, kind, (b"server", f"nginx/{VERSION}".encode()))

    return app


def log(process: Process, scope: Scope, status: int, size: int) -> None:
    """Write a line in nginx's combined format."""
    agent = next((value.decode() for name, value in scope["headers"] if name == b"user-agent"), "-")
    when = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime())
    process.print(
        f'{scope["client"][0]} - - [{when}] "{scope["method"]} {scope["path"]} HTTP/1.1" {status} {size} "-"'
        f' "{agent}" "-"'
    )


def program(make: Callable[[Process], App], port: int = 80) -> Callable[[Process], object]:
    """Return nginx as a program that serves an app."""

    async def nginx(process: Process) -> int:
        if process.argv[1:] in (["-v"], ["-V"]):
            process.complain(f"nginx version: nginx/{VERSION}")
            return 0
        process.complain(f"{time.strftime('%Y/%m/%d %H:%M:%S')} [notice] 1#1: start worker processes")
        taken = (
            f"{time.strftime('%Y/%m/%d %H:%M:%S')} [emerg] 1#1: bind() to 0.0.0.0:{port} failed (98: Address already in"
            f" use)\nnginx: [emerg] bind() to 0.0.0.0:{port} failed (98: Address already in use)"
        )
        return await serve(process, port, make(process), taken)

    return nginx


IMAGE = Image(
    "docker.io/library/nginx",
    {**DEBIAN, "nginx": program(static)},  # type: ignore[dict-item]
    cmd=("nginx", "-g", "daemon off;"),
    env={"NGINX_VERSION": VERSION},
    files={
        f"{_ROOT}/index.html": _WELCOME,
        "/etc/nginx/nginx.conf": b"# this nginx serves /usr/share/nginx/html on port 80\n",
    },
    size=72_406_859,
)
