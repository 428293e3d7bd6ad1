"""What a program inside a container is, and what it sees.

A container's programs are coroutines in this process: ``async def main(process) -> int``.
They never see the host: files, names, sockets and signals are those of :class:`Process`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kubelearn.cluster.streams import NullReader, NullWriter, Reader, Writer

if TYPE_CHECKING:
    from kubelearn.cluster.network import PodNetwork

    from .filesystem import FileSystem

SIGINT, SIGQUIT, SIGKILL, SIGTERM = 2, 3, 9, 15


Program = Callable[["Process"], Awaitable[int]]


@dataclass
class Processes:
    """The processes that see each other, those of a container as a rule.

    Attributes:
        running: number → command line, as ``ps`` shows it.
    """

    running: dict[int, str] = field(default_factory=dict)
    _last: int = 0

    def enter(self, command: str) -> int:
        """Note that a process runs, and return its number."""
        self._last += 1
        self.running[self._last] = command
        return self._last

    @property
    def next(self) -> int:
        """The number of the process that comes next."""
        return self._last + 1


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
        processes: those that it sees; a shell's children are not among them.
        number: its own among them, 0 for a shell's child.
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
    processes: Processes = field(default_factory=Processes)
    number: int = 0

    def print(self, text: str) -> None:
        """Write a line to standard output."""
        self.stdout.write(text.encode() + b"\n")

    def complain(self, text: str) -> None:
        """Write a line to standard error."""
        self.stderr.write(text.encode() + b"\n")

    def child(self, argv: list[str], **changes: object) -> Process:
        """Return a process that inherits everything, with some things changed."""
        inherited: dict[str, object] = {
            "env": dict(self.env),
            "files": self.files,
            "network": self.network,
            "hostname": self.hostname,
            "programs": self.programs,
            "stdin": self.stdin,
            "stdout": self.stdout,
            "stderr": self.stderr,
            "cwd": self.cwd,
            "tty": self.tty,
            "processes": self.processes,
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
