"""agnhost's other servers: serve-hostname, porter, liveness, test-webserver (K/test/images/agnhost)."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time

from kubelearn.cluster.containers.images.servers.listening import files, http
from kubelearn.cluster.containers.images.web import Stopping, clock, query, reply, serve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.network import AddressInUse, AsgiServer, Listener, Receive, Scope, Send, Stream

from .certificates import NoCertificate, certificate
from .flags import Flags

#: ``liveness`` says for so long that it is well.
_HEALTHY = 10.0
SERVE_HOSTNAME = {"port": "9376", "http": "true", "tcp": "false", "udp": "false", "close": "false"}
PORTER = {"json-response": "false", "cert-file": "localhost.crt", "key-file": "localhost.key"}


class _Hostname:
    """Tells the pod's name over TCP and UDP."""

    def __init__(self, process: Process):
        self._process = process

    async def serve(self, stream: Stream) -> None:
        """Tell it to who connects."""
        stream.write(f"{self._process.hostname}\n".encode())
        await stream.drain()
        while await stream.read():
            """Whatever the client says."""


class _HostnameDatagrams:
    """Tells the pod's name to who sends anything over UDP."""

    def __init__(self, process: Process):
        self._process = process

    def datagram(self, _data: object, _client: tuple[str, int]) -> bytes:
        """Tell it."""
        return f"{self._process.hostname}\n".encode()


async def serve_hostname(process: Process, _version: str, flags: Flags) -> int:
    """Answer everything with the pod's name, on 9376."""
    port, stopping = flags.number("port"), Stopping(process)

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await reply(send, process.hostname + "\n")

    with contextlib.ExitStack() as stack:
        try:
            if flags.is_set("udp"):
                stack.callback(process.network.listen(port, _HostnameDatagrams(process), "UDP").close)
            if flags.is_set("tcp"):
                stack.callback(process.network.listen(port, _Hostname(process)).close)
        except AddressInUse:
            process.complain(f"listen tcp :{port}: bind: address already in use")
            return 1
        if flags.is_set("http") and not flags.is_set("tcp"):
            return await serve(process, port, app, stopping=stopping)
        await stopping.event.wait()
    return 0


def _porter_app(value: str, *, as_json: bool) -> AsgiServer:
    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        body = value
        if as_json:
            body = f'{{"Method":"{scope["method"]}","Body":"{value}"}}'
        await reply(send, body)

    return app


async def porter(process: Process, _version: str, flags: Flags) -> int:
    """Serve the value of each ``SERVE_PORT_N`` and, with TLS, ``SERVE_TLS_PORT_N`` on port N."""
    listeners: list[Listener] = []
    stopping = Stopping(process)
    try:
        for name, value in process.env.items():
            found = re.fullmatch(r"SERVE_(TLS_)?PORT_(\d+)", name)
            if found is not None:
                files = (f"/{flags.text(flag).lstrip('/')}" for flag in ("cert-file", "key-file"))
                tls = certificate(process, *files) if found[1] else None
                app = _porter_app(value, as_json=flags.is_set("json-response"))
                listeners.append(process.network.listen(int(found[2]), app, tls=tls))
        await stopping.event.wait()
    except NoCertificate as error:
        process.complain(str(error))
        return 1
    except AddressInUse:
        process.complain("listen tcp: bind: address already in use")
        return 1
    finally:
        for listener in listeners:
            listener.close()
    return stopping.code


async def liveness(process: Process, _version: str, _flags: Flags) -> int:
    """Be healthy for ten seconds, and no longer (``/healthz`` on 8080)."""
    begin = time.monotonic()

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        lived = time.monotonic() - begin
        if scope["path"] == "/started":
            await reply(send, f"{lived:.9f}s")
        elif scope["path"] == "/healthz":
            is_well = lived <= _HEALTHY
            await reply(send, "ok" if is_well else f"error: {lived:.9f}", 200 if is_well else 500)
        elif scope["path"] == "/redirect":
            await reply(send, "", 302, b"", (b"Location", query(scope).get("loc", "").encode()))
        else:
            await reply(send, "404 page not found\n", 404)

    return await serve(process, 8080, app)


async def _liveness(process: Process) -> int:
    return await liveness(process, "", Flags({}, []))


#: The image ``liveness`` of before agnhost.
LIVENESS: dict[str, Program] = {"server": _liveness}


async def webserver(process: Process, _version: str, flags: Flags) -> int:
    """Serve the container's files on port 80."""
    return await http(files, flags.number("port"))(process)


async def fake_gitserver(process: Process, _version: str, _flags: Flags) -> int:
    """Say what it is, on port 8000."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await reply(send, "I am a fake git server")

    return await serve(process, 8000, app)


async def pause(process: Process) -> int:
    """Do nothing until SIGTERM."""
    process.print("Paused")
    await Stopping(process).event.wait()
    return 0


async def logs_generator(process: Process, _version: str, flags: Flags) -> int:
    """Write lines that look like a scheduler's log."""
    total = flags.number("log-lines-total")
    pause_of = flags.seconds("run-duration") / max(total, 1)
    for number in range(total):
        when = clock("%m%d %H:%M:%S")
        process.complain(
            f"I{when}.000000       1 logs_generator.go:76] {number} GET /api/v1/namespaces/ns/pods/p{number} 200"
        )
        await asyncio.sleep(pause_of)
    return 0
