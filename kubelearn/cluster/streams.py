"""Bytes on their way from one program to another: pipes, and what reads and writes them."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

#: A pipe holds this many bytes before a writer has to wait, as on Linux.
PIPE_CAPACITY = 65_536

#: What a program may hold in memory at a time, in bytes.
MEMORY = 16 * 2**20


class BrokenPipe(Exception):
    """Nobody reads what a program writes (SIGPIPE)."""


class Writer(Protocol):
    """Where output goes."""

    def write(self, data: bytes) -> None:
        """Take bytes, without waiting."""

    async def drain(self) -> None:
        """Wait until the reader has caught up; call it after large or repeated writes."""


class Reader(Protocol):
    """Where input comes from."""

    async def read(self, limit: int = PIPE_CAPACITY) -> bytes:
        """Return at least one byte, or ``b""`` at the end of the input."""


async def read_line(reader: Reader) -> bytes:
    """Return the next line, with its end if it has one; nothing at the end of the input.

    No more is taken: the rest is for who reads next.
    """
    line = bytearray()
    while not line.endswith(b"\n") and (byte := await reader.read(1)):
        line += byte
    return bytes(line)


class Pipe:
    """Bytes from one writer to one reader, in order, with back-pressure."""

    def __init__(self, capacity: int = PIPE_CAPACITY) -> None:
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._capacity = capacity
        self._changed: asyncio.Event = asyncio.Event()
        self.ended = False
        self.broken = False

    @property
    def size(self) -> int:
        """Bytes that wait for the reader."""
        return self._size

    def write(self, data: bytes) -> None:
        """Put bytes in; more than the capacity if need be, until the next :meth:`drain`.

        Raises:
            BrokenPipe: nobody reads any more, or the end was announced.
        """
        if self.broken or self.ended:
            raise BrokenPipe
        if data:
            self._chunks.append(data)
            self._size += len(data)
            self._changed.set()

    async def drain(self) -> None:
        """Wait until there is room.

        Raises:
            BrokenPipe: nobody reads any more.
        """
        while self._size > self._capacity and not self.broken:
            self._changed.clear()
            await self._changed.wait()
        if self.broken:
            raise BrokenPipe

    async def read(self, limit: int = PIPE_CAPACITY) -> bytes:
        """Take out some bytes, ``b""`` at the end."""
        while not self._chunks:
            if self.ended or self.broken:
                return b""
            self._changed.clear()
            await self._changed.wait()
        chunk = self._chunks.popleft()
        if len(chunk) > limit:
            self._chunks.appendleft(chunk[limit:])
            chunk = chunk[:limit]
        self._size -= len(chunk)
        self._changed.set()
        return chunk

    def end(self) -> None:
        """The writer is done: the reader sees the end once it has read the rest."""
        self.ended = True
        self._changed.set()

    def abandon(self) -> None:
        """The reader is done: the writer gets :class:`BrokenPipe`."""
        self.broken = True
        self._chunks.clear()
        self._size = 0
        self._changed.set()


class NullReader:
    """``/dev/null`` for input."""

    async def read(self, limit: int = PIPE_CAPACITY) -> bytes:  # noqa: ARG002 - the name is the protocol's
        """Return the end of the input."""
        return b""


class NullWriter:
    """``/dev/null`` for output."""

    def write(self, data: bytes) -> None:
        """Forget the data."""

    async def drain(self) -> None:
        """Nothing is ever in the way."""


class Buffer:
    """Collects output in memory."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> None:
        """Take more.

        Raises:
            MemoryError: it is more than a program may hold.
        """
        self.data += data
        if len(self.data) > MEMORY:
            raise MemoryError

    async def drain(self) -> None:
        """Nothing is ever in the way."""
