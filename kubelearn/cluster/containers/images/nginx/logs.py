"""nginx' logs: what stands in them, and where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.cluster.containers.images.web import clock
from kubelearn.cluster.containers.process import Process

from .syntax import VARIABLE

if TYPE_CHECKING:
    from .model import Scope
    from .request import Request

LEVELS = ("debug", "info", "notice", "warn", "error", "crit", "alert", "emerg")
_STREAMS = {"/var/log/nginx/access.log": "stdout", "/var/log/nginx/error.log": "stderr"}
_STREAMS |= {"/dev/stdout": "stdout", "/dev/stderr": "stderr", "stderr": "stderr"}
_COMBINED = (
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"'
)


def write(process: Process, path: str, line: str) -> None:
    """Append a line to a log: as in the image, nginx' own two are the container's."""
    stream = _STREAMS.get(path)
    if stream == "stdout":
        process.print(line)
    elif stream == "stderr":
        process.complain(line)
    elif path != "/dev/null":
        process.files.write(path, line.encode() + b"\n", append=True)


def note(process: Process, scope: Scope | None, level: str, text: str, pid: str = "") -> None:
    """Write to the error log of a scope, if it takes that level."""
    pid = pid or f"{process.pid or 1}#{process.pid or 1}"
    path, least = "/var/log/nginx/error.log", "notice"
    if scope is not None and (words := scope.args("error_log")):
        path, least = words[0], words[1] if len(words) > 1 else "error"
    if LEVELS.index(level) >= LEVELS.index(least if least in LEVELS else "error"):
        write(process, path, f"{clock('%Y/%m/%d %H:%M:%S')} [{level}] {pid}: {text}")


def error(request: Request, text: str, level: str, *, upstream: str = "") -> None:
    """Write to the error log of a request."""
    whose = f', upstream: "{upstream}"' if upstream else ""
    host = f', host: "{request.headers["host"]}"' if request.headers.get("host") else ""
    facts = (
        f'client: {request.asgi["client"][0]}, server: {request.server.name}, request: "{request.line}"{whose}{host}'
    )
    note(request.process, request.scope, level, f"*{request.number} {text}, {facts}", "29#29")


def access(request: Request, status: int, size: int) -> None:
    """Write to the access logs of a request."""
    request.status, request.sent = status, size
    for directive in request.scope.all("access_log"):
        path, *words = directive.args
        if path == "off":
            continue
        condition = next((word[3:] for word in words if word.startswith("if=")), None)
        if condition is not None and request.value(condition) in ("", "0"):
            continue
        name = next((word for word in words if "=" not in word), "combined")
        write(request.process, path, _line(request, request.config.formats.get(name, _COMBINED)))


def _line(request: Request, form: str) -> str:
    """Fill in a format; what is empty is shown as ``-``."""
    return VARIABLE.sub(lambda found: request.variable(found[1] or found[2]) or "-", form)
