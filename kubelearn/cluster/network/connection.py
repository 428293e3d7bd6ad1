"""A connection: bound to one listener for its life, as a TCP connection is to one pod."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from . import http1, stream
from .addresses import Address
from .asgi import Scope
from .errors import ConnectionReset, NetworkError
from .exchange import Exchange, Response, StreamedExchange, StreamedResponse, completed
from .stream import Stream
from .tls import NotTls

if TYPE_CHECKING:
    from kubelearn.cluster.kube_proxy.decisions import Decision

    from .listener import Listener

_ASGI = {"version": "3.0", "spec_version": "2.3"}


class Connection:
    """A client's end of a connection to a server in the cluster.

    Requests follow each other on it (keep-alive).  When the server's process ends, requests
    under way and later ones raise :class:`ConnectionReset`.

    Attributes:
        local: address and port of the client, as it sees itself.
        peer: address and port that the client connected to, for example a ClusterIP.
        client: address and port that the server sees: another than ``local`` if a node masqueraded.
        listener: who is at the other end.
        decision: how kube-proxy chose it, None if kube-proxy was not concerned.
        aborted: whether the server closed it before it had read all that came (RST), and not after (FIN).
        closed: whether either side has ended it.
        encrypted: whether the client speaks TLS.
        on_reset: called when the server's side ends it, None if nobody has to know before the next request.
    """

    __slots__ = (
        "_cancelled",
        "_helpers",
        "_task",
        "aborted",
        "busy",
        "client",
        "closed",
        "decision",
        "encrypted",
        "listener",
        "local",
        "on_reset",
        "peer",
        "server",
        "was_reset",
    )

    def __init__(
        self,
        listener: Listener,
        local: Address,
        peer: Address,
        client: Address,
        server: Address,
        decision: Decision | None,
    ):
        self.listener = listener
        self.local = local
        self.peer = peer
        self.client = client
        self.server = server
        self.decision = decision
        self.closed = self.was_reset = self.aborted = self.busy = self.encrypted = self._cancelled = False
        self.on_reset: Callable[[], None] | None = None
        self._task: asyncio.Task[Any] | None = None
        self._helpers: set[asyncio.Task[None]] | None = None
        listener.connections.add(self)
        listener.accepted += 1

    @property
    def trace(self) -> list[str]:
        """How the other end was chosen, one step a line."""
        if self.decision is not None:
            steps = self.decision.trace
        else:
            steps = [f"{self.peer[0]}:{self.peer[1]} is not a Service: no rule of kube-proxy matches"]
        return [*steps, f"connected to {self.server[0]}:{self.server[1]}, which sees {self.client[0]}:{self.client[1]}"]

    def start_tls(self, host: str, trusted: bytes | None) -> None:
        """Speak TLS from now on.

        Args:
            host: as the client named it.
            trusted: certificates of the authorities that the client believes, PEM; None to believe everybody.

        Raises:
            NotTls: the server speaks none.
            CertificateError: the client does not believe it.
        """
        if self.listener.tls is None:
            raise NotTls
        if trusted is not None:
            self.listener.tls.verify(host, trusted)
        self.encrypted = True

    # HTTP

    async def request(
        self, method: str, target: str, headers: Iterable[tuple[bytes, bytes]] = (), body: bytes = b""
    ) -> Response:
        """Send a request and return the whole response.

        The application runs in the caller's task: that is what makes a request cheap.

        Args:
            target: path with query, ``/echo?msg=hi``.
            headers: ``host`` and ``content-length`` are added if missing.

        Raises:
            ConnectionReset: the connection is closed, or the server ended.
        """
        listener = self.listener
        if listener.is_stream:
            return await http1.request(self.open_stream(), self.peer, method, target, headers, body)
        self._begin()
        exchange = Exchange(body)
        task = self._task = asyncio.current_task()
        before = task.cancelling() if task else 0
        try:
            scope = self._scope(method, target, headers, body)
            await listener.server(scope, exchange.receive, exchange.send)  # type: ignore[operator]
        except asyncio.CancelledError:
            # Either the caller was cancelled, or reset() did it because the server has ended.
            if not self._cancelled or (task is not None and task.uncancel() > before):
                raise
            self._cancelled = False
        except Exception as error:  # noqa: BLE001 - an application may fail in any way; its listener tells
            listener.report(error)
            exchange.fail()
        finally:
            self._finish(exchange)
        if self.was_reset:
            raise ConnectionReset
        if not exchange.complete:
            self.reset()
            raise ConnectionReset("the server ended the response early")
        return Response(exchange.status, list(exchange.headers), b"" if method == "HEAD" else b"".join(exchange.chunks))

    async def request_stream(
        self, method: str, target: str, headers: Iterable[tuple[bytes, bytes]] = (), body: bytes = b""
    ) -> StreamedResponse:
        """Send a request and return the response as soon as its head is there.

        The connection is busy until the body has come to its end or :meth:`close` is called.

        Raises:
            ConnectionReset: the connection is closed, or the server ended.
        """
        exchange = StreamedExchange(body)
        if self.listener.is_stream:
            relayed = http1.relay(exchange, self.open_stream(), self.peer, method, target, headers, body)
            self._spawn(self._relay(exchange, relayed), exchange.abandon)
        else:
            self._begin()
            scope = self._scope(method, target, headers, body)
            self._spawn(self._serve_stream(exchange, scope, head_only=method == "HEAD"), exchange.abandon)
        await exchange.started()
        return StreamedResponse(exchange)

    async def _relay(self, exchange: StreamedExchange, relayed: Coroutine[Any, Any, None]) -> None:
        """Let a response come in that a server writes as bytes; whatever ends it, its reader must hear of it."""
        error: Exception | None = ConnectionReset()
        try:
            await relayed
            error = None
        except NetworkError as failure:
            error = failure
        finally:
            exchange.finish(error)

    async def _serve_stream(self, exchange: StreamedExchange, scope: Scope, *, head_only: bool) -> None:
        error: Exception | None = None
        send = exchange.send if not head_only else _without_body(exchange)
        try:
            await self.listener.server(scope, exchange.receive, send)  # type: ignore[operator]
            error = None if exchange.complete else ConnectionReset("the server ended the response early")
        except asyncio.CancelledError:
            error = ConnectionReset()
            if not self.closed:
                raise
        except Exception as failure:  # noqa: BLE001 - as above
            self.listener.report(failure)
            error = None if exchange.fail() else ConnectionReset("the server failed in the middle of the response")
        finally:
            self.busy = False
            exchange.finish(error)
        if error is not None:
            self.reset()

    def _begin(self) -> None:
        if self.closed:
            raise ConnectionReset
        if self.busy:
            raise RuntimeError("a connection carries one request at a time")
        self.busy = True

    def _finish(self, exchange: Exchange) -> None:
        self._task = None
        self.busy = False
        exchange.end()
        if self._cancelled:
            # The application swallowed the cancellation that reset() asked for: take it back.
            self._cancelled = False
            task = asyncio.current_task()
            if task is not None:
                task.uncancel()

    def _scope(self, method: str, target: str, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> Scope:
        """Return the ASGI scope of a request."""
        path, _, query = target.partition("?")
        return {
            "type": "http",
            "asgi": _ASGI,
            "http_version": "1.1",
            "method": method,
            "scheme": "https" if self.encrypted else "http",
            "path": unquote(path) if "%" in path else path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": completed(headers, self.peer, body),
            "client": self.client,
            "server": self.server,
        }

    # Bytes

    def open_stream(self) -> Stream:
        """Return the client's end of a byte stream to the server, for programs such as ``nc`` and port-forward.

        An ASGI application is reached by HTTP/1.1 on it.

        Raises:
            ConnectionReset: the connection is closed.
        """
        if self.closed:
            raise ConnectionReset
        near, far = stream.pair()
        near.local = self.local
        near.peer = self.peer
        far.encrypted = self.encrypted
        # With kube-proxy in between the two ends see different addresses.
        far.local = self.server
        far.peer = self.client
        self._spawn(self._serve_bytes(far), far.close)
        return near

    async def _serve_bytes(self, far: Stream) -> None:
        try:
            if self.listener.is_stream:
                await self.listener.server.serve(far)  # type: ignore[union-attr]
            else:
                await http1.serve(far, far, self)
        except NetworkError:
            self.reset()
        except Exception as error:  # noqa: BLE001 - as above
            self.listener.report(error)
            self.reset()
        finally:
            self.aborted = far.unread
            far.close()

    def _spawn(self, work: Coroutine[Any, Any, None], end: Callable[[], None]) -> None:
        """Run something for as long as the connection is open.

        Args:
            end: lets the client's side see the end, also of work that was cancelled before it began.
        """
        task = asyncio.get_running_loop().create_task(work)
        if self._helpers is None:
            self._helpers = set()
        self._helpers.add(task)
        task.add_done_callback(self._helpers.discard)
        task.add_done_callback(lambda _: end())

    # The end

    def close(self) -> None:
        """End the connection from the client's side."""
        self.closed = True
        self.listener.connections.discard(self)
        if self._helpers:
            for task in list(self._helpers):
                task.cancel()

    def reset(self) -> None:
        """End the connection from the server's side, at once."""
        if self.closed:
            return
        self.was_reset = True
        if self.on_reset is not None:
            self.on_reset()
        self.close()
        if self._task is not None:
            # Not now: the caller may be the application itself, in the client's task.
            self._task.get_loop().call_soon(self._interrupt, self._task)

    def _interrupt(self, task: asyncio.Task[Any]) -> None:
        if self._task is task:
            self._cancelled = True
            task.cancel()


def _without_body(exchange: StreamedExchange) -> Any:
    async def send(message: Any) -> None:
        await exchange.send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return send
