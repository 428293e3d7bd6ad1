"""Servers that are no use: what they send, and when they stop sending."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

#: Answers one connection; the event is set when the test is over, so that nobody has to wait longer.
Talk = Callable[[socket.socket, threading.Event], None]
_PATIENCE = 20.0


class Authority:
    """A certificate authority, its certificate in a file, and servers and clients that it vouches for."""

    def __init__(self, folder: Path):
        self._ca = trustme.CA()
        self._folder = folder
        self.path = folder / "ca.crt"
        self.path.write_bytes(self._ca.cert_pem.bytes())

    def server(self, host: str = "127.0.0.1") -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._ca.issue_cert(host).configure_cert(context)
        return context


@contextmanager
def listening(talk: Talk, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Talk to everybody who connects, each in a thread; yield the address."""
    over = threading.Event()
    threads: list[threading.Thread] = []
    server = socket.create_server(("127.0.0.1", 0))

    def meet(raw: socket.socket) -> None:
        with contextlib.suppress(OSError), raw:  # the client has gone
            raw.settimeout(_PATIENCE)
            if tls is None:
                talk(raw, over)
            else:
                with tls.wrap_socket(raw, server_side=True) as safe:
                    talk(safe, over)

    def accept() -> None:
        while True:
            try:
                raw, _ = server.accept()
            except OSError:  # it was closed
                return
            threads.append(threading.Thread(target=meet, args=(raw,), name="Thread-bad-server"))
            threads[-1].start()

    threads.append(threading.Thread(target=accept, name="Thread-bad-server"))
    threads[0].start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.getsockname()[1]}"
    finally:
        over.set()
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        for thread in threads:
            thread.join()


def request(connection: socket.socket) -> tuple[str, str, bytes]:
    """Read one request, and return its method, its path, and its body; no method if the client is gone."""
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(4096)
        if not more:
            return "", "", b""
        head += more
    head, _, body = head.partition(b"\r\n\r\n")
    method, path, *_ = head.decode().split(" ")
    sizes = [
        int(line.partition(":")[2]) for line in head.decode().splitlines() if line.lower().startswith("content-length:")
    ]
    while sizes and len(body) < sizes[0]:
        more = connection.recv(4096)
        if not more:
            return "", "", b""
        body += more
    return method, path, body


def response(content: object, status: str = "200 OK", kind: str = "application/json") -> bytes:
    body = content.encode() if isinstance(content, str) else json.dumps(content).encode()
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def silent(connection: socket.socket, over: threading.Event) -> None:
    """Say nothing."""
    over.wait(_PATIENCE)


def saying(answer: bytes) -> Talk:
    """Answer each request with the same."""

    def talk(connection: socket.socket, over: threading.Event) -> None:
        while request(connection)[0]:
            connection.sendall(answer)

    return talk


def trickling(answer: bytes, pause: float) -> Talk:
    """Answer byte by byte, so that no single read takes long."""

    def talk(connection: socket.socket, over: threading.Event) -> None:
        request(connection)
        for byte in answer:
            connection.sendall(bytes([byte]))
            if over.wait(pause):
                return

    return talk


def answering(answers: dict[str, bytes]) -> Talk:
    """Answer by method and the path's beginning (``GET /version``), and say nothing to other requests."""

    def talk(connection: socket.socket, over: threading.Event) -> None:
        while True:
            method, path, body = request(connection)
            found = next((answer for begin, answer in answers.items() if f"{method} {path} ".startswith(begin)), None)
            if not method:
                return
            if found is None:
                over.wait(_PATIENCE)
                return
            connection.sendall(found if found else allowed(body))

    return talk


VERSION = response({"major": "1", "minor": "36+", "gitVersion": "v1.36.3"})


def allowed(body: bytes) -> bytes:
    """Say yes to an access review."""
    return response({**json.loads(body), "status": {"allowed": True}}, "201 Created")


def refused(status: str, message: str) -> bytes:
    """A Status as the API server sends it."""
    return response(
        {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "code": int(status[:3]),
        },
        status,
    )
