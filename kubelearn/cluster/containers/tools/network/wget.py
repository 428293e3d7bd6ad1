"""wget of busybox."""

from __future__ import annotations

import asyncio
import posixpath
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
from kubelearn.cluster.streams import Buffer

from .curl import CurlError, Url, parse_url

_MOST_REDIRECTS = 15
#: What is no error, as of a page that is there or of one that is elsewhere; a part only where a part was asked for.
_FINE = frozenset({200, 201, 202, 203, 204, 300, 301, 302, 303, 307, 308})
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
    return _Command(given, headers, data)


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
    operands=(1, None),
    prepare=_letters_of_long,
)
async def _wget(process: Process, given: Given) -> int:
    command = _command(process, given)
    limit = _seconds(given.get("T", "900"))
    if "o" not in given:
        return await _all(process, command, limit)
    path = resolve(process.cwd, given.get("o"))
    process.files.write(path, b"")
    process.stderr = log = Buffer()
    try:
        return await _all(process, command, limit)
    except UsageError as error:
        process.complain(f"wget: {error}")
        return 1
    finally:
        process.files.write(path, bytes(log.data))


async def _all(process: Process, command: _Command, limit: float) -> int:
    for text in command.given.operands:
        try:
            url, response = await _follow(process, command, parse_url(text), limit)
        except CurlError as error:
            raise UsageError(
                f"not an http or ftp url: {text}" if error.code == 1 else f"bad address '{text}'"
            ) from None
        _finish(process, command, _name(url), response)
    return 0


async def _follow(process: Process, command: _Command, url: Url, limit: float) -> tuple[Url, Response]:
    """Fetch a page, wherever it has gone; return its first URL, after which a file is named."""
    at, address = url, await _address(process, command, url)
    for _ in range(_MOST_REDIRECTS):
        response = await _fetch(process, command, at, address, limit)
        if response.status not in _FINE:
            raise UsageError(f"server returned error: HTTP/1.1 {response.status} {response.reason}")
        where = (response.header(b"location") or b"").decode()
        if not where or response.status < 300:
            return url, response
        if where.startswith("/"):
            at = parse_url(f"{at.scheme}://{at.authority}{where}")
        else:
            at = parse_url(where)
            address = await _address(process, command, at)
    raise UsageError("too many redirections")


async def _address(process: Process, command: _Command, url: Url) -> str:
    """Return a server's address, which is told before anything is sent."""
    try:
        address = (await process.network.resolve(url.host))[0]
    except NameNotFound:
        raise UsageError(f"bad address '{url.authority}'") from None
    if "q" not in command:
        process.complain(f"Connecting to {url.authority} ({address}:{url.port})")
    return address


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


async def _fetch(process: Process, command: _Command, url: Url, address: str, limit: float) -> Response:
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
    try:
        connection = await process.network.connect(address, url.port, timeout=limit)
        if url.scheme == "https":
            if "N" not in command:
                process.complain("wget: note: TLS certificate validation not implemented")
            _start_tls(connection, url)
        try:
            async with asyncio.timeout(limit):
                response = await connection.request(
                    method, url.target, [(name.encode(), value.encode()) for name, value in headers.items()], data
                )
        finally:
            connection.close()
    except (ConnectionRefused, NoRoute) as error:
        raise UsageError(f"can't connect to remote host ({address}): {error.reason}") from None
    except (ConnectionTimedOut, TimeoutError):
        raise UsageError("download timed out") from None
    except ConnectionReset:
        raise UsageError(
            "error getting response: Connection reset by peer" if connection.aborted else "error getting response"
        ) from None
    if "S" in command:
        lines = [f"HTTP/1.1 {response.status} {response.reason}"]
        lines += [f"{key.decode()}: {value.decode()}" for key, value in response.headers]
        process.complain("\n".join(f"  {line}" for line in [*lines, ""]))
    return response


def _name(url: Url) -> str:
    """Return what a file is called by default: the path's last part, with the query."""
    return url.target.rpartition("/")[2] or "index.html"


def _finish(process: Process, command: _Command, name: str, response: Response) -> None:
    """Write down what came, and say so."""
    quiet = "q" in command
    if "s" in command:
        if not quiet:
            process.complain("remote file exists")
        return
    name = command.given.get("O") or posixpath.join(command.given.get("P"), name)
    if name == "-":
        process.stdout.write(response.body)
        if not quiet:
            process.complain(f"writing to stdout\n{_meter('-', len(response.body))}\nwritten to stdout")
        return
    path = resolve(process.cwd, name)
    if "O" not in command and "c" not in command and process.files.exists(path):
        raise UsageError(f"can't open '{name}': File exists")
    try:
        process.files.write(path, response.body)
    except OSError:
        raise UsageError(f"can't open '{name}': No such file or directory") from None
    if not quiet:
        meter = _meter(posixpath.basename(name), len(response.body))
        process.complain(f"saving to '{name}'\n{meter}\n'{name}' saved")


def _meter(name: str, size: int) -> str:
    """Return the last state of the progress meter."""
    return f"{name[:20]:<20} 100% |{'*' * 32}| {size:5}  0:00:00 ETA"


TOOLS: dict[str, Program] = {"wget": _wget}
