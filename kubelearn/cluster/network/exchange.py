"""One HTTP request and its response, between a client and an ASGI application."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus

from .addresses import Address
from .asgi import Message
from .errors import ConnectionReset

Headers = list[tuple[bytes, bytes]]

#: A streaming response may be this many chunks ahead of its reader.
_AHEAD = 16
_SERVER_ERROR = b"Internal Server Error"


@dataclass(slots=True)
class Response:
    """An HTTP response.

    Attributes:
        status: status code.
        headers: names as the server writes them, with values, in order.
        body: the whole body.
    """

    status: int
    headers: Headers = field(default_factory=list)
    body: bytes = b""

    @property
    def reason(self) -> str:
        """The status code's phrase, empty for an unknown code."""
        return reason_of(self.status)

    def header(self, name: bytes) -> bytes | None:
        """Return the first header of a name, given in lower case."""
        return next((value for key, value in self.headers if key.lower() == name), None)


def completed(headers: Iterable[tuple[bytes, bytes]], peer: Address, body: bytes) -> Headers:
    """Return a request's headers, names in lower case, with ``host`` and ``content-length`` if they are missing.

    Args:
        peer: address and port that the client connected to.
    """
    found = [(name.lower(), value) for name, value in headers]
    names = {name for name, _ in found}
    if b"host" not in names:
        found.insert(0, (b"host", f"{peer[0]}:{peer[1]}".encode()))
    if body and not names & {b"content-length", b"transfer-encoding"}:
        found.append((b"content-length", str(len(body)).encode()))
    return found


def reason_of(status: int) -> str:
    """Return the phrase of a status code, empty for an unknown one."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


class Exchange:
    """Gives the application the request and collects the response.

    Attributes:
        status: 0 until the response has begun.
        complete: whether the response is whole.
        over: whether nobody waits for the rest any more.
    """

    __slots__ = ("_asked", "_body", "_gone", "chunks", "complete", "headers", "over", "status")

    def __init__(self, body: bytes):
        self._body = body
        self._asked = False
        self._gone: asyncio.Future[None] | None = None
        self.status = 0
        self.complete = False
        self.over = False
        self.headers: Headers = []
        self.chunks: list[bytes] = []

    async def receive(self) -> Message:
        """``receive`` of ASGI: the body, then nothing until the client has gone."""
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self._body, "more_body": False}
        if not (self.complete or self.over):
            if self._gone is None:
                self._gone = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._gone)
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """``send`` of ASGI."""
        kind = message["type"]
        if kind == "http.response.body":
            chunk = message.get("body")
            if not self.status:
                raise RuntimeError("http.response.body before http.response.start")
            if chunk:
                self.chunks.append(chunk)
            if not message.get("more_body"):
                self.complete = True
        elif kind == "http.response.start":
            if self.status:
                raise RuntimeError("http.response.start was already sent")
            self.status = message["status"]
            self.headers = message.get("headers") or []
        else:
            raise RuntimeError(f"unexpected ASGI message {kind}")

    def end(self) -> None:
        """The exchange is over: an application that still waits for the client sees it go."""
        self.over = True
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)

    def fail(self) -> bool:
        """The application failed; return whether there is still a way to say so in the response."""
        if self.status:
            return False
        self.status = 500
        self.complete = True
        self.headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(_SERVER_ERROR)).encode()),
        ]
        self.chunks = [_SERVER_ERROR]
        return True


class StreamedExchange(Exchange):
    """An exchange whose response is read while it is being made, with back-pressure."""

    __slots__ = ("_changed", "_pending", "error")

    def __init__(self, body: bytes):
        super().__init__(body)
        self._pending: deque[bytes] = deque()
        self._changed = asyncio.Event()
        self.error: Exception | None = None

    async def send(self, message: Message) -> None:
        """``send`` of ASGI; it waits for a reader that is far behind."""
        await super().send(message)
        self._pending.extend(self.chunks)
        self.chunks = []
        self._changed.set()
        while len(self._pending) > _AHEAD and not self.over:
            await self._wait()

    async def _wait(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def finish(self, error: Exception | None = None) -> None:
        """No more will come.

        Args:
            error: why the response is not whole.
        """
        self._pending.extend(self.chunks)
        self.chunks = []
        self.error = error
        self.end()
        self._changed.set()

    def abandon(self) -> None:
        """Nobody works on the response any more; does nothing when it has ended."""
        if not self.over:
            self.finish(ConnectionReset())

    async def started(self) -> None:
        """Wait for the response's status and headers.

        Raises:
            NetworkError: it never came.
        """
        while not self.status:
            if self.over:
                raise self.error or ConnectionReset("the server sent no response")
            await self._wait()

    async def read(self) -> AsyncIterator[bytes]:
        """Yield the body's chunks as they come.

        Raises:
            NetworkError: the connection broke in the middle.
        """
        while True:
            while self._pending:
                chunk = self._pending.popleft()
                self._changed.set()
                yield chunk
            if self.complete and self.error is None:
                return
            if self.over:
                raise self.error or ConnectionReset("the response ended early")
            await self._wait()


class StreamedResponse:
    """A response whose body is still coming: ``async for chunk in response``."""

    def __init__(self, exchange: StreamedExchange):
        self._exchange = exchange
        self.status = exchange.status
        self.headers: Headers = list(exchange.headers)

    @property
    def reason(self) -> str:
        """The status code's phrase, empty for an unknown code."""
        return reason_of(self.status)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._exchange.read()
