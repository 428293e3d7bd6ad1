"""What a program inside a container is, and what it sees.

A container's programs are coroutines in this process: ``async def main(process) -> int``.
They never see the host: files, names, sockets and signals are those of :class:`Process`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .filesystem import FileSystem
    from .network import PodNetwork

#: A pipe holds this many bytes before a writer has to wait, as on Linux.
PIPE_CAPACITY = 65_536

#: What a program may hold in memory at a time, in bytes.
MEMORY = 16 * 2**20

SIGINT, SIGQUIT, SIGKILL, SIGTERM = 2, 3, 9, 15


class BrokenPipe(Exception):
    """Nobody reads what a program writes (SIGPIPE)."""


class Writer(Protocol):
    """Where output goes."""

    def write(self, data: bytes) -> None: ...

    async def drain(self) -> None:
        """Wait until the reader has caught up; call it after large or repeated writes."""


class Reader(Protocol):
    """Where input comes from."""

    async def read(self, limit: int = PIPE_CAPACITY) -> bytes:
        """Return at least one byte, or ``b""`` at the end of the input."""


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
        if self.broken or self.ended:
            raise BrokenPipe
        if data:
            self._chunks.append(data)
            self._size += len(data)
            self._changed.set()

    async def drain(self) -> None:
        while self._size > self._capacity and not self.broken:
            self._changed.clear()
            await self._changed.wait()
        if self.broken:
            raise BrokenPipe

    async def read(self, limit: int = PIPE_CAPACITY) -> bytes:
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

    async def read(self, limit: int = PIPE_CAPACITY) -> bytes:
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


Program = Callable[["Process"], Awaitable[int]]


@dataclass
class Process:
    """One running program.

    Attributes:
        argv: command line; ``argv[0]`` is the name it was called by.
        env: environment, the program's own copy.
        files: the container's file system.
        network: the pod's network namespace, shared by all containers of the pod.
        hostname: what ``hostname`` prints.
        programs: name → program, what the image has on its PATH.
        cwd: working directory.
        is_init: whether this is the container's PID 1: the kernel then ignores
            signals that the program has no handler for.
        tty: whether it has a terminal.
        random: seeded source of chance for programs.
    """

    argv: list[str]
    env: dict[str, str]
    files: FileSystem
    network: PodNetwork
    hostname: str
    programs: dict[str, Program]
    stdin: Reader = field(default_factory=NullReader)
    stdout: Writer = field(default_factory=NullWriter)
    stderr: Writer = field(default_factory=NullWriter)
    cwd: str = "/"
    is_init: bool = False
    tty: bool = False
    #: signal number → handler; a program adds its own, e.g. SIGTERM for a clean stop.
    handlers: dict[int, Callable[[], None]] = field(default_factory=dict)

    def print(self, text: str) -> None:
        """Write a line to standard output."""
        self.stdout.write(text.encode() + b"\n")

    def complain(self, text: str) -> None:
        """Write a line to standard error."""
        self.stderr.write(text.encode() + b"\n")

    def child(self, argv: list[str], **changes: object) -> Process:
        """Return a process that inherits everything, with some things changed."""
        inherited: dict[str, object] = {
            "env": dict(self.env), "files": self.files, "network": self.network, "hostname": self.hostname,
            "programs": self.programs, "stdin": self.stdin, "stdout": self.stdout, "stderr": self.stderr,
            "cwd": self.cwd, "tty": self.tty,
        }
        inherited.update(changes)
        return Process(argv=argv, **inherited)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Image:
    """What a container runs.

    Attributes:
        repository: full name without tag, e.g. ``docker.io/library/nginx``.
        programs: what is on its PATH.
        entrypoint: argv that always runs; a container's ``command`` replaces it.
        cmd: default arguments; a container's ``args`` replace them.
        env: variables of the image (``PATH``, ``HOME`` are added by the runtime).
        files: path → content laid into the container's file system.
        size: bytes, for the Pulled event and ``node.status.images``.
    """

    repository: str
    programs: dict[str, Program]
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    working_dir: str = "/"
    size: int = 50_000_000
