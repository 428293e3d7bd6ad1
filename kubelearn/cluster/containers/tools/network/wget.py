"""wget of busybox."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.options import Given, UsageError, applet
from kubelearn.cluster.network import (
    Connection,
    ConnectionRefused,
    ConnectionReset,
    ConnectionTimedOut,
    NameNotFound,
    NoRoute,
    NotTls,
    Response,
)
from kubelearn.cluster.streams import NullWriter

from .curl import CurlError, Url, parse_url
from .nc import address_of

_MOST_REDIRECTS = 10
_LONG = {
    "continue": "c",
    "quiet": "q",
    "server-response": "S",
    "output-document": "O",
    "output-file": "o",
    "timeout": "T",
    "tries": "t",
    "user-agent": "U",
    "directory-prefix": "P",
    "header": "H",
    "post-data": "D",
    "post-file": "F",
    "spider": "s",
    "no-check-certificate": "N",
    "no-verbose": "v",
}


@dataclass
class _Command:
    """wget's command line."""

    url: str
    given: Given
    headers: dict[str, str] = field(default_factory=dict)
    data: bytes | None = None

    def __contains__(self, letter: str) -> bool:
        return letter in self.given


def _command(process: Process, given: Given) -> _Command:
    headers = {}
    for header in given.all("H"):
        key, _, content = header.partition(":")
        headers[key.strip().lower()] = content.strip()
    data = given.get("D").encode() if "D" in given else None
    if "F" in given:
        try:
            data = process.files.read(resolve(process.cwd, given.get("F")))
        except OSError:
            raise UsageError(f"can't open '{given.get('F')}': No such file or directory") from None
    return _Command(given.operands[0], given, headers, data)


def _letters_of_long(words: list[str]) -> list[str]:
    """Return words with ``-nv`` as the long option that it is short for."""
    return ["--no-verbose" if word == "-nv" else word for word in words]


@applet(
    "[-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n"
    "\t[--post-data STR | --post-file FILE] [--no-check-certificate]\n"
    "\t[-P DIR] [-U AGENT] [-T SEC] URL...",
    "cqSsNv",
    "OoTtUPHDFY",
    long=_LONG,
    operands=(1, 1),
    prepare=_letters_of_long,
)
async def _wget(process: Process, given: Given) -> int:
    command = _command(process, given)
    limit = _seconds(given.get("T", "900"))
    if "o" in given:
        process.stderr = NullWriter()
    try:
        url = parse_url(command.url)
        for _ in range(_MOST_REDIRECTS):
            response = await _fetch(process, command, url, limit)
            where = (response.header(b"location") or b"").decode()
            if not (where and 300 <= response.status < 400):
                return _finish(process, command, url, response)
            url = parse_url(where if where.startswith("http") else f"{url.scheme}://{url.authority}{where}")
    except CurlError as error:
        kind = f"not an http or ftp url: {command.url}" if error.code == 1 else f"bad address '{command.url}'"
        raise UsageError(kind) from None
    raise UsageError("too many redirections")


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"invalid number '{text}'") from None


def _start_tls(connection: Connection, url: Url) -> None:
    try:
        connection.start_tls(url.host, None)
    except NotTls:
        raise UsageError("TLS error from peer (alert code 70): protocol version") from None


async def _fetch(process: Process, command: _Command, url: Url, limit: float) -> Response:
    """Send one request on a connection of its own."""
    data = command.data or b""
    headers = {
        "host": url.authority,
        "user-agent": command.given.get("U", "Wget"),
        "connection": "close",
        **command.headers,
    }
    if command.data is not None:
        headers = {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(data)), **headers}
    method = "GET" if command.data is None else "POST"
    if "s" in command:
        method = "HEAD"
    try:
        connection = await process.network.connect(url.host, url.port, timeout=limit)
        if "q" not in command:
            process.complain(f"Connecting to {url.authority} ({connection.peer[0]}:{url.port})")
        if url.scheme == "https":
            if "N" not in command:
                process.complain("wget: note: TLS certificate validation not implemented")
            _start_tls(connection, url)
        try:
            async with asyncio.timeout(limit):
                return await connection.request(
                    method, url.target, [(name.encode(), value.encode()) for name, value in headers.items()], data
                )
        finally:
            connection.close()
    except NameNotFound:
        raise UsageError(f"bad address '{url.authority}'") from None
    except (ConnectionRefused, NoRoute) as error:
        raise UsageError(
            f"can't connect to remote host ({await address_of(process, url.host)}): {error.reason}"
        ) from None
    except (ConnectionTimedOut, TimeoutError):
        raise UsageError("download timed out") from None
    except ConnectionReset:
        raise UsageError(
            "error getting response: Connection reset by peer" if connection.aborted else "error getting response"
        ) from None


def _finish(process: Process, command: _Command, url: Url, response: Response) -> int:
    """Say what came, and write it down."""
    quiet = "q" in command
    if "S" in command:
        process.complain(f"  HTTP/1.1 {response.status} {response.reason}")
        for key, value in response.headers:
            process.complain(f"  {key.decode()}: {value.decode()}")
        process.complain("  ")
    if response.status >= 400:
        raise UsageError(f"server returned error: HTTP/1.1 {response.status} {response.reason}")
    if "s" in command:
        if not quiet:
            process.complain("remote file exists")
        return 0
    name = command.given.get("O") or url.target.split("?")[0].rpartition("/")[2] or "index.html"
    if name == "-":
        process.stdout.write(response.body)
        if not quiet:
            process.complain(f"writing to stdout\n{_meter('-', len(response.body))}\nwritten to stdout")
        return 0
    path = resolve(resolve(process.cwd, command.given.get("P", ".")), name)
    if "O" not in command and "c" not in command and process.files.exists(path):
        raise UsageError(f"can't open '{name}': File exists")
    try:
        process.files.write(path, response.body)
    except OSError:
        raise UsageError(f"can't open '{name}': No such file or directory") from None
    if not quiet:
        process.complain(f"saving to '{name}'\n{_meter(name, len(response.body))}\n'{name}' saved")
    return 0


def _meter(name: str, size: int) -> str:
    """Return the last state of the progress meter."""
    return f"{name[:20]:<20} 100% |{'*' * 32}| {size:5}  0:00:00 ETA"


TOOLS: dict[str, Program] = {"wget": _wget}
