"""``busybox``, ``python`` and ``pause``: small images that mostly run a shell, or nothing."""

from __future__ import annotations

import asyncio
import posixpath
from functools import partial

from kubelearn.cluster.containers.process import Process, Program, daemonize
from kubelearn.cluster.containers.tools import busybox
from kubelearn.cluster.containers.tools.options import Given, applet
from kubelearn.cluster.network import AsgiServer, Receive, Scope, Send

from .agnhost import pause
from .web import HTML, reply, serve


def files_app(process: Process, root: str) -> AsgiServer:
    """Return an app that serves a folder of the container."""

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        name = posixpath.join(root, posixpath.normpath(scope["path"]).lstrip("/"))
        if process.files.is_dir(name) and process.files.is_file(posixpath.join(name, "index.html")):
            name = posixpath.join(name, "index.html")
        if process.files.is_file(name):
            await reply(send, process.files.read(name), 200, HTML)
        else:
            await reply(send, "404 Not Found\n", 404)

    return app


@applet("[-fv] [-p [IP:]PORT] [-h HOME]", "fv", "ph")
async def httpd(process: Process, given: Given) -> int:
    """``httpd [-f] [-p [IP:]PORT] [-h FOLDER]``; without ``-f`` it goes to the background."""
    ip, _, port = given.get("p", "80").rpartition(":")
    number, taken = int(port) if port.isdigit() else 80, "httpd: bind: Address already in use"
    loopback = ip == "localhost" or ip.startswith("127.")
    app = files_app(process, given.get("h", process.cwd))

    async def stay(own: Process) -> int:
        return await serve(own, number, app, taken, loopback=loopback)

    if "f" in given:
        return await stay(process)
    if ("TCP", number) in process.network.listeners:
        process.complain(taken)
        return 1
    daemonize(process, stay)
    await asyncio.sleep(0)  # it listens before its starter ends
    return 0


async def python(process: Process, version: str) -> int:
    """``python -m http.server [PORT]``, all of Python that examples need."""
    words = process.argv[1:]
    if words[:2] == ["-m", "http.server"]:
        port = next((int(word) for word in words[2:] if word.isdigit()), 8000)
        process.print(f"Serving HTTP on 0.0.0.0 port {port} (http://0.0.0.0:{port}/) ...")
        return await serve(process, port, files_app(process, process.cwd), "OSError: [Errno 98] Address already in use")
    if words[:1] in (["--version"], ["-V"]):
        process.print(f"Python {version}")
        return 0
    process.complain("python: on this cluster only 'python -m http.server [PORT]' is available")
    return 2


def programs(version: str) -> dict[str, Program]:
    """Return what busybox' image of a version has."""
    return {**busybox(version), "httpd": httpd}


PAUSE_PROGRAMS: dict[str, Program] = {"pause": pause}


def python_programs(version: str) -> dict[str, Program]:
    """Return what Python's images have of their own."""
    return dict.fromkeys(("python", "python3"), partial(python, version=version))
