"""``registry.k8s.io/e2e-test-images/agnhost``: netexec, pause, serve-hostname (K/test/images/agnhost)."""

from __future__ import annotations

import asyncio
import json
import time

from kubelearn.cluster.containers.process import Image, Process
from kubelearn.cluster.containers.tools import ALPINE
from kubelearn.cluster.network import App, ConnectionRefused, NameNotFound, NetworkError, Receive, Scope, Send
from kubelearn.cluster.streams import Buffer

from .web import JSON, Stopping, body_of, query, reply, serve

_DIAL_TIMEOUT = 5.0


class Netexec:
    """The HTTP server of ``agnhost netexec``."""

    def __init__(self, process: Process, port: int, stopping: Stopping):
        self._process, self._port, self._stopping = process, port, stopping
        self.terminating = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        handler = (
            getattr(self, "_" + path.strip("/").lower(), None)
            if path.count("/") == 1 and path != "/" and path[1] != "_"
            else None
        )
        if path == "/hostname":  # by far the most wanted: no detour
            await reply(send, self._process.hostname)
        elif handler is not None:
            await handler(scope, receive, send)
        elif path == "/":
            await reply(send, f"NOW: {time.strftime('%Y-%m-%d %H:%M:%S')} +0000 UTC m=+1.0")
        else:
            await reply(send, "404 page not found\n", 404)

    async def _hostname(self, scope: Scope, receive: Receive, send: Send) -> None:
        await reply(send, self._process.hostname)

    async def _clientip(self, scope: Scope, receive: Receive, send: Send) -> None:
        host, port = scope["client"]
        await reply(send, f"{host}:{port}")

    async def _serverport(self, scope: Scope, receive: Receive, send: Send) -> None:
        await reply(send, str(self._port))

    async def _healthz(self, scope: Scope, receive: Receive, send: Send) -> None:
        await reply(send, "")

    async def _readyz(self, scope: Scope, receive: Receive, send: Send) -> None:
        await reply(
            send,
            "shutting down" if self._stopping.event.is_set() else "ok",
            503 if self._stopping.event.is_set() else 200,
        )

    async def _header(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode().title(): value.decode() for name, value in scope["headers"]}
        key = query(scope).get("key")
        await reply(
            send,
            headers.get(key.title(), "") if key else json.dumps({name: [value] for name, value in headers.items()}),
        )

    async def _echo(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = query(scope)
        code = asked.get("code", "200")
        await reply(send, asked.get("msg", ""), int(code) if code.isdigit() and 100 <= int(code) < 600 else 200)

    async def _envvar(self, scope: Scope, receive: Receive, send: Send) -> None:
        await reply(send, self._process.env.get(query(scope).get("var", ""), ""))

    async def _shell(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = query(scope)
        command = asked.get("shellCommand") or asked.get("cmd", "")
        output = Buffer()
        child = self._process.child(["sh", "-c", command], stdout=output, stderr=output)
        code = await self._process.programs["sh"](child)
        answer = {}
        if code:
            answer["error"] = f"exit status {code}"
        if output.data:
            answer["output"] = bytes(output.data).decode(errors="replace")
        await reply(send, json.dumps(answer))

    async def _exit(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = query(scope)
        code = int(asked["code"]) if asked.get("code", "").isdigit() else 0
        self._stopping.exit(code & 0xFF)

    async def _shutdown(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._stopping.exit(0)

    async def _redirect(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = query(scope)
        code = int(asked["code"]) if asked.get("code", "").isdigit() else 302
        await reply(send, "", code, b"text/html", (b"location", asked.get("location", "/").encode()))

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        await body_of(receive)
        await reply(send, '{"output":"/uploads/upload000000"}', 201)

    async def _dial(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call another server some times, each over a new connection."""
        asked = query(scope)
        host, port, request = asked.get("host", ""), asked.get("port", ""), asked.get("request", "")
        tries = asked.get("tries", "1")
        if asked.get("protocol", "http") != "http":
            await reply(send, f"unsupported protocol. {asked['protocol']}", 400)
        elif not request:
            await reply(send, "request parameter not specified. <nil>", 400)
        elif not tries.isdigit() or int(tries) > 10_000:
            await reply(send, "tries parameter is invalid. <nil>", 400)
        elif not port.isdigit():
            await reply(send, f"host and/or port param are invalid. address {host}:{port}: invalid port", 400)
        else:
            await self._dial_all(send, host, int(port), request, int(tries))

    async def _dial_all(self, send: Send, host: str, port: int, request: str, tries: int) -> None:
        try:
            address = (await self._process.network.resolve(host))[0]
        except NameNotFound:
            await reply(send, f"host and/or port param are invalid. lookup {host}: no such host", 400)
            return
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
                failures.append(
                    f'Get "http://{address}:{port}/{request}": dial tcp {address}:{port}: connect: connection refused'
                )
            except (NetworkError, TimeoutError):
                failures.append(
                    f'Get "http://{address}:{port}/{request}": context deadline exceeded (Client.Timeout exceeded while'
                    " awaiting headers)"
                )
        last_failed = len(failures) == tries
        body = {**({"errors": failures} if failures else {}), **({} if last_failed else {"responses": responses})}
        await reply(send, json.dumps(body, separators=(",", ":")), 200, JSON)


def _option(words: list[str], name: str, otherwise: int) -> int:
    for index, word in enumerate(words):
        key, equals, value = word.lstrip("-").partition("=")
        if key == name:
            text = value if equals else words[index + 1] if index + 1 < len(words) else ""
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

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
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


IMAGE = Image(
    "registry.k8s.io/e2e-test-images/agnhost",
    {**ALPINE, "agnhost": agnhost},
    entrypoint=("/agnhost",),
    cmd=("pause",),
    size=50_400_000,
)
