"""``registry.k8s.io/e2e-test-images/agnhost``: netexec, pause, serve-hostname (K/test/images/agnhost)."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.network import App, ConnectionRefused, NameNotFound, NetworkError, Receive, Scope, Send
from kubelearn.cluster.streams import Buffer

from .web import HTML, JSON, Stopping, body_of, query, reply, serve

_DIAL_TIMEOUT = 5.0
#: Paths that netexec notes in its log as they are; what it notes of the others depends on their parameters.
_LOGGED = frozenset({"/", "/clientip", "/healthz", "/hostname", "/readyz", "/upload"})


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


class Netexec:
    """The HTTP server of ``agnhost netexec``."""

    def __init__(self, process: Process, port: int, stopping: Stopping):
        self._process = process
        self._port = port
        self._stopping = stopping
        self._handlers: dict[str, Callable[[_Request], Awaitable[None]]] = {
            "clientip": self._clientip,
            "dial": self._dial,
            "echo": self._echo,
            "envvar": self._envvar,
            "exit": self._exit,
            "header": self._header,
            "healthz": self._healthz,
            "hostname": self._hostname,
            "readyz": self._readyz,
            "redirect": self._redirect,
            "serverport": self._serverport,
            "shell": self._shell,
            "shutdown": self._shutdown,
            "upload": self._upload,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        path = scope["path"]
        if path in _LOGGED:
            self._process.print(f"GET {path}")
        if path == "/hostname":  # by far the most wanted: no detour
            await reply(send, self._process.hostname)
        elif path == "/":
            await reply(send, f"NOW: {time.strftime('%Y-%m-%d %H:%M:%S')} +0000 UTC m=+1.0")
        elif (handler := self._handlers.get(path[1:].lower())) is not None:
            await handler(_Request(scope, receive, send))
        else:
            await reply(send, "404 page not found\n", 404)

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
        key = request.query.get("key")
        if key:
            await request.reply(headers.get(key.title(), ""))
        else:
            await request.reply(json.dumps({name: [value] for name, value in headers.items()}))

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
        code = await self._process.programs["sh"](child)
        answer = {}
        if code:
            answer["error"] = f"exit status {code}"
        if output.data:
            answer["output"] = bytes(output.data).decode(errors="replace")
        await request.reply(json.dumps(answer))

    async def _exit(self, request: _Request) -> None:
        code = request.query.get("code", "")
        self._stopping.exit(int(code) & 0xFF if code.isdigit() else 0)

    async def _shutdown(self, _request: _Request) -> None:
        self._stopping.exit(0)

    async def _redirect(self, request: _Request) -> None:
        asked = request.query
        code = int(asked["code"]) if asked.get("code", "").isdigit() else 302
        await request.reply("", code, HTML, (b"location", asked.get("location", "/").encode()))

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
        if asked.get("protocol", "http") != "http":
            await request.reply(f"unsupported protocol. {asked['protocol']}", 400)
        elif not wanted:
            await request.reply("request parameter not specified. <nil>", 400)
        elif not tries.isdigit() or int(tries) > 10_000:
            await request.reply("tries parameter is invalid. <nil>", 400)
        elif not port.isdigit():
            await request.reply(f"host and/or port param are invalid. address {host}:{port}: invalid port", 400)
        else:
            await self._dial_all(request.send, host, int(port), wanted, int(tries))

    async def _dial_all(self, send: Send, host: str, port: int, request: str, tries: int) -> None:
        try:
            address = (await self._process.network.resolve(host))[0]
        except NameNotFound:
            await reply(send, f"host and/or port param are invalid. lookup {host}: no such host", 400)
            return
        url = f"http://{address}:{port}/{request}"
        responses: list[str] = []
        failures: list[str] = []
        for _ in range(tries):
            try:
                async with asyncio.timeout(_DIAL_TIMEOUT):
                    connection = await self._process.network.connect(address, port)
                    answer = await connection.request("GET", "/" + request, [(b"host", f"{host}:{port}".encode())])
                    connection.close()
                responses.append(answer.body.decode(errors="replace"))
            except ConnectionRefused:
                failures.append(f'Get "{url}": dial tcp {address}:{port}: connect: connection refused')
            except (NetworkError, TimeoutError):
                failures.append(
                    f'Get "{url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
                )
        last_failed = len(failures) == tries
        body = {**({"errors": failures} if failures else {}), **({} if last_failed else {"responses": responses})}
        await reply(send, json.dumps(body, separators=(",", ":")), 200, JSON)


def _option(words: list[str], name: str, otherwise: int) -> int:
    for index, word in enumerate(words):
        key, equals, value = word.lstrip("-").partition("=")
        if key == name:
            text = value if equals else "".join(words[index + 1 : index + 2])
            return int(text) if text.lstrip("-").isdigit() else otherwise
    return otherwise


async def netexec(process: Process) -> int:
    """Serve HTTP as ``agnhost netexec`` does."""
    words = process.argv[2:]
    port, udp = _option(words, "http-port", 8080), _option(words, "udp-port", 8081)
    stopping = Stopping(process)
    app: App = Netexec(process, port, stopping)
    if udp > 0:
        process.print(f"Started UDP server on port  {udp}")
    process.print(f"Started HTTP server on port {port}")
    return await serve(
        process,
        port,
        app,
        f"listen tcp :{port}: bind: address already in use",
        stopping,
        _option(words, "delay-shutdown", 0),
    )


async def serve_hostname(process: Process) -> int:
    """Answer every path with the pod's name, on 9376."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await reply(send, process.hostname + "\n")

    port = _option(process.argv[2:], "port", 9376)
    return await serve(process, port, app, f"listen tcp :{port}: bind: address already in use")


async def pause(process: Process) -> int:
    """Do nothing until SIGTERM."""
    process.print("Paused")
    await Stopping(process).event.wait()
    return 0


_COMMANDS = {"netexec": netexec, "pause": pause, "serve-hostname": serve_hostname}


async def agnhost(process: Process) -> int:
    """``agnhost COMMAND [OPTION…]``"""
    name = process.argv[1] if len(process.argv) > 1 else "pause"
    command = _COMMANDS.get(name)
    if command is None:
        process.complain(
            f'Error: unknown command "{name}" for "app"\nOf agnhost this cluster has: {", ".join(sorted(_COMMANDS))}'
        )
        return 1
    return await command(process)


PROGRAMS: dict[str, Program] = {"agnhost": agnhost}
