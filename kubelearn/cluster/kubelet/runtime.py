"""Running programs: the container runtime's part."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from kubelearn.cluster.apiserver.validation.quantities import value_of
from kubelearn.cluster.containers import proc
from kubelearn.cluster.containers.filesystem import FileSystem
from kubelearn.cluster.containers.process import SIGINT, SIGKILL, Image, Process, Program, execute
from kubelearn.cluster.containers.volume import Mount, SingleFile
from kubelearn.cluster.meta import Object
from kubelearn.cluster.network import PodNetwork
from kubelearn.cluster.streams import BrokenPipe, NullReader, Pipe, Reader, Writer
from kubelearn.cluster.timing import Timing

from . import termination
from .logs import ContainerLog, LogWriter
from .terminal import Terminal

log = logging.getLogger(__name__)

#: The kubelet looks at its containers about as often, in seconds: what ends before is never shown as running.
#: Only a client that waits to attach (``kubectl run -i``) notices, so it is so for programs with an input.
_FIRST_LOOK = 0.5
#: Microseconds in which a container may use the CPU for so long as its limit says.
_CPU_PERIOD = 100_000
_NO_START = "OCI runtime exec failed: exec failed: unable to start container process"
NOT_FOUND = 'exec: "{name}": executable file not found in $PATH'


class StartError(Exception):
    """The program that a container is to run cannot be started."""


def exec_failure(error: StartError, number: int) -> str:
    """Say that a command could not be started in a container that runs, as containerd does.

    Args:
        number: 256 bits by which the command was to be known.
    """
    return f'failed to exec in container: failed to start exec "{number:064x}": {_NO_START}: {error}'


def find_program(process: Process, name: str) -> Program:
    """Return what a command names in a container.

    Raises:
        StartError: there is no such program; in runc's words.
    """
    found = process.program(name)
    if found is None:
        if process.denies(name):
            raise StartError(f'exec: "{name}": permission denied')
        if "/" in name:
            raise StartError(f'exec: "{name}": stat {name}: no such file or directory')
        raise StartError(NOT_FOUND.format(name=name))
    return found


async def run_program(program: Program, process: Process) -> int:
    """Run a program to its end; whatever goes wrong in it is its own failure."""
    try:
        return await execute(program, process)
    except BrokenPipe:
        return 141
    except MemoryError:
        process.complain(f"{process.argv[0]}: out of memory")
        process.killed = SIGKILL
        return 128 + SIGKILL
    except OSError as error:  # of the container's own files: a full disk
        process.complain(f"{process.argv[0]}: write error: {error.strerror or error}")
        return 1
    except Exception as error:
        log.debug("%s failed", process.argv, exc_info=True)
        process.complain(f"{process.argv[0]}: {type(error).__name__}: {error}")
        return 1


class Running:
    """A container from its start to its end.

    Attributes:
        log: what it has written.
        process: its first process (PID 1).
        code: exit code once it has ended.
    """

    def __init__(self, process: Process, log: ContainerLog | None = None, *, stdin_once: bool = False):
        """Start the container's program.

        Args:
            log: takes what it writes.
            stdin_once: whether the first client that attaches, and then goes, takes standard input with it.

        Raises:
            StartError: there is no such program.
        """
        self.process = process
        self.stdin_once = stdin_once
        self.log = log or ContainerLog()
        self.code: int | None = None
        self._signal = 0
        self._had_client = False
        self._children: set[asyncio.Task[int]] = set()
        try:
            program = find_program(process, process.argv[0])
        except StartError:
            self.log.close()  # who follows it sees its end
            raise
        process.stdout = LogWriter(self.log, "stdout")
        process.stderr = LogWriter(self.log, "stderr")
        if process.tty:
            process.env.setdefault("TERM", "xterm")
            terminal = Terminal(process.stdout, lambda: self.signal(SIGINT))
            process.stdout = process.stderr = terminal
            if isinstance(process.stdin, Pipe):
                process.stdin = terminal
        proc.mount(process)
        self.done = asyncio.Event()
        self._task = asyncio.create_task(run_program(program, process))
        self._task.add_done_callback(self._finish)

    async def ends_unseen(self, timing: Timing) -> bool:
        """Return whether it ends before the kubelet looks at it for the first time."""
        try:
            async with asyncio.timeout(timing.scaled(_FIRST_LOOK)):
                await self.done.wait()
        except TimeoutError:
            return False
        return True

    async def show(self, output: Writer) -> None:
        """Pass on what it writes from now on; the first client of a program with an input gets what it missed, too."""
        missed = not self._had_client and not isinstance(self.process.stdin, NullReader)
        self._had_client = True
        await self.log.follow(output, missed=missed)

    @property
    def reason(self) -> str:
        """How it has ended, in the runtime's word."""
        if self.process.killed == SIGKILL and self._signal == 0:  # it held too much memory
            return "OOMKilled"
        return "Error" if self.code else "Completed"

    def _finish(self, task: asyncio.Task[int]) -> None:
        self.code = 128 + self._signal if task.cancelled() else task.result()
        for child in (*self._children, *self.process.daemons):
            child.cancel()  # PID 1 has ended: its namespace goes with it
        self.log.close()
        self.done.set()

    def signal(self, number: int) -> None:
        """Send a signal to PID 1, which ignores what it has no handler for, except SIGKILL."""
        if self.code is not None:
            return
        handler = self.process.handlers.get(number)
        if number == SIGKILL:
            self._signal = number
            self._task.cancel()
        elif handler is not None:
            handler()

    async def stop(self, number: int, seconds: float) -> None:
        """Ask the container to end, and kill it when it has not after some seconds."""
        self.signal(number)
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await self.done.wait()
        except TimeoutError:
            self.signal(SIGKILL)
            await self.done.wait()

    async def type(self, source: Reader) -> None:
        """Pass a client's input on to PID 1, if it has a standard input."""
        stdin = self.process.stdin
        if isinstance(stdin, Terminal):
            await stdin.type(source)
        elif isinstance(stdin, Pipe):
            with contextlib.suppress(BrokenPipe):  # the program has closed its input
                while data := await source.read():
                    stdin.write(data)
                    await stdin.drain()
        if self.stdin_once and isinstance(stdin, (Pipe, Terminal)):
            stdin.end()

    async def exec(
        self, argv: list[str], stdin: Reader | None, stdout: Writer, stderr: Writer, tty: bool = False
    ) -> int:
        """Run another program in the container and return its exit code.

        Raises:
            StartError: there is no such program.
        """
        program = find_program(self.process, argv[0])
        env = {**self.process.env, **({"TERM": "xterm"} if tty else {})}
        child = self.process.child(argv, stdin=stdin or NullReader(), stdout=stdout, stderr=stderr, tty=tty, env=env)
        interrupted, typing = False, None

        def interrupt() -> None:
            nonlocal interrupted
            if (handler := child.handlers.get(SIGINT)) is not None:
                handler()
            else:
                interrupted = True
                task.cancel()

        if tty:
            child.stdin = child.stdout = child.stderr = terminal = Terminal(stdout, interrupt)
            typing = asyncio.create_task(_type(terminal, stdin or NullReader()))
        task = asyncio.create_task(run_program(program, child))
        self._children.add(task)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():  # by Ctrl-C, or because the container ended
                return 128 + (SIGINT if interrupted else SIGKILL)
            task.cancel()  # the client went away
            raise
        finally:
            self._children.discard(task)
            if typing is not None:
                typing.cancel()


async def _type(terminal: Terminal, keys: Reader) -> None:
    """Pass a client's keys on; with the client the input ends."""
    with contextlib.suppress(BrokenPipe):  # the screen on which they would show has gone
        await terminal.type(keys)
    terminal.end()


def command_line(spec: Object, image: Image) -> list[str]:
    """Return an image's command line with what a container's spec replaces.

    A ``command`` without ``args`` drops the image's arguments as well.
    """
    command, arguments = spec.get("command"), spec.get("args")
    if arguments is None:
        arguments = () if command else image.cmd
    return [*(command or image.entrypoint), *arguments]


def make_files(image: Image, network: PodNetwork, spec: Object) -> FileSystem:
    """Return a container's file system: the image's files, and those that Kubernetes writes."""
    sealed = bool((spec.get("securityContext") or {}).get("readOnlyRootFilesystem"))
    files = FileSystem(image.files, image.executables, sealed=sealed)
    network.manage_hosts()
    files.mount("/etc/hosts", Mount(SingleFile(network.etc, "hosts")))
    termination.mount_file(files, spec)
    for name in ("hostname", "resolv.conf"):  # the container runtime's
        files.mount(f"/etc/{name}", Mount(SingleFile(network.etc, name), read_only=sealed))
    files.mount("/sys/fs/cgroup", Mount(_limits(spec), read_only=True, source="cgroup", kind="cgroup2"))
    return files


def _limits(spec: Object) -> dict[str, bytes]:
    """Return what the kernel says of a container's resources (control groups, version 2)."""
    resources = spec.get("resources") or {}
    limits = resources.get("limits") or {}
    memory = int(value_of(limits["memory"])) if "memory" in limits else "max"
    quota = int(value_of(limits["cpu"]) * _CPU_PERIOD) if "cpu" in limits else "max"
    return {
        "cpu.max": f"{quota} {_CPU_PERIOD}\n".encode(),
        "memory.max": f"{memory}\n".encode(),
        "pids.max": b"max\n",
    }
