"""``agnhost netexec``: a server of HTTP, UDP and SCTP for tests (K/test/images/agnhost/netexec)."""

from __future__ import annotations

import asyncio
import html
import http
import json
import posixpath
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from kubelearn.cluster.containers.images.web import JSON, Stopping, body_of, clock, query, reply, serve
from kubelearn.cluster.containers.process import Process, execute
from kubelearn.cluster.network import (
    AddressInUse,
    ConnectionRefused,
    Listener,
    NameNotFound,
    NetworkError,
    Receive,
    Scope,
    Send,
)
from kubelearn.cluster.streams import Buffer

from .certificates import NoCertificate, certificate
from .flags import Flags

_DIAL_TIMEOUT = 5.0
#: Paths that netexec notes in its log as they are; what it notes of the others depends on their parameters.
_LOGGED = frozenset({"/clientip", "/healthz", "/hostName", "/hostname", "/readyz", "/upload"})
#: Path → the first version that has it.
_SINCE = {"/serverport": (2, 54), "/envvar": (2, 65)}


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


@dataclass(frozen=True, slots=True)
class _Request:
    """A request to netexec, and the way to answer it."""

    scope: Scope
    receive: Receive
    send: Send

    @property
    def query(self) -> dict[str, str]:
        return query(self.scope)

    async def reply(self, body: str, status: int = 200, *more: Any) -> None:
        """Answer with a text; see :func:`.web.reply` for the rest."""
        await reply(self.send, body, status, *more)

    async def refuse(self, why: str) -> None:
        """Answer that the request is a bad one, as Go does."""
        await self.reply(f"{why}\n", 400)

    async def redirect(self, where: str, code: int) -> None:
        """Send the client elsewhere, as Go does."""
        is_get = self.scope["method"] == "GET"
        name = http.HTTPStatus(code).phrase if code in set(http.HTTPStatus) else ""
        body = f'<a href="{html.escape(where)}">{name}</a>.\n\n' if is_get else ""
        await self.reply(body, code, b"text/html; charset=utf-8", (b"Location", where.encode()))


def _as_go(value: Any) -> str:
    """Return JSON as Go writes it: no blanks, the keys of a map in order."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _clean(path: str) -> str:
    """Return a path as Go's ``ServeMux`` wants it: no ``//``, no ``.`` and ``..``."""
    shortest = posixpath.normpath("/" + path.lstrip("/"))
    return f"{shortest}/" if path.endswith("/") and shortest != "/" else shortest


async def _form(scope: Scope, receive: Receive) -> bytes:
    """Return the values of a form that is sent as one."""
    kind = dict(scope["headers"]).get(b"content-type", b"")
    return await body_of(receive) if kind.startswith(b"application/x-www-form-urlencoded") else b""


class Netexec:
    """The HTTP server of ``agnhost netexec``."""

    def __init__(self, process: Process, version: str, port: int, stopping: Stopping, override: str = ""):
        """Make the server.

        Args:
            version: of agnhost: not every one has every path.
            override: path and query that every request is taken for.
        """
        self._process = process
        self._override = override
        self._port = port
        self._stopping = stopping
        self._handlers: dict[str, Callable[[_Request], Awaitable[None]]] = {
            "/clientip": self._clientip,
            "/dial": self._dial,
            "/echo": self._echo,
            "/envvar": self._envvar,
            "/exit": self._exit,
            "/header": self._header,
            "/healthz": self._healthz,
            "/hostName": self._hostname,
            "/hostname": self._hostname,
            "/readyz": self._readyz,
            "/redirect": self._redirect,
            "/serverport": self._serverport,
            "/shell": self._shell,
            "/shutdown": self._shutdown,
            "/upload": self._upload,
        }
        for path, first in _SINCE.items():
            if _number(version) < first:
                del self._handlers[path]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if self._override:
            path, _, asked = self._override.partition("?")
            scope = {**scope, "path": path, "query_string": asked.encode()}
        path = scope["path"]
        if path in _LOGGED:
            self._process.print(f"GET {path}")
        if path == "/hostname":  # by far the most wanted: no detour
            await reply(send, self._process.hostname)
            return
        if path not in self._handlers and (clean := _clean(path)) != path:
            asked = scope["query_string"].decode()
            where = quote(clean, safe="$&+,/:;=@") + (f"?{asked}" if asked else "")
            await _Request(scope, receive, send).redirect(where, 301)
            return
        form = await _form(scope, receive) if scope["method"] in ("POST", "PUT", "PATCH") else b""
        if form:  # what is sent comes before what the URL says
            scope = {**scope, "query_string": form + b"&" + scope["query_string"]}
        # The root is a pattern that every path fits.
        await self._handlers.get(path, self._root)(_Request(scope, receive, send))

    async def _root(self, request: _Request) -> None:
        self._process.print("GET /")
        await request.reply(f"NOW: {clock('%Y-%m-%d %H:%M:%S')} +0000 UTC m=+1.0")

    async def _hostname(self, request: _Request) -> None:
        await request.reply(self._process.hostname)

    async def _clientip(self, request: _Request) -> None:
        host, port = request.scope["client"]
        await request.reply(f"{host}:{port}")

    async def _serverport(self, request: _Request) -> None:
        await request.reply(str(self._port))

    async def _healthz(self, request: _Request) -> None:
        await request.reply("")

    async def _readyz(self, request: _Request) -> None:
        if self._stopping.event.is_set():
            await request.reply("shutting down", 503)
        else:
            await request.reply("ok")

    async def _header(self, request: _Request) -> None:
        headers = {name.decode().title(): value.decode() for name, value in request.scope["headers"]}
        headers.pop("Host", None)  # Go keeps it elsewhere
        key = request.query.get("key")
        if key:
            await request.reply(headers.get(key.title(), ""))
        else:
            await request.reply(_as_go({name: [value] for name, value in headers.items()}))

    async def _echo(self, request: _Request) -> None:
        asked = request.query
        code = asked.get("code", "200")
        await request.reply(asked.get("msg", ""), int(code) if code.isdigit() and 100 <= int(code) < 600 else 200)

    async def _envvar(self, request: _Request) -> None:
        await request.reply(self._process.env.get(request.query.get("var", ""), ""))

    async def _shell(self, request: _Request) -> None:
        asked = request.query
        command = asked.get("shellCommand") or asked.get("cmd", "")
        output = Buffer()
        child = self._process.child(["sh", "-c", command], stdout=output, stderr=output)
        code = await execute(self._process.programs["sh"], child)
        answer = {}
        if code:
            answer["error"] = f"exit status {code}"
        if output.data:
            answer["output"] = bytes(output.data).decode(errors="replace")
        await request.reply(_as_go(answer))

    async def _exit(self, request: _Request) -> None:
        code = request.query.get("code", "")
        self._stopping.exit(int(code) & 0xFF if code.isdigit() else 0)

    async def _shutdown(self, _request: _Request) -> None:
        self._stopping.exit(0)

    async def _redirect(self, request: _Request) -> None:
        asked = request.query
        code = int(asked["code"]) if asked.get("code", "").isdigit() else 302
        await request.redirect(asked.get("location", "/"), code)

    async def _upload(self, request: _Request) -> None:
        await body_of(request.receive)
        await request.reply('{"output":"/uploads/upload000000"}', 201)

    async def _dial(self, request: _Request) -> None:
        """Call another server some times, each over a new connection."""
        asked = request.query
        noted = "&".join(f"{name}={asked.get(name, '')}" for name in ("host", "protocol", "port", "request", "tries"))
        self._process.print(f"GET /dial?{noted}")
        host, port, wanted = asked.get("host", ""), asked.get("port", ""), asked.get("request", "")
        tries = asked.get("tries", "1")
        protocol = asked.get("protocol", "http")
        if protocol not in ("http", "udp", "sctp"):
            await request.refuse(f"unsupported protocol. {asked['protocol']}")
        elif not wanted:
            await request.refuse("request parameter not specified. <nil>")
        elif not tries.isdigit() or int(tries) > 10_000:
            await request.refuse("tries parameter is invalid. <nil>")
        elif not port.isdigit():
            await request.refuse(f"host and/or port param are invalid. address {host}:{port}: invalid port")
        else:
            await self._dial_all(request, protocol, (host, int(port)), wanted, int(tries))

    async def _dial_all(self, request: _Request, protocol: str, to: tuple[str, int], wanted: str, tries: int) -> None:
        host, port = to
        try:
            address = (await self._process.network.resolve(host))[0]
        except NameNotFound:
            await request.refuse(f"host and/or port param are invalid. lookup {host}: no such host")
            return
        responses: list[str] = []
        failures: list[str] = []
        for _ in range(tries):
            try:
                async with asyncio.timeout(_DIAL_TIMEOUT):
                    responses.append(await self._ask(protocol, address, to, wanted))
            except (NetworkError, TimeoutError) as error:
                failures.append(_failure(protocol, address, port, wanted, error))
        last_failed = len(failures) == tries
        body = {**({"errors": failures} if failures else {}), **({} if last_failed else {"responses": responses})}
        await request.reply(_as_go(body), 200, JSON)

    async def _ask(self, protocol: str, address: str, to: tuple[str, int], request: str) -> str:
        """Send one request over a connection of its own."""
        net, (host, port) = self._process.network, to
        if protocol != "http":
            answer = await net.exchange(address, port, request.encode(), protocol=protocol.upper())
            return bytes(answer).decode(errors="replace")
        connection = await net.connect(address, port)
        response = await connection.request("GET", "/" + request, [(b"host", f"{host}:{port}".encode())])
        connection.close()
        return response.body.decode(errors="replace")


def _failure(protocol: str, address: str, port: int, request: str, error: Exception) -> str:
    """Return what Go says of a request that failed."""
    if protocol != "http":
        why = "connection refused" if isinstance(error, ConnectionRefused) else "i/o timeout"
        return f"reading from {protocol} connection failed. err:'read {protocol} {address}:{port}: {why}'"
    url = f"http://{address}:{port}/{request}"
    if isinstance(error, ConnectionRefused):
        return f'Get "{url}": dial tcp {address}:{port}: connect: connection refused'
    return f'Get "{url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'


class Datagrams:
    """The UDP server of netexec, and that of SCTP: it knows ``hostname``, ``echo TEXT`` and ``clientip``."""

    def __init__(self, process: Process, protocol: str):
        self._process = process
        self._protocol = protocol

    def datagram(self, data: Any, client: tuple[str, int]) -> bytes | None:
        """Answer a message."""
        text = (data if isinstance(data, bytes) else str(data).encode()).decode(errors="replace").strip().lower()
        where = f"{client[0]}:{client[1]}"
        if text == "hostname":
            self._process.complain(f"Sending {self._protocol.lower()} hostName response")
            return self._process.hostname.encode()
        if text.startswith("echo "):
            self._process.complain(f"Echoing {text[5:]} to {self._protocol} client {where}")
            return text[5:].encode()
        if text == "clientip":
            self._process.complain(f"Sending clientip back to {self._protocol} client {where}")
            return where.encode()
        if text:
            self._process.complain(f"Unknown {self._protocol} command received from {where}: {text}")
        return None


FLAGS = {
    "delay-shutdown": "0",
    "http-override": "",
    "http-port": "8080",
    "sctp-port": "-1",
    "tls-cert-file": "",
    "tls-private-key-file": "",
    "udp-port": "8081",
}


async def netexec(process: Process, version: str, flags: Flags) -> int:
    """Serve HTTP, UDP and SCTP until SIGTERM; a port that is taken ends the whole program."""
    tls = None
    if flags.text("tls-cert-file"):
        try:
            tls = certificate(process, flags.text("tls-cert-file"), flags.text("tls-private-key-file"))
        except NoCertificate as error:
            process.complain(f"{clock('%Y/%m/%d %H:%M:%S')} {error}")
            return 1
    port = flags.number("http-port")
    stopping = Stopping(process)
    app = Netexec(process, version, port, stopping, flags.text("http-override"))
    listeners: list[Listener] = []
    try:
        for protocol in ("UDP", "SCTP"):
            number = flags.number(f"{protocol.lower()}-port")
            if number < 0:
                continue
            try:
                listeners.append(process.network.listen(number, Datagrams(process, protocol), protocol))
            except AddressInUse:
                why = f"listen {protocol.lower()} :{number}: bind: address already in use"
                process.complain(f"Error occurred. error:{why}")
                return 1
            process.print(f"Started {protocol} server on port  {number}")
        process.print(f"Started HTTP server on port {port}")
        return await serve(process, port, app, stopping=stopping, delay=flags.number("delay-shutdown"), tls=tls)
    finally:
        for listener in listeners:
            listener.close()
