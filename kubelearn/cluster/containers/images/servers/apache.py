"""``httpd``: Apache's page, or what lies in its folder."""

from __future__ import annotations

import posixpath

from kubelearn.cluster.containers.images.web import clock
from kubelearn.cluster.containers.process import Process, Program

from .listening import Call, Reply, http

_FOLDER = "/usr/local/apache2/htdocs"
_TYPES = {".html": b"text/html", ".txt": b"text/plain", ".css": b"text/css", ".json": b"application/json"}
FILES = {f"{_FOLDER}/index.html": b"<html><body><h1>It works!</h1></body></html>\n"}


def programs(version: str) -> dict[str, Program]:
    """Return what httpd's image has of its own."""
    server = (b"server", f"Apache/{version} (Unix)".encode())

    def answer(call: Call) -> Reply:
        files = call.process.files
        name = posixpath.join(_FOLDER, posixpath.normpath(call.path).lstrip("/")).rstrip("/")
        if files.is_dir(name):
            name = posixpath.join(name, "index.html")
        if not files.is_file(name):
            text = "The requested URL was not found on this server."
            return Reply(_page("404 Not Found", text), b"text/html; charset=iso-8859-1", 404, (server,))
        kind = _TYPES.get(posixpath.splitext(name)[1], b"")
        return Reply(files.read(name), kind, 200, (server, (b"accept-ranges", b"bytes")))

    def note(call: Call, said: Reply) -> str:
        when = clock("%d/%b/%Y:%H:%M:%S +0000")
        first = f"{call.scope['method']} {call.target} HTTP/1.1"
        return f'{call.client} - - [{when}] "{first}" {said.status} {len(said.body)}'

    async def main(process: Process) -> int:
        if process.argv[1:] == ["-v"]:
            process.print(f"Server version: Apache/{version} (Unix)")
            return 0
        process.complain(
            "AH00558: httpd: Could not determine the server's fully qualified domain name, "
            f"using {process.network.ip}. Set the 'ServerName' directive globally to suppress this message"
        )
        return await http(answer, 80, note=note)(process)

    return {"httpd-foreground": main, "httpd": main}


def _page(title: str, text: str) -> str:
    return (
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n'
        f"<title>{title}</title>\n</head><body>\n<h1>{title.partition(' ')[2]}</h1>\n<p>{text}</p>\n</body></html>\n"
    )
