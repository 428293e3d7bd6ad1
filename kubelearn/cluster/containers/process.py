"""What a program inside a container is, and what it sees.

A container's programs are coroutines in this process: ``async def main(process) -> int``.
They never see the host: files, names, sockets and signals are those of :class:`Process`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kubelearn.cluster.streams import NullReader, NullWriter, Reader, Writer

from .executables import NotExecutable, files_of, find, is_plain

if TYPE_CHECKING:
    from kubelearn.cluster.network import PodNetwork

    from .filesystem import FileSystem

SIGINT, SIGQUIT, SIGKILL, SIGTERM = 2, 3, 9, 15
_NAMES = (
    "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG "
    "XCPU XFSZ VTALRM PROF WINCH POLL PWR SYS"
)
#: Name → number, in the order of the numbers (signal(7)).
SIGNALS = {name: number for number, name in enumerate(_NAMES.split(), 1)}
SIGNAL_NAMES = {number: name for name, number in SIGNALS.items()}
#: What ends no process that has no handler: 0 only asks whether it is there.  Nothing is stopped here.
HARMLESS = frozenset({0, *(SIGNALS[name] for name in ["CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "WINCH"])})

_LAST_SIGNAL = 64  # SIGRTMAX
#: Whether a word is a number, of a process for example; ``str.isdigit`` takes ``²``, too.
is_number = re.compile(r"[0-9]+").fullmatch

Program = Callable[["Process"], Awaitable[int]]


class Processes:
    """The processes that see each other, those of a container as a rule, by number."""

    def __init__(self, *, pause: bool = False) -> None:
        """Begin without processes.

        Args:
            pause: whether the containers of a pod share them: number 1 is the pod's ``/pause`` then.
        """
        self._last = int(pause)
        self._pause = {1: ["/pause"]} if pause else {}
        self._running: dict[int, Process] = {}

    @property
    def commands(self) -> dict[int, list[str]]:
        """Number → command line of all that run, by number."""
        return {**self._pause, **{pid: self._running[pid].argv for pid in sorted(self._running)}}

    @property
    def running(self) -> list[Process]:
        """All that run, by number; the pod's ``/pause`` is none of them."""
        return [self._running[pid] for pid in sorted(self._running)]

    @property
    def init(self) -> Process | None:
        """The first process of all, if it still runs."""
        return next((process for process in self._running.values() if process.is_init), None)

    def of_task(self, task: asyncio.Task[object] | None) -> Process | None:
        """Return the process that runs in a task; the last one where several do, as a shell's builtins and tools."""
        found = [process for process in self._running.values() if task is not None and process.task is task]
        return found[-1] if found else None

    def reserve(self) -> int:
        """Return a number that no process has had."""
        self._last += 1
        return self._last

    def enter(self, process: Process) -> None:
        """Take a process in, with the number that it has or a new one."""
        if not process.pid:
            process.pid = self.reserve()
        process.task = asyncio.current_task()
        self._running[process.pid] = process

    def leave(self, process: Process) -> None:
        """Forget a process that has ended."""
        self._running.pop(process.pid, None)

    def signal(self, pid: int, number: int) -> bool:
        """Send a signal; return False if there is no such process.  PID 1 ignores what it has no handler for."""
        process = self._running.get(pid)
        if process is None:
            return pid in self._pause
        handler = process.handlers.get(number) if number != SIGKILL else None
        if handler is not None:
            handler()
        elif number not in HARMLESS and not process.is_init and process.task is not None and process.killed is None:
            process.killed = number
            process.task.cancel()  # once: execute() takes it back
        return True


@dataclass(frozen=True)
class User:
    """Who a program runs as; files have no owners here, so that only programs that look see it.

    Attributes:
        groups: supplementary groups.
    """

    uid: int = 0
    gid: int = 0
    groups: tuple[int, ...] = ()


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
        pid: its number in the container, 0 before :func:`execute` gives it one.
        processes: all processes of the container.
        user: who runs it.
        daemons: what goes on in the background until the container ends, whoever has started it.
        task: what runs it.
        killed: the signal that ends it, once there is one.
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
    pid: int = 0
    user: User = User()
    daemons: set[asyncio.Task[int]] = field(default_factory=set)
    task: asyncio.Task[object] | None = None
    killed: int | None = None

    def print(self, text: str) -> None:
        """Write a line to standard output."""
        self.stdout.write(text.encode() + b"\n")

    def complain(self, text: str) -> None:
        """Write a line to standard error."""
        self.stderr.write(text.encode() + b"\n")

    def program(self, name: str) -> Program | None:
        """Return what a command names, None for what is not there or must not be run; see :meth:`denies`."""
        try:
            return find(self, name)
        except NotExecutable:
            return None

    def denies(self, name: str) -> bool:
        """Return whether what a command names is there, but is nothing that can be run."""
        try:
            find(self, name)
        except NotExecutable:
            return True
        return False

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
            "daemons": self.daemons,
            "user": self.user,
        }
        inherited.update(changes)
        return Process(argv=argv, **inherited)  # type: ignore[arg-type]


def char_of(byte: int) -> str:
    """Return how a byte that somebody names by its number stands in a text, until :func:`bytes_of` writes it."""
    return chr(byte) if byte < 128 else bytes([byte]).decode(errors="surrogateescape")


def bytes_of(text: str) -> bytes:
    """Return a text as it is written, with the bytes that were named by their numbers."""
    return text.encode(errors="surrogateescape")


def daemonize(process: Process, program: Program) -> None:
    """Go on in the background, as a daemon does; what it prints is the container's, as if init had started it."""
    init = process.processes.init or process
    child = process.child(process.argv, stdin=NullReader(), stdout=init.stdout, stderr=init.stderr, tty=False)
    task = asyncio.get_running_loop().create_task(execute(program, child))
    process.daemons.add(task)
    task.add_done_callback(process.daemons.discard)


def signal_number(words: list[str]) -> tuple[int | None, list[str]]:
    """Return the signal that the words after ``kill`` name, TERM by default, and the words after it.

    None stands for a signal that does not exist.
    """
    if not words or not words[0].startswith("-") or words[0] == "--":
        return SIGTERM, words[1:] if words[:1] == ["--"] else words
    name, rest = words[0][1:], words[1:]
    if name == "s":
        name, rest = rest[0] if rest else "", rest[1:]
    return signal_named(name), rest


def signal_named(text: str) -> int | None:
    """Return the signal of a name or number, None if there is none."""
    if is_number(text):
        return int(text) if int(text) <= _LAST_SIGNAL else None
    return SIGNALS.get(text.upper().removeprefix("SIG"))


async def execute(program: Program, process: Process) -> int:
    """Run a program as a process of its own, which has a number and which signals can end."""
    process.processes.enter(process)
    before = process.task.cancelling() if process.task is not None else 0
    try:
        return await program(process) & 0xFF
    except asyncio.CancelledError:
        # Who runs in the same task, a shell for example, may have been cancelled as well in this turn.
        if process.killed is None or process.task is None or process.task.uncancel() > before:
            raise
        return 128 + process.killed
    finally:
        process.processes.leave(process)


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
        user: who its programs run as, a number or a name; empty for root.
    """

    repository: str
    programs: dict[str, Program]
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    working_dir: str = "/"
    size: int = 50_000_000
    user: str = ""

    @cached_property
    def executables(self) -> Mapping[str, bytes]:
        """The files that its programs are."""
        return files_of(self.programs, self.entrypoint, plain=is_plain(self.programs))
