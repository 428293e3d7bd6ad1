"""Files as answers."""

from __future__ import annotations

import hashlib
import posixpath
import re

from kubelearn.cluster.containers.images.web import clock, http_date

from .request import Request

Headers = list[tuple[str, str]]


class Answer(Exception):
    """What the client gets."""

    def __init__(self, status: int, body: bytes | None = None, kind: str = "", headers: Headers | None = None):
        super().__init__(status)
        self.status = status
        self.body = body
        self.kind = kind
        self.headers = headers or []


def found(request: Request, data: bytes, name: str) -> Answer:
    """Return a file, or the part of it that the client wants."""
    extension = posixpath.splitext(name)[1][1:].lower()
    kind = request.config.types.get(extension) or request.scope.args("default_type", "text/plain")[0]
    tag = f'"{hashlib.sha256(data).hexdigest()[:8]}-{len(data):x}"'
    headers: Headers = [("Last-Modified", http_date(_MODIFIED)), ("ETag", tag), ("Accept-Ranges", "bytes")]
    if request.headers.get("if-none-match") in (tag, "*"):
        return Answer(304, b"", "", headers[:2])
    asked = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("range", ""))
    if asked is None or asked.groups() == ("", ""):
        return Answer(200, data, kind, headers)
    first, last = asked.groups()
    start = int(first) if first else max(len(data) - int(last), 0)
    end = min(int(last), len(data) - 1) if first and last else len(data) - 1
    if start > end:
        return Answer(416, None, "", [("Content-Range", f"bytes */{len(data)}")])
    headers[-1] = ("Content-Range", f"bytes {start}-{end}/{len(data)}")
    return Answer(206, data[start : end + 1], kind, headers)


#: When the files of images were made; files here have no times.
_MODIFIED = 1_760_000_000.0


def listing(request: Request, folder: str) -> bytes:
    """Return what ``autoindex`` shows."""
    files, lines = request.process.files, ['<a href="../">../</a>']
    for name in files.listdir(folder.rstrip("/") or "/"):
        path = posixpath.join(folder, name)
        slash = "/" if files.is_dir(path) else ""
        size = "-" if slash else str(len(files.read(path)))
        label = f'<a href="{name}{slash}">{name}{slash}</a>'
        lines.append(f"{label}{' ' * (51 - len(name + slash))}{clock('%d-%b-%Y %H:%M')} {size:>19}")
    title = f"Index of {request.uri}"
    text = "\r\n".join(lines)
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<h1>{title}</h1><hr><pre>{text}\r\n"
        "</pre><hr></body>\r\n</html>\r\n"
    ).encode()
