"""What the servers in images share: answering, listening, stopping."""

from __future__ import annotations

import asyncio
import time

from kubelearn.cluster.containers.process import SIGINT, SIGQUIT, SIGTERM, Process
from kubelearn.cluster.network import AddressInUse, Certificate, Receive, Scope, Send, Server

TEXT, JSON, HTML = b"text/plain; charset=utf-8", b"application/json", b"text/html"


def clock(form: str, when: float | None = None) -> str:
    """Return a time, the present one by default, in a form of ``strftime``: containers' clocks are on UTC."""
    return time.strftime(form, time.gmtime(when))


def http_date(when: float | None = None) -> str:
    """Return a time as HTTP writes it, the present one by default."""
    return clock("%a, %d %b %Y %H:%M:%S GMT", when)


async def reply(
    send: Send, body: bytes | str, status: int = 200, content_type: bytes = TEXT, *headers: tuple[bytes, bytes]
) -> None:
    """Send a whole answer."""
    data = body.encode() if isinstance(body, str) else body
    listed = [
        (b"Date", http_date().encode()),
        (b"Content-Length", str(len(data)).encode()),
    ]
    if content_type:
        listed.append((b"Content-Type", content_type))
    await send({"type": "http.response.start", "status": status, "headers": [*listed, *headers]})
    await send({"type": "http.response.body", "body": data})


async def body_of(receive: Receive) -> bytes:
    """Return a request's whole body."""
    data = bytearray()
    while True:
        message = await receive()
        data += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(data)


def query(scope: Scope) -> dict[str, str]:
    """Return the query parameters, the first of each name."""
    from urllib.parse import parse_qsl

    found: dict[str, str] = {}
    for name, value in parse_qsl(scope["query_string"].decode(errors="replace"), keep_blank_values=True):
        found.setdefault(name, value)
    return found


class Stopping:
    """Waits until somebody asks the program to end."""

    def __init__(self, process: Process, signals: tuple[int, ...] = (SIGTERM, SIGINT, SIGQUIT)):
        self.event = asyncio.Event()
        self.code = 0
        for number in signals:
            process.handlers[number] = self.event.set

    def exit(self, code: int) -> None:
        """End the program with an exit code."""
        self.code = code
        self.event.set()


async def serve(
    process: Process,
    port: int,
    server: Server,
    taken: str = "",
    stopping: Stopping | None = None,
    delay: float = 0,
    *,
    finish: float = 0,
    loopback: bool = False,
    tls: Certificate | None = None,
) -> int:
    """Listen on a port until SIGTERM and return the exit code.

    Args:
        server: an ASGI application, or an object with ``serve(stream)``.
        taken: what the program says when another one has the port; in Go's words by default.
        delay: seconds between SIGTERM and the end.
        finish: seconds that requests under way may take after that, while nothing more is accepted.
        loopback: listen on 127.0.0.1 only.
        tls: what it shows to clients, if it speaks TLS.
    """
    stopping = stopping or Stopping(process)
    try:
        listener = process.network.listen(port, server, loopback=loopback, tls=tls)
    except AddressInUse:
        process.complain(taken or f"listen tcp :{port}: bind: address already in use")
        return 1
    try:
        await stopping.event.wait()
        if delay:
            await asyncio.sleep(delay)
        if finish:
            await listener.drain(finish)
    finally:
        listener.close()
    return stopping.code
