"""Bytes in both directions."""

from __future__ import annotations

from kubelearn.cluster.streams import PIPE_CAPACITY, BrokenPipe, Pipe

from .addresses import Address
from .errors import ConnectionReset


class Stream:
    """One end of a byte stream; a :class:`~kubelearn.cluster.streams.Reader` and Writer in one.

    Attributes:
        local: address and port of this end.
        peer: address and port of the other end.
        encrypted: whether the client speaks TLS.
    """

    def __init__(self, incoming: Pipe, outgoing: Pipe):
        self._incoming = incoming
        self._outgoing = outgoing
        self.local: Address = ("", 0)
        self.peer: Address = ("", 0)
        self.encrypted = False

    @property
    def ended(self) -> bool:
        """Whether this end sends nothing more."""
        return self._outgoing.ended

    @property
    def unread(self) -> bool:
        """Whether bytes have come that nobody has read: who closes then resets the connection."""
        return self._incoming.size > 0

    async def read(self, limit: int = PIPE_CAPACITY) -> bytes:
        """Return some bytes, ``b""`` at the end."""
        return await self._incoming.read(limit)

    def write(self, data: bytes) -> None:
        """Send bytes.

        Raises:
            ConnectionReset: the other end is closed.
        """
        try:
            self._outgoing.write(data)
        except BrokenPipe as error:
            raise ConnectionReset from error

    async def drain(self) -> None:
        """Wait until the other end has caught up.

        Raises:
            ConnectionReset: the other end is closed.
        """
        try:
            await self._outgoing.drain()
        except BrokenPipe as error:
            raise ConnectionReset from error

    def end(self) -> None:
        """Send nothing more; the other end can still answer."""
        if not self._outgoing.ended:
            self._outgoing.end()

    def close(self) -> None:
        """Neither send nor read any more."""
        self.end()
        self._incoming.abandon()


def pair() -> tuple[Stream, Stream]:
    """Return the client's and the server's end of a new stream."""
    to_server, to_client = Pipe(), Pipe()
    return Stream(to_client, to_server), Stream(to_server, to_client)
