"""RESP 2, redis' protocol (redis.io/docs/latest/develop/reference/protocol-spec)."""

from __future__ import annotations

from dataclasses import dataclass

from kubelearn.cluster.network import Stream


@dataclass(frozen=True)
class Status:
    """A short answer that is no value: ``OK``."""

    text: str


class RedisError(Exception):
    """An answer that is an error; the text begins with its kind, ``ERR`` as a rule."""


Value = None | int | bytes | Status | RedisError | list["Value"]
OK = Status("OK")


class Incomplete(Exception):
    """The connection ended within a message."""


class Reader:
    """Reads messages from a stream."""

    def __init__(self, stream: Stream):
        self._stream = stream
        self._data = bytearray()

    async def _more(self) -> None:
        chunk = await self._stream.read()
        if not chunk:
            raise Incomplete
        self._data += chunk

    async def line(self) -> bytes:
        """Return a line without its end.

        Raises:
            Incomplete: there is none.
        """
        while b"\n" not in self._data:
            await self._more()
        line, _, rest = bytes(self._data).partition(b"\n")
        self._data = bytearray(rest)
        return line.rstrip(b"\r")

    async def _exactly(self, size: int) -> bytes:
        while len(self._data) < size + 2:
            await self._more()
        found = bytes(self._data[:size])
        del self._data[: size + 2]
        return found

    async def value(self) -> Value:
        """Return an answer of the server."""
        line = await self.line()
        kind, text = line[:1], line[1:]
        if kind == b"+":
            return Status(text.decode())
        if kind == b"-":
            return RedisError(text.decode())
        if kind == b":":
            return int(text)
        if kind == b"$":
            return None if text == b"-1" else await self._exactly(int(text))
        if kind == b"*":
            return None if text == b"-1" else [await self.value() for _ in range(int(text))]
        raise RedisError("ERR Protocol error")

    async def command(self) -> list[bytes]:
        """Return a command: an array, or a line as a person types it.

        Raises:
            Incomplete: there is none any more.
            RedisError: it is neither.
        """
        line = await self.line()
        if not line.startswith(b"*"):
            return line.split()
        words: list[bytes] = []
        if not line[1:].isdigit():
            raise RedisError("ERR Protocol error: invalid multibulk length")
        for _ in range(int(line[1:])):
            head = await self.line()
            if not head.startswith(b"$") or not head[1:].isdigit():
                raise RedisError(f"ERR Protocol error: expected '$', got '{head[:1].decode(errors='replace')}'")
            words.append(await self._exactly(int(head[1:])))
        return words


def encode(value: Value) -> bytes:
    """Return an answer in bytes."""
    if value is None:
        return b"$-1\r\n"
    if isinstance(value, Status):
        return f"+{value.text}\r\n".encode()
    if isinstance(value, RedisError):
        return f"-{value}\r\n".encode()
    if isinstance(value, int):
        return b":%d\r\n" % value
    if isinstance(value, list):
        return b"*%d\r\n" % len(value) + b"".join(map(encode, value))
    return b"$%d\r\n%b\r\n" % (len(value), value)


def command(words: list[bytes]) -> bytes:
    """Return a command in bytes."""
    return b"*%d\r\n" % len(words) + b"".join(map(encode, words))
