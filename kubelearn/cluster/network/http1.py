"""HTTP/1.1 in bytes, for whatever reaches a pod by a byte stream: NodePorts, port-forward, ``nc``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import h11

from kubelearn.cluster.streams import Reader, Writer

from .addresses import Address
from .encryption import HANDSHAKE, Encrypted
from .errors import ConnectionReset
from .exchange import Exchange, Headers, Response, StreamedResponse, completed, reason_of
from .stream import Stream
from .tls import FileCertificate

if TYPE_CHECKING:
    from .connection import Connection

_CHUNK = 65_536
#: Larger request bodies are answered with 413.
_MAX_BODY = 32 * 2**20


class _Refused(Exception):
    """A request that is answered without asking the server."""

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


async def serve(reader: Reader, writer: Writer, connection: Connection) -> None:
    """Read requests from a client that sends bytes, and write the answers of the server at the end of a connection.

    A client that begins with TLS is heard through it, if the server has a certificate of its own.

    Returns when the client has closed its side, or when the HTTP connection is over.  The
    caller closes the streams.

    Raises:
        NetworkError: the connection broke; the client should be cut off as well.
    """
    http = h11.Connection(h11.SERVER)
    certificate = connection.listener.tls
    if isinstance(certificate, FileCertificate) and not connection.encrypted:
        first = await reader.read(_CHUNK)
        if first.startswith(HANDSHAKE):
            await _serve_encrypted(Encrypted(reader, writer, certificate, first), connection)
            return
        http.receive_data(first)
    await _serve(http, reader, writer, connection)


async def _serve_encrypted(stream: Encrypted, connection: Connection) -> None:
    await stream.start()
    connection.encrypted = True
    await _serve(h11.Connection(h11.SERVER), stream, stream, connection)
    await stream.end()


async def _serve(http: h11.Connection, reader: Reader, writer: Writer, connection: Connection) -> None:
    while True:
        try:
            request = await _next(http, reader, writer)
            if not isinstance(request, h11.Request):
                return
            body = await _body(http, reader, writer)
        except h11.RemoteProtocolError as error:
            await _refuse(http, writer, error.error_status_hint)
            return
        except _Refused as refusal:
            await _refuse(http, writer, refusal.status)
            return
        target = request.target.decode("latin-1")
        response = await connection.request_stream(request.method.decode(), target, list(request.headers), body)
        try:
            await _respond(http, writer, response)
        except h11.LocalProtocolError as error:  # for example more bytes than content-length says
            connection.listener.report(error)
            raise ConnectionReset(f"the server's response is not valid HTTP: {error}") from error
        if http.our_state is not h11.DONE or http.their_state is not h11.DONE:
            return
        http.start_next_cycle()


async def _next(http: h11.Connection, reader: Reader, writer: Writer | None = None) -> object:
    """Return the next event of a connection, reading as much as it needs."""
    while True:
        event = http.next_event()
        if event is not h11.NEED_DATA:
            return event
        if writer is not None and http.they_are_waiting_for_100_continue:
            writer.write(http.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
        http.receive_data(await reader.read(_CHUNK))


async def _body(http: h11.Connection, reader: Reader, writer: Writer) -> bytes:
    collected = bytearray()
    while isinstance(event := await _next(http, reader, writer), h11.Data):
        collected += event.data
        if len(collected) > _MAX_BODY:
            raise _Refused(413)
    return bytes(collected)


async def _respond(http: h11.Connection, writer: Writer, response: StreamedResponse) -> None:
    head = h11.Response(status_code=response.status, headers=response.headers, reason=response.reason.encode())
    writer.write(http.send(head) or b"")
    async for chunk in response:
        writer.write(http.send(h11.Data(data=chunk)) or b"")
        await writer.drain()
    writer.write(http.send(h11.EndOfMessage()) or b"")
    await writer.drain()


async def _refuse(http: h11.Connection, writer: Writer, status: int) -> None:
    """Answer something that is no request, if the protocol still allows an answer."""
    if http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
        body = f"{status} {reason_of(status)}".encode()
        headers = [
            ("content-type", "text/plain; charset=utf-8"),
            ("connection", "close"),
            ("content-length", str(len(body))),
        ]
        writer.write(
            http.send(h11.Response(status_code=status, headers=headers, reason=reason_of(status).encode())) or b""
        )
        writer.write((http.send(h11.Data(data=body)) or b"") + (http.send(h11.EndOfMessage()) or b""))
        await writer.drain()


async def request(
    stream: Stream, peer: Address, method: str, target: str, headers: Iterable[tuple[bytes, bytes]], body: bytes
) -> Response:
    """Send one request to a server that reads bytes, and read its response; the stream is closed afterwards.

    Raises:
        ConnectionReset: what came back is not a whole HTTP response.
    """
    exchange = Exchange(b"")
    await relay(exchange, stream, peer, method, target, headers, body)
    return Response(exchange.status, exchange.headers, b"".join(exchange.chunks))


async def relay(
    exchange: Exchange,
    stream: Stream,
    peer: Address,
    method: str,
    target: str,
    headers: Iterable[tuple[bytes, bytes]],
    body: bytes,
) -> None:
    """Send one request to a server that reads bytes, and hand its response on as it comes.

    Args:
        exchange: where the response goes.
        stream: leads to the server; it is closed afterwards.
        peer: address and port for the Host header, if there is none.
        method: of the request, as target, headers and body.

    Raises:
        ConnectionReset: what came back is not a whole HTTP response.
    """
    http = h11.Connection(h11.CLIENT)
    try:
        head = h11.Request(method=method, target=target, headers=completed(headers, peer, body))
        stream.write(http.send(head) or b"")
        if body:
            stream.write(http.send(h11.Data(data=body)) or b"")
        stream.write(http.send(h11.EndOfMessage()) or b"")
        await _receive(http, stream, exchange)
    except h11.RemoteProtocolError as error:
        raise ConnectionReset(f"not an HTTP response: {error}") from error
    finally:
        stream.close()


async def _receive(http: h11.Connection, stream: Stream, exchange: Exchange) -> None:
    event = await _next(http, stream)
    while isinstance(event, h11.InformationalResponse):
        event = await _next(http, stream)
    if not isinstance(event, h11.Response):
        raise ConnectionReset("Empty reply from server")
    received: Headers = [(bytes(name), bytes(value)) for name, value in event.headers]
    await exchange.send({"type": "http.response.start", "status": event.status_code, "headers": received})
    while isinstance(event := await _next(http, stream), h11.Data):
        await exchange.send({"type": "http.response.body", "body": bytes(event.data), "more_body": True})
    await exchange.send({"type": "http.response.body"})
