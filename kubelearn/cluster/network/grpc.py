"""gRPC's unary calls, as far as health is concerned: a message in, a message out.

A connection carries requests and answers, not HTTP/2's frames: what gRPC puts into trailers stands in the headers.
"""

from __future__ import annotations

from .connection import Connection

CONTENT_TYPE = b"application/grpc"
HEALTH = "/grpc.health.v1.Health/Check"
#: Names of codes that a status can have, by number (google.golang.org/grpc/codes).
CODES = (
    *("OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists"),
    *("PermissionDenied", "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented"),
    *("Internal", "Unavailable", "DataLoss", "Unauthenticated"),
)
#: Values of ``HealthCheckResponse.ServingStatus`` (grpc/health/v1/health.proto).
STATUSES = ("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN")


class NotGrpc(Exception):
    """The server does not speak gRPC."""


class CallFailed(Exception):
    """A call that ended with another code than OK; the text is the server's.

    Attributes:
        code: its name.
    """

    def __init__(self, code: str, why: str):
        super().__init__(why)
        self.code = code


def varint(value: int) -> bytes:
    """Return a number as protobuf writes it: seven bits a byte, the lowest first."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def framed(message: bytes) -> bytes:
    """Return a message as it stands in a body: not compressed, its length before it."""
    return b"\0" + len(message).to_bytes(4) + message


async def health(connection: Connection, service: str, agent: str) -> str:
    """Ask a server for its health, and return the status that it says.

    Args:
        service: which of its services, empty for the server as a whole.
        agent: the client's name.

    Raises:
        NotGrpc: what answers is no gRPC server.
        CallFailed: it does not answer this question.
        ConnectionReset: the connection is closed, or the server ended.
    """
    name = service.encode()
    message = b"\x0a" + varint(len(name)) + name if name else b""
    headers = [(b"content-type", CONTENT_TYPE), (b"user-agent", agent.encode()), (b"te", b"trailers")]
    answer = await connection.request("POST", HEALTH, headers, framed(message))
    if answer.header(b"content-type") != CONTENT_TYPE:
        raise NotGrpc
    number = answer.header(b"grpc-status") or b""
    code = CODES[int(number)] if number.isdigit() and int(number) < len(CODES) else "Unknown"
    if code != "OK":
        raise CallFailed(code, (answer.header(b"grpc-message") or b"").decode(errors="replace"))
    value = int.from_bytes(answer.body[6:7]) if answer.body[5:6] == b"\x08" else 0
    return STATUSES[value] if value < len(STATUSES) else str(value)
