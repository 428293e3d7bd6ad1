"""What a shell knows: variables, functions, options, jobs, traps."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Protocol

from kubelearn.cluster.containers.process import Process, is_number
from kubelearn.cluster.network import Stream
from kubelearn.cluster.streams import Reader, Writer

from . import arithmetic
from .control import Shared
from .syntax import BLANKS, Node, ShellSyntaxError, is_name
from .wording import dialect, trouble


@dataclass(frozen=True)
class Alias:
    """What a name stands for in commands that are read after it was told: its text, and where that was."""

    text: str
    piece: int
    line: int


class Command(Protocol):
    """A command that is part of the shell."""

    @property
    def special(self) -> bool:
        """Whether it is one of POSIX' special builtin utilities."""

    async def __call__(self, shell: ShellState, words: list[str], *, can_end: bool = True) -> int:
        """Run it with its name and its arguments; ``can_end`` says whether an error may end the shell."""


class ShellState(ABC):
    """The state of one shell process.

    Attributes:
        process: the process it is; its environment holds the exported variables.
        name: what its error messages begin with.
        zero: ``$0``.
        arguments: ``$1`` and those that follow.
        variables: all variables.
        exported: names of those that programs get.
        status: ``$?``.
        pid: ``$$``.
        options: letters that are on, ``e`` after ``set -e``.
        jobs: process id → background job that nobody has waited for.
        ended: process id → exit code of those that somebody has waited for.
        jobs_before: those of the shell that a subshell is of, for ``jobs`` and ``kill``.
        aliases: name → what it stands for.
        pieces: how many pieces of its script it has read.
        sourcing: how many scripts it is in by ``.``.
        from_command_line: whether its script is the value of ``-c``.
        umask: what new files are not to have.
        limits: letter → what ``ulimit`` has changed.
        killed: which signal has ended a job.
        last_job: ``$!``.
        next_pid: what number the next program gets, 0 for a new one.
        locals: names that a function has made its own, with what they were before.
        loops: how many loops it is in.
        unchecked: how many conditions it is in, where ``set -e`` does not apply.
        traps: name of the signal → script.
        pending: scripts of traps that are to run when the present command has ended.
        interrupted: set when there is one.
        trapping: whether one runs.
        shared: what it has in common with its subshells.
        depth: how many commands it is in, one in the other.
        node: which command runs.
        final: the one that takes the shell's place, as the last of ``-c`` does.
        line: which line of the script runs, for what builtin commands complain of.
        first_line: what its first is called: 0 after ``-c``, 1 in a file.
        begin: when it has started, for ``$SECONDS``.
        within: which script it is in by ``.``, or ``eval``; for what it complains of.
        constants: names that ``readonly`` has closed.
        option_at: where ``getopts`` stands: in which argument, at which letter.
        streams: what descriptors from 3 on are.
        connections: those that it has opened by ``exec``, until it closes them or ends.
    """

    def __init__(self, process: Process, name: str = "sh", arguments: list[str] | None = None):
        self.process = process
        self.name = name
        self.zero = name
        self.arguments = list(arguments or [])
        # As ash and dash do: what is no variable's name, such as 1ST_SERVICE_HOST, is not passed on either.
        self.variables: dict[str, str] = {name: value for name, value in process.env.items() if is_name(name)}
        self.exported: set[str] = set(self.variables)
        self._set_variables()
        self._forget_jobs()
        self.functions: dict[str, Node] = {}
        self.status = 0
        self.pid = process.pid or (1 if process.is_init else 7)
        self.options: set[str] = set()
        self.aliases: dict[str, Alias] = {}
        self.pieces = 0
        self.sourcing = 0
        self.from_command_line = False
        self.umask = 0o022
        self.limits: dict[str, str] = {}
        self.next_pid = 0
        self.locals: list[dict[str, str | None]] = []
        self.loops = 0
        self.unchecked = 0
        self.traps: dict[str, str] = {}
        self.pending: list[str] = []
        self.trapping = False
        self.interrupted = asyncio.Event()
        self.shared = Shared()
        self.depth = 0
        self.begin = time.monotonic()
        self.node: Node | None = None
        self.final: Node | None = None
        self.line = self.first_line = 0
        self.within = ""
        self.constants: set[str] = set()
        self.option_at = (1, 1)
        self.streams: dict[int, Reader | Writer] = {}
        self.connections: list[Stream] = []

    @abstractmethod
    async def execute(self, node: Node) -> int:
        """Run a part of a script and return its exit code."""

    @abstractmethod
    async def spawn(self, words: list[str], env: dict[str, str], **changes: Any) -> int:
        """Run a program of the container; ``changes`` are streams of its own."""

    @abstractmethod
    def builtin(self, name: str) -> Command | None:
        """Return the command of a name that this shell has built in."""

    def is_special(self, name: str) -> bool:
        """Return whether a name is a special builtin command; to bash, all are like the others."""
        found = self.builtin(name)
        return found is not None and found.special and dialect(self) != "bash"

    def _forget_jobs(self) -> None:
        self.jobs: dict[int, asyncio.Task[int]] = {}
        self.jobs_before: dict[int, asyncio.Task[int]] = {}
        self.ended: dict[int, int] = {}
        self.killed: dict[int, int] = {}
        self.last_job = 0

    def _set_variables(self) -> None:
        """Set the variables that a shell sets itself."""
        like, variables = dialect(self), self.variables
        variables |= {"IFS": BLANKS, "OPTIND": "1", "PPID": "0", "PS4": "+ ", "PWD": self.process.cwd}
        self.exported.add("PWD")
        if like != "bash":
            variables |= {"PS1": "\\w \\$ " if like == "ash" else "# ", "PS2": "> "}
        else:
            variables |= {"UID": str(self.process.user.uid), "EUID": str(self.process.user.uid)}
        if like != "dash":
            level = variables.get("SHLVL", "")
            variables["SHLVL"] = str(int(level) + 1 if is_number(level) else 1)
            self.exported.add("SHLVL")

    def inherit(self, parent: ShellState) -> None:
        """Take over what a subshell begins with; jobs and traps are its parent's alone."""
        self.zero = parent.zero
        self.variables = dict(parent.variables)
        self.exported = set(parent.exported)
        self.functions = dict(parent.functions)
        self.options = set(parent.options)
        self.status = parent.status
        self.pid = parent.pid
        self.last_job = parent.last_job
        self.jobs_before = parent.jobs or parent.jobs_before
        self.aliases = dict(parent.aliases)
        self.pieces, self.sourcing = parent.pieces, parent.sourcing
        self.from_command_line = parent.from_command_line
        self.umask, self.limits = parent.umask, dict(parent.limits)
        self.locals = [{} for _ in parent.locals]
        self.shared = parent.shared
        self.depth = parent.depth
        self.unchecked = parent.unchecked
        self.begin = parent.begin
        self.line, self.first_line, self.within = parent.line, parent.first_line, parent.within
        self.constants = set(parent.constants)
        self.streams = dict(parent.streams)

    @property
    def environment(self) -> dict[str, str]:
        """The exported variables: what a program gets."""
        return {name: self.variables[name] for name in self.exported if name in self.variables}

    def assign(self, name: str, value: str) -> None:
        """Give a variable a value; after ``set -a`` that exports it.

        Raises:
            ShellSyntaxError: it is closed.
        """
        if name in self.constants:
            raise ShellSyntaxError(trouble(dialect(self), "closed", name), 1 if dialect(self) == "bash" else 2)
        self.variables[name] = value
        if "a" in self.options:
            self.exported.add(name)

    def restore(self, values: dict[str, str | None]) -> None:
        """Give variables the values of before."""
        for name, value in values.items():
            if value is None:
                self.variables.pop(name, None)
            else:
                self.variables[name] = value

    def set_alias(self, name: str, text: str) -> None:
        """Let a name stand for a text, in what is read from the next line on."""
        self.aliases[name] = Alias(text, self.pieces, self.line)

    def arithmetic(self, text: str) -> int:
        """Return the value of ``$((text))``.

        Raises:
            ShellSyntaxError: it has none.
        """
        return arithmetic.evaluate(text, self.variables, self.assign)

    def signalled(self, action: str) -> None:
        """Take note of a trapped signal: its commands run when the present one has ended."""
        if action:
            self.pending.append(action)
            self.interrupted.set()
