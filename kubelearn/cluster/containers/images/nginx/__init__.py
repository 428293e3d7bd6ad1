"""``nginx``: the welcome page, or what lies in /usr/share/nginx/html."""

from __future__ import annotations

import posixpath
import time
from collections.abc import Callable

from kubelearn.cluster.containers.images.web import HTML, reply, serve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.network import App, Receive, Scope, Send

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


def page(status: int, text: str) -> bytes:
    """Return the page that nginx shows for a status, ``404 Not Found`` for example."""
    lines = [
        "<html>",
        f"<head><title>{status} {text}</title></head>",
        "<body>",
        f"<center><h1>{status} {text}</h1></center>",
        f"<hr><center>nginx/{VERSION}</center>",
        "</body>",
        "</html>",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode()


def static(process: Process) -> App:
    """Return an app that serves the container's files and writes an access log."""

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        path = posixpath.normpath(scope["path"])
        name = posixpath.join(_ROOT, path.lstrip("/"))
        if process.files.is_dir(name):
            name = posixpath.join(name, "index.html")
        if process.files.is_file(name):
            body, status = process.files.read(name), 200
            kind = _TYPES.get(posixpath.splitext(name)[1], b"application/octet-stream")
        else:
            body, status, kind = page(404, "Not Found"), 404, HTML
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


def program(make: Callable[[Process], App], port: int = 80) -> Program:
    """Return nginx as a program that serves an app."""

    async def nginx(process: Process) -> int:
        if process.argv[1:] in (["-v"], ["-V"]):
            process.complain(f"nginx version: nginx/{VERSION}")
            return 0
        now = time.strftime("%Y/%m/%d %H:%M:%S")
        process.complain(f"{now} [notice] 1#1: start worker processes")
        why = f"bind() to 0.0.0.0:{port} failed (98: Address already in use)"
        taken = f"{now} [emerg] 1#1: {why}\nnginx: [emerg] {why}"
        return await serve(process, port, make(process), taken)

    return nginx


def programs(_version: str) -> dict[str, Program]:
    """Return what nginx' images have of their own."""
    return {"nginx": program(static)}


def files(_version: str) -> dict[str, bytes]:
    """Return its files."""
    return {f"{_ROOT}/index.html": _WELCOME}
