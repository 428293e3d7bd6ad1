"""Runs what the parser found: a small POSIX shell, inside the container and nowhere else."""

from __future__ import annotations

import asyncio
import fnmatch
from collections.abc import Callable, Coroutine
from typing import Any

from ..filesystem import resolve
from ..process import SIGINT, SIGTERM, BrokenPipe, Buffer, NullReader, NullWriter, Pipe, Process
from . import arithmetic, builtins
from .expansion import Expander
from .parser import parse
from .syntax import AndOr, Case, For, Function, Group, If, Loop, Node, Pipeline, Redirect, Sequence, ShellSyntaxError, Simple

#: A shell lets others run after this many commands.
_FAIR_SHARE = 32
_DEEPEST = 200


class Exit(Exception):
    """``exit``: the shell ends."""

    def __init__(self, code: int):
        super().__init__(code)
        self.code = code


class Return(Exit):
    """``return``: the function ends."""


class LoopControl(Exception):
    """``break`` and ``continue``."""

    def __init__(self, kind: str, levels: int):
        super().__init__(kind)
        self.kind, self.levels = kind, levels


class Shell:
    """One shell process.

    Attributes:
        process: the process it is; its environment holds the exported variables.
        variables: all variables.
        status: ``$?``.
    """

    def __init__(self, process: Process, name: str = "sh", arguments: list[str] | None = None):
        self.process = process
        self.name, self.arguments = name, list(arguments or [])
        self.variables: dict[str, str] = dict(process.env)
        self.exported: set[str] = set(process.env)
        self.functions: dict[str, Node] = {}
        self.status = 0
        self.options: set[str] = set()
        self.jobs: list[asyncio.Task[int]] = []
        self.traps: dict[str, str] = {}
        self.pending: list[str] = []
        self.interrupted = asyncio.Event()
        self._steps = 0
        self._depth = 0
        self._expander = Expander(self)

    async def run(self, script: str) -> int:
        """Run a script and return its exit code."""
        try:
            tree = parse(script)
        except ShellSyntaxError as error:
            self.process.complain(f"{self.name}: {error}")
            return 2
        except RecursionError:
            self.process.complain(f"{self.name}: syntax error: nested too deeply")
            return 2
        try:
            self.status = await self.execute(tree)
        except Exit as leave:
            self.status = leave.code
        except ShellSyntaxError as error:
            self.process.complain(f"{self.name}: {error}")
            self.status = 2
        await self._run_traps()
        if "EXIT" in self.traps:
            script, self.traps = self.traps["EXIT"], {}
            try:
                await self.execute(parse(script))
            except Exit as leave:
                self.status = leave.code
        return self.status & 0xFF

    async def execute(self, node: Node) -> int:
        """Run a part of a script and return its exit code."""
        if isinstance(node, Simple):
            self._steps += 1
            if self._steps % _FAIR_SHARE == 0:
                await asyncio.sleep(0)
            self.status = await self._simple(node)
            if self.pending:
                await self._run_traps()
            return self.status
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ShellSyntaxError("maximum function recursion depth exceeded")
        try:
            runner: Callable[[Any], Coroutine[Any, Any, int]] = getattr(self, "_" + type(node).__name__.lower())
            self.status = await runner(node)
        finally:
            self._depth -= 1
        return self.status

    async def _run_traps(self) -> None:
        while self.pending:
            await self.execute(parse(self.pending.pop(0)))

    def trap(self, signal: str, action: str) -> None:
        """Set what happens on a signal."""
        self.traps[signal] = action
        number = {"TERM": SIGTERM, "INT": SIGINT}.get(signal)
        if number is not None:
            self.process.handlers[number] = lambda: self._signalled(action)

    def _signalled(self, action: str) -> None:
        self.pending.append(action)
        self.interrupted.set()

    # Compound commands

    async def _sequence(self, node: Sequence) -> int:
        status = 0
        for command, background in node.items:
            if background:
                self.jobs.append(asyncio.create_task(self._subshell(command, stdin=NullReader())))
                status = 0
            else:
                status = await self.execute(command)
                if status and "e" in self.options and not isinstance(command, AndOr | If | Loop) and not (isinstance(command, Pipeline) and command.negated):
                    raise Exit(status)
        return status

    async def _andor(self, node: AndOr) -> int:
        status = await self._unchecked(node.first)
        for operator, command in node.rest:
            if (operator == "&&") == (status == 0):
                status = await self._unchecked(command)
        return status

    async def _unchecked(self, node: Node) -> int:
        """Run a condition: ``set -e`` does not apply in it."""
        strict = "e" in self.options
        self.options.discard("e")
        try:
            return await self.execute(node)
        finally:
            if strict:
                self.options.add("e")

    async def _if(self, node: If) -> int:
        for condition, body in node.branches:
            if await self._unchecked(condition) == 0:
                return await self.execute(body)
        return await self.execute(node.otherwise) if node.otherwise else 0

    async def _loop(self, node: Loop) -> int:
        status = 0
        while (await self._unchecked(node.condition) == 0) != node.until:
            try:
                status = await self.execute(node.body)
            except LoopControl as control:
                if self._leave(control):
                    break
            await self._breathe()
        return status

    async def _for(self, node: For) -> int:
        words = self.arguments if node.words is None else await self._expander.words(node.words)
        status = 0
        for word in list(words):
            self.assign(node.name, word)
            try:
                status = await self.execute(node.body)
            except LoopControl as control:
                if self._leave(control):
                    break
            await self._breathe()
        return status

    async def _breathe(self) -> None:
        self._steps += 1
        if self._steps % _FAIR_SHARE == 0:
            await asyncio.sleep(0)

    @staticmethod
    def _leave(control: LoopControl) -> bool:
        """Return whether a loop ends; pass control on to the loop around it where it is meant."""
        if control.levels > 1:
            raise LoopControl(control.kind, control.levels - 1)
        return control.kind == "break"

    async def _case(self, node: Case) -> int:
        text = await self._expander.text(node.word)
        for patterns, body in node.branches:
            for pattern in patterns:
                if fnmatch.fnmatchcase(text, await self._expander.pattern(pattern)):
                    return await self.execute(body)
        return 0

    async def _function(self, node: Function) -> int:
        self.functions[node.name] = node.body
        return 0

    async def _group(self, node: Group) -> int:
        if node.subshell:
            return await self._subshell(node.body)
        before = (self.process.stdin, self.process.stdout, self.process.stderr)
        flush = await self._redirect(node.redirects)
        if flush is None:
            return 1
        try:
            return await self.execute(node.body)
        finally:
            self.process.stdin, self.process.stdout, self.process.stderr = before
            flush()

    async def _pipeline(self, node: Pipeline) -> int:
        if len(node.commands) == 1:
            status = await self._unchecked(node.commands[0])
        else:
            status = await self._pipes(node.commands)
        return int(status == 0) if node.negated else status

    async def _pipes(self, commands: list[Node]) -> int:
        pipes = [Pipe() for _ in commands[1:]]
        tasks = []
        for index, command in enumerate(commands):
            changes: dict[str, Any] = {}
            if index:
                changes["stdin"] = pipes[index - 1]
            if index < len(pipes):
                changes["stdout"] = pipes[index]
            tasks.append(asyncio.create_task(self._stage(command, changes)))
        try:
            return (await asyncio.gather(*tasks))[-1]
        finally:
            for task in tasks:
                task.cancel()

    async def _stage(self, command: Node, changes: dict[str, Any]) -> int:
        try:
            return await self._subshell(command, **changes)
        except BrokenPipe:
            return 141
        finally:
            if "stdout" in changes:
                changes["stdout"].end()
            if "stdin" in changes:
                changes["stdin"].abandon()

    async def _subshell(self, node: Node, **changes: Any) -> int:
        shell = self.copy(**changes)
        try:
            return await shell.execute(node) & 0xFF
        except Exit as leave:
            return leave.code & 0xFF
        except LoopControl:
            return 0

    def copy(self, **changes: Any) -> Shell:
        """Return a shell that starts where this one stands."""
        shell = Shell(self.process.child(self.process.argv, **changes), self.name, self.arguments)
        shell.variables, shell.exported = dict(self.variables), set(self.exported)
        shell.functions, shell.options, shell.status = dict(self.functions), set(self.options), self.status
        shell._depth = self._depth
        return shell

    async def capture(self, node: Node) -> str:
        """Run a command substitution and return what it prints."""
        buffer = Buffer()
        self.status = await self._subshell(node, stdout=buffer)
        return bytes(buffer.data).decode(errors="replace").rstrip("\n")

    # Simple commands

    async def _simple(self, node: Simple) -> int:
        words = await self._expander.words(node.words)
        if not words:
            self.status = 0
            for name, word in node.assignments:
                self.assign(name, await self._expander.text(word))
            return (0 if await self._touch(node.redirects) else 1) or self.status
        if "x" in self.options:
            self.process.complain("+ " + " ".join(words))
        before = (self.process.stdin, self.process.stdout, self.process.stderr)
        flush = await self._redirect(node.redirects) if node.redirects else _nothing
        if flush is None:
            return 1
        try:
            return await self._call(words, node)
        finally:
            self.process.stdin, self.process.stdout, self.process.stderr = before
            flush()

    async def _touch(self, redirects: list[Redirect]) -> bool:
        before = (self.process.stdin, self.process.stdout, self.process.stderr)
        flush = await self._redirect(redirects)
        self.process.stdin, self.process.stdout, self.process.stderr = before
        if flush is not None:
            flush()
        return flush is not None

    async def _call(self, words: list[str], node: Simple) -> int:
        name = words[0]
        builtin = builtins.BUILTINS.get(name)
        if builtin is not None:
            for key, word in node.assignments:
                self.assign(key, await self._expander.text(word))
            return await builtin(self, words)
        if name in self.functions:
            return await self._call_function(self.functions[name], words[1:])
        env = self.environment
        for key, word in node.assignments:
            env[key] = await self._expander.text(word)
        return await self.spawn(words, env)

    @property
    def environment(self) -> dict[str, str]:
        return {name: self.variables[name] for name in self.exported if name in self.variables}

    async def spawn(self, words: list[str], env: dict[str, str]) -> int:
        """Run a program of the container."""
        program = self.process.programs.get(words[0].rpartition("/")[2])
        if program is None:
            self.process.complain(f"{self.name}: {words[0]}: not found")
            return 127
        child = self.process.child(words, env=env)
        try:
            return await program(child) & 0xFF
        except BrokenPipe:
            raise
        except RecursionError:
            self.process.complain(f"{self.name}: {words[0]}: nested too deeply")
            return 1

    async def _call_function(self, body: Node, arguments: list[str]) -> int:
        before, self.arguments = self.arguments, arguments
        try:
            return await self.execute(body)
        except Return as back:
            return back.code
        finally:
            self.arguments = before

    def assign(self, name: str, value: str) -> None:
        self.variables[name] = value
        if "a" in self.options:
            self.exported.add(name)

    def arithmetic(self, text: str) -> int:
        return arithmetic.evaluate(text, self.variables)

    # Redirections

    async def _redirect(self, redirects: list[Redirect]) -> Callable[[], None] | None:
        """Point the process's streams elsewhere; return what puts files in place, None after an error."""
        sinks: list[_File] = []
        process = self.process
        for redirect in redirects:
            target = await self._expander.text(redirect.target)
            if redirect.operator == "<<":
                process.stdin = _Text(target.encode())
            elif redirect.operator in (">&", "<&"):
                if target == "1":
                    self._set(redirect.descriptor, process.stdout)
                elif target == "2":
                    self._set(redirect.descriptor, process.stderr)
            elif redirect.operator == "<":
                path = resolve(process.cwd, target)
                try:
                    process.stdin = _Text(process.files.read(path))
                except (FileNotFoundError, IsADirectoryError):
                    process.complain(f"{self.name}: can't open {target}: no such file")
                    return None
            else:
                sink = self._file(target, redirect.operator == ">>")
                if sink is None:
                    return None
                if isinstance(sink, _File):
                    sinks.append(sink)
                self._set(redirect.descriptor, sink)
                if redirect.operator == "&>":
                    process.stdout = process.stderr = sink

        def save() -> None:
            for sink in sinks:
                sink.save()

        return save

    def _set(self, descriptor: int, stream: Any) -> None:
        if descriptor == 2:
            self.process.stderr = stream
        else:
            self.process.stdout = stream

    def _file(self, target: str, append: bool) -> Any:
        if target == "/dev/null":
            return NullWriter()
        if target in ("/dev/stdout", "/dev/stderr", "/proc/1/fd/1"):
            return self.process.stderr if target.endswith("stderr") else self.process.stdout
        path = resolve(self.process.cwd, target)
        try:
            self.process.files.write(path, b"", append=append)
        except FileNotFoundError:
            self.process.complain(f"{self.name}: can't create {target}: nonexistent directory")
        except IsADirectoryError:
            self.process.complain(f"{self.name}: can't create {target}: Is a directory")
        except PermissionError:
            self.process.complain(f"{self.name}: can't create {target}: Read-only file system")
        else:
            return _File(self.process, path)
        return None


def _nothing() -> None:
    """No file has to be put in place."""


class _Text:
    """Input from a string."""

    def __init__(self, data: bytes):
        self._data = data

    async def read(self, limit: int = 65_536) -> bytes:
        chunk, self._data = self._data[:limit], self._data[limit:]
        return chunk


class _File:
    """Output to a file; writes land at once so that others see them, in one go at the end of small ones."""

    _MOST = 64 * 1024 * 1024

    def __init__(self, process: Process, path: str):
        self._process, self._path, self._pending, self._size = process, path, bytearray(), 0

    def write(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._MOST:
            raise BrokenPipe
        self._pending += data
        if len(self._pending) > 4096:
            self.save()

    async def drain(self) -> None:
        self.save()
        await asyncio.sleep(0)

    def save(self) -> None:
        if self._pending:
            self._process.files.write(self._path, bytes(self._pending), append=True)
            self._pending.clear()
