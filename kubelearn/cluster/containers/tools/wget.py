"""wget of busybox."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program
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

from .curl import CurlError, Url, parse_url
from .nc import address_of
from .options import UsageError, number, split, tool

_MOST_REDIRECTS = 5


@dataclass
class _Command:
    """wget's command line."""

    url: str
    short: dict[str, str]
    headers: dict[str, str] = field(default_factory=dict)
    data: str | None = None
    spider: bool = False


def _parse(argv: list[str]) -> _Command:
    words, rest = list(argv), []
    headers: dict[str, str] = {}
    data, spider = None, False
    while words:
        name, equals, value = words.pop(0).partition("=")
        if name in ("--header", "--post-data", "--timeout", "--output-document"):
            value = value if equals or not words else words.pop(0)
            if name == "--header":
                key, _, content = value.partition(":")
                headers[key.strip().lower()] = content.strip()
            elif name == "--post-data":
                data = value
            else:
                rest += ["-T" if name == "--timeout" else "-O", value]
        elif name in ("--spider", "--quiet", "--no-check-certificate", "--server-response"):
            spider = spider or name == "--spider"
            rest += {"--quiet": ["-q"], "--server-response": ["-S"]}.get(name, [])
        else:
            rest.append(name + equals + value)
    short, urls = split(rest, "qSc", "OTt")
    if not urls:
        raise UsageError("missing URL")
    return _Command(urls[0], short, headers, data, spider)


async def _wget(process: Process) -> int:
    command = _parse(process.argv)
    limit = _seconds(command.short.get("T", "900"))
    try:
        url = parse_url(command.url)
        for _ in range(_MOST_REDIRECTS):
            response = await _fetch(process, command, url, limit)
            where = next((value.decode() for key, value in response.headers if key.lower() == b"location"), "")
            if not (where and 300 <= response.status < 400):
                return _finish(process, command, url, response)
            url = parse_url(where if where.startswith("http") else f"{url.scheme}://{url.authority}{where}")
    except CurlError:
        raise UsageError(f"bad address '{command.url}'") from None
    raise UsageError("too many redirections")


def _seconds(text: str) -> float:
    if text.isdigit():
        return float(number(text))
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
    data = (command.data or "").encode()
    headers = {"host": url.authority, "user-agent": "Wget", "connection": "close", **command.headers}
    if command.data is not None:
        headers = {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(data)), **headers}
    method = "GET" if command.data is None else "POST"
    if command.spider:
        method = "HEAD"
    try:
        connection = await process.network.connect(url.host, url.port, timeout=limit)
        if "q" not in command.short:
            process.complain(f"Connecting to {url.authority} ({connection.peer[0]}:{url.port})")
        if url.scheme == "https":
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
        raise UsageError("error getting response: Connection reset by peer") from None


def _finish(process: Process, command: _Command, url: Url, response: Response) -> int:
    if "S" in command.short:
        process.complain(f"  HTTP/1.1 {response.status} {response.reason}")
        for key, value in response.headers:
            process.complain(f"  {key.decode()}: {value.decode()}")
    if response.status >= 400:
        raise UsageError(f"server returned error: HTTP/1.1 {response.status} {response.reason}")
    name = command.short.get("O") or url.target.split("?")[0].rpartition("/")[2] or "index.html"
    if command.spider:
        return 0
    if name == "-":
        process.stdout.write(response.body)
        return 0
    try:
        process.files.write(resolve(process.cwd, name), response.body)
    except OSError:
        raise UsageError(f"can't open '{name}': No such file or directory") from None
    return 0


TOOLS: dict[str, Program] = {"wget": tool(_wget)}
