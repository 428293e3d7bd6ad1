"""What a shell knows: variables, functions, options, jobs, traps."""

from __future__ import annotations

import asyncio
import re
import time

from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.network import Stream
from kubelearn.cluster.streams import Reader, Writer

from . import arithmetic
from .control import Shared
from .expansion import split_fields
from .syntax import Node, ShellSyntaxError

_is_name = re.compile(r"[A-Za-z_]\w*", re.ASCII).fullmatch


class ShellState:
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
        killed: which signal has ended a job.
        last_job: ``$!``.
        next_pid: what number the next program gets, 0 for a new one.
        locals: names that a function has made its own, with what they were before.
        loops: how many loops it is in.
        traps: name of the signal → script.
        pending: scripts of traps that are to run when the present command has ended.
        interrupted: set when there is one.
        shared: what it has in common with its subshells.
        depth: how many commands it is in, one in the other.
        node: which command runs.
        final: the one that takes the shell's place, as the last of ``-c`` does.
        line: which line of the script runs, for what builtin commands complain of.
        first_line: what its first is called: 0 after ``-c``, 1 in a file.
        begin: when it has started, for ``$SECONDS``.
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
        self.variables: dict[str, str] = {name: value for name, value in process.env.items() if _is_name(name)}
        self.exported: set[str] = set(self.variables)
        self.functions: dict[str, Node] = {}
        self.status = 0
        self.pid = process.pid or (1 if process.is_init else 7)
        self.options: set[str] = set()
        self.jobs: dict[int, asyncio.Task[int]] = {}
        self.killed: dict[int, int] = {}
        self.last_job = 0
        self.next_pid = 0
        self.locals: list[dict[str, str | None]] = []
        self.loops = 0
        self.traps: dict[str, str] = {}
        self.pending: list[str] = []
        self.interrupted = asyncio.Event()
        self.shared = Shared()
        self.depth = 0
        self.begin = time.monotonic()
        self.node: Node | None = None
        self.final: Node | None = None
        self.line = self.first_line = 0
        self.constants: set[str] = set()
        self.option_at = (1, 1)
        self.streams: dict[int, Reader | Writer] = {}
        self.connections: list[Stream] = []

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
        self.shared = parent.shared
        self.depth = parent.depth
        self.begin = parent.begin
        self.line, self.first_line = parent.line, parent.first_line
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
            raise ShellSyntaxError(f"{name}: is read only")
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

    def split(self, text: str, most: int = 0) -> list[str]:
        """Split a text into fields by ``$IFS``."""
        return split_fields(text, self.variables.get("IFS"), most)

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
