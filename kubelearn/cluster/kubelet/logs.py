"""What a container has written, kept within bounds."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from kubelearn.cluster import meta
from kubelearn.cluster.streams import MEMORY, Pipe, Writer

#: A container's log keeps at most this many bytes and lines (real nodes rotate at 10 MiB).
_MOST_BYTES, _MOST_LINES = 10 * 1024 * 1024, 50_000


class ContainerLog:
    """Lines with their times; the oldest go when there are too many."""

    def __init__(self) -> None:
        self._lines: deque[tuple[str, bytes]] = deque()
        self._size = 0
        self._dropped = 0
        self._read_to = 0
        self._partial: dict[str, bytes] = {}
        self._changed: asyncio.Event | None = None
        self._followers: set[Pipe] = set()
        self.closed = False

    def add(self, stream: str, data: bytes) -> None:
        """Take output of ``stdout`` or ``stderr``."""
        for follower in list(self._followers):
            follower.write(data)
            if follower.size > MEMORY:  # a client that does not read must not hold up the container
                self._followers.discard(follower)
                follower.end()
        *lines, rest = (self._partial.pop(stream, b"") + data).split(b"\n")
        if rest:
            self._partial[stream] = rest
        if len(rest) > 16_384:  # the runtime splits longer lines
            lines.append(self._partial.pop(stream))
        now = meta.micro_timestamp()
        for line in lines:
            self._lines.append((now, line))
            self._size += len(line)
        while self._size > _MOST_BYTES or len(self._lines) > _MOST_LINES:
            self._size -= len(self._lines.popleft()[1])
            self._dropped += 1
        self._notify()

    def close(self) -> None:
        """The container has ended: what is left of a line is a line."""
        for line in self._partial.values():
            self._lines.append((meta.micro_timestamp(), line))
        self._partial.clear()
        self.closed = True
        for follower in self._followers:
            follower.end()
        self._followers.clear()  # what a client types into a terminal is still shown, to nobody
        self._notify()

    def _notify(self) -> None:
        if self._changed is not None:
            self._changed.set()

    def last(self, lines: int) -> bytes:
        """Return the last lines, each with its newline."""
        return b"".join(line + b"\n" for _, line in list(self._lines)[-lines:])

    async def follow(self, output: Writer, *, missed: bool = False) -> None:
        """Pass on what comes from now on, byte by byte: a prompt is not a line.

        Args:
            missed: begin with what nobody has read as a log. ``kubectl run -i`` reads the log and then
                attaches; older ones only attach, and a program may have begun before.
        """
        if missed:
            lines, _ = self._since(self._read_to)
            output.write(b"".join(line + b"\n" for _, line in lines) + b"".join(self._partial.values()))
        if self.closed:
            return
        follower = Pipe()
        self._followers.add(follower)
        try:
            while data := await follower.read():
                output.write(data)
                await output.drain()
        finally:
            self._followers.discard(follower)

    async def read(
        self,
        *,
        follow: bool = False,
        tail: int | None = None,
        since: float | None = None,
        timestamps: bool = False,
        limit: int | None = None,
    ) -> AsyncIterator[bytes]:
        """Yield lines, each with its newline.

        Args:
            follow: wait for more until the container ends.
            tail: only the last lines.
            since: only lines after this Unix time.
            timestamps: put the time before each line.
            limit: bytes after which to stop.
        """
        position = self._dropped + (max(len(self._lines) - tail, 0) if tail is not None else 0)
        sent = 0
        while True:
            batch, position = self._since(position)
            self._read_to = max(self._read_to, position)
            out = b"".join(
                _line(when, line, timestamps) for when, line in batch if since is None or meta.seconds_of(when) >= since
            )
            if limit is not None:
                out = out[: limit - sent]
            if out:
                sent += len(out)
                yield out
            if not follow or (limit is not None and sent >= limit):
                return
            if position < self._dropped + len(self._lines):  # more has come while the reader took this
                continue
            if self.closed:
                return
            self._changed = self._changed or asyncio.Event()
            self._changed.clear()
            await self._changed.wait()

    def _since(self, position: int) -> tuple[list[tuple[str, bytes]], int]:
        """Return the lines from a position on, counted from the first line ever, and where they end."""
        start = max(position - self._dropped, 0)
        batch = [self._lines[at] for at in range(start, len(self._lines))]
        return batch, self._dropped + start + len(batch)


def _line(when: str, line: bytes, timestamps: bool) -> bytes:
    return (when.encode() + b" " if timestamps else b"") + line + b"\n"


class LogWriter:
    """Standard output or error of a container's first process."""

    def __init__(self, log: ContainerLog, stream: str):
        self._log = log
        self._stream = stream

    def write(self, data: bytes) -> None:
        """Put output into the log."""
        self._log.add(self._stream, data)

    async def drain(self) -> None:
        """Let others run."""
        # A log is never full; a program that prints without end still has to let others run.
        await asyncio.sleep(0)
