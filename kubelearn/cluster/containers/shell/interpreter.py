"""Runs what the parser found: a small POSIX shell, inside the container and nowhere else."""

from __future__ import annotations

import asyncio
import fnmatch
from collections.abc import Callable, Coroutine
from typing import Any

from kubelearn.cluster.containers.process import Process, execute
from kubelearn.cluster.streams import BrokenPipe, Buffer, NullReader, Pipe

from . import builtins, simple, wording
from .builtins.names import ALSO_BUILT_IN
from .conditions import Condition
from .control import DEEPEST, MOST_SUBSHELLS, Exhausted, Exit, LoopControl
from .expansion import Expander
from .parser import parse
from .redirection import Redirection, hang_up
from .state import Command, ShellState
from .syntax import (
    AndOr,
    Case,
    For,
    Function,
    Group,
    If,
    Loop,
    Node,
    Pipeline,
    Sequence,
    ShellSyntaxError,
    Simple,
    Test,
    is_condition,
)

#: A shell lets others run after this many commands.
_FAIR_SHARE = 32
#: One that has run very many commands also rests now and then, so that a loop without end leaves the
#: processor, and Python's lock, to the learner: after how many commands, after how many more each time,
#: and for how many seconds.
_TIRED = 150_000
_REST_EVERY = 4096
_REST = 0.01


class Shell(ShellState):
    """One shell process, which runs commands.

    Attributes:
        finished: whether ``exit`` has been called.
        failure: why the script could not be read, if that ended it.
    """

    def __init__(self, process: Process, name: str = "sh", arguments: list[str] | None = None):
        super().__init__(process, name, arguments)
        self.finished = False
        self.failure: Exception | None = None
        self._steps = 0
        self.expander = Expander(self)

    async def run(self, script: str) -> int:
        """Run a whole script, with the trap at its end, and return its exit code."""
        try:
            await self.step(script)
            return await self.finish()
        finally:
            self.close()

    async def step(self, script: str) -> int:
        """Run commands of a script that may go on; :attr:`finished` tells whether they ended it."""
        self.pieces += 1
        try:
            self.status = await self.execute(parse(script))
            await self._run_traps()
        except Exit as leave:
            self.status = leave.code
            self.finished = True
        except ShellSyntaxError as error:
            self._fail(error, error, script)
        except RecursionError as error:
            self._fail(error, ShellSyntaxError("syntax error: nested too deeply"), script)
        return self.status & 0xFF

    def _fail(self, failure: Exception, error: ShellSyntaxError, script: str) -> None:
        wording.syntax(self, error, script)
        self.status = error.status
        self.finished = True
        self.failure = failure

    async def finish(self) -> int:
        """Run the EXIT trap and return the exit code."""
        status, script = self.status, self.traps.pop("EXIT", None)
        if script:
            self.finished = False
            await self.step(script)
            status = self.status if self.finished else status
        return status & 0xFF

    def close(self) -> None:
        """End the background jobs, which do not outlive their shell in a container, and the shell's connections."""
        hang_up(self.connections)
        for task in list(self.shared.tasks):
            task.cancel()

    async def execute(self, node: Node) -> int:
        """Run a part of a script and return its exit code."""
        if "n" in self.options and not self.process.tty:
            return self.status
        if isinstance(node, Simple):
            await self._breathe()
            self.status = await simple.run(self, node)
            if self.pending:
                await self._run_traps()
            return self.status
        self.depth += 1
        if self.depth > DEEPEST:
            self.depth -= 1
            raise Exhausted("maximum function recursion depth exceeded")
        try:
            runner: Callable[[Any], Coroutine[Any, Any, int]] = getattr(self, "_" + type(node).__name__.lower())
            self.status = await runner(node)
        finally:
            self.depth -= 1
        return self.status

    async def _run_traps(self) -> None:
        before, self.trapping = self.trapping, True
        try:
            while self.pending:
                await self.execute(parse(self.pending.pop(0)))
        finally:
            self.trapping = before

    # Compound commands

    async def _sequence(self, node: Sequence) -> int:
        status = 0
        for command, background in node.items:
            if background:
                await self._start(command)
                status = 0
            else:
                status = await self.execute(command)
                if status and not is_condition(command):
                    await self._failed(status)
        return status

    async def _failed(self, status: int) -> None:
        """Do what is to be done after a command that has failed: the trap ERR, and ``set -e``.

        Raises:
            Exit: the script ends.
        """
        if self.unchecked:
            return
        if script := self.traps.get("ERR"):
            self.unchecked += 1
            try:
                await self.execute(parse(script))
            finally:
                self.unchecked -= 1
            self.status = status
        if "e" in self.options:
            raise Exit(status)

    async def _start(self, command: Node) -> None:
        """Run a command in the background; with too many jobs, once one has ended, as bash does."""
        shared = self.shared
        while len(shared.tasks) >= MOST_SUBSHELLS:
            await asyncio.wait(shared.tasks, return_when=asyncio.FIRST_COMPLETED)
        self.last_job = self.process.processes.reserve()
        task = asyncio.get_running_loop().create_task(self._stage(command, {"stdin": NullReader()}, self.last_job))
        shared.tasks.add(task)
        task.add_done_callback(shared.tasks.discard)
        self.jobs[self.last_job] = task
        await asyncio.sleep(0)  # it has a number, and shows in ps, before the next command
        if len(self.jobs) > MOST_SUBSHELLS:  # the ends of old jobs are forgotten
            self.jobs = {pid: job for pid, job in self.jobs.items() if not job.done()}

    async def _andor(self, node: AndOr) -> int:
        status, last = await self._unchecked(node.first), node.first
        for operator, command in node.rest:
            if (operator == "&&") == (status == 0):
                status, last = await self._unchecked(command), command
        if status and last is node.rest[-1][1]:
            await self._failed(status)  # only the last command of a list counts
        return status

    async def _unchecked(self, node: Node) -> int:
        """Run a condition: ``set -e`` does not apply in it."""
        self.unchecked += 1
        try:
            return await self.execute(node)
        finally:
            self.unchecked -= 1

    async def _if(self, node: If) -> int:
        for condition, body in node.branches:
            if await self._unchecked(condition) == 0:
                return await self.execute(body)
        return await self.execute(node.otherwise) if node.otherwise else 0

    async def _loop(self, node: Loop) -> int:
        status, goes_on = 0, True
        self.loops += 1
        try:
            while goes_on and (await self._unchecked(node.condition) == 0) != node.until:
                status, goes_on = await self._turn(node.body, status)
        finally:
            self.loops -= 1
        return status

    async def _for(self, node: For) -> int:
        words = self.arguments if node.words is None else await self.expander.words(node.words)
        status = 0
        self.loops += 1
        try:
            for word in list(words):
                self.assign(node.name, word)
                status, goes_on = await self._turn(node.body, status)
                if not goes_on:
                    break
        finally:
            self.loops -= 1
        return status

    async def _turn(self, body: Node, status: int) -> tuple[int, bool]:
        """Run a loop's body once.

        Args:
            status: that of the turn before, which counts if this one is left half-way.

        Returns:
            Its status, and whether the loop goes on.
        """
        goes_on = True
        try:
            status = await self.execute(body)
        except LoopControl as control:
            goes_on = not self._leave(control)
        await self._breathe()
        return status, goes_on

    async def _breathe(self) -> None:
        self._steps += 1
        if self._steps % _FAIR_SHARE == 0:
            rests = self._steps > _TIRED and self._steps % _REST_EVERY == 0
            await asyncio.sleep(_REST if rests else 0)

    def _leave(self, control: LoopControl) -> bool:
        """Return whether a loop ends; pass control on to the loop around it where it is meant."""
        if control.levels > 1 and self.loops > 1:
            raise LoopControl(control.kind, control.levels - 1)
        return control.kind == "break"

    async def _case(self, node: Case) -> int:
        text = await self.expander.text(node.word)
        for patterns, body in node.branches:
            for pattern in patterns:
                if fnmatch.fnmatchcase(text, await self.expander.pattern(pattern)):
                    return await self.execute(body)
        return 0

    async def _test(self, node: Test) -> int:
        if wording.dialect(self) == "dash":
            return wording.not_found(self, "[[")
        test = Condition(
            node.words, self.expander.text, self.expander.pattern, lambda words: self.spawn(words, self.environment)
        )
        return 0 if await test.holds() else 1

    async def _function(self, node: Function) -> int:
        self.functions[node.name] = node.body
        return 0

    async def _group(self, node: Group) -> int:
        if node.subshell:
            return await self._subshell(node.body)
        redirection = Redirection(self)
        try:
            if await redirection.apply(node.redirects):
                return await self.execute(node.body)
            in_subshell = isinstance(node.body, Group) and node.body.subshell and wording.dialect(self) == "ash"
            return 2 if in_subshell else wording.failure(self)
        finally:
            redirection.undo()

    async def _pipeline(self, node: Pipeline) -> int:
        is_one = len(node.commands) == 1
        status = await (self._unchecked(node.commands[0]) if is_one else self._pipes(node.commands))
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
            codes = await asyncio.gather(*tasks)
            return next((code for code in reversed(codes) if code), 0) if "pipefail" in self.options else codes[-1]
        finally:
            for task in tasks:
                task.cancel()

    async def _stage(self, command: Node, changes: dict[str, Any], pid: int = 0) -> int:
        """Run a part of a pipeline, or a job in the background, whose first program gets its number."""
        try:
            return await self._subshell(command, pid, **changes)
        except BrokenPipe:
            return 141
        except Exhausted as error:
            wording.complain(self, str(error))
            return 2
        finally:
            if "stdout" in changes:
                changes["stdout"].end()
            if isinstance(changes.get("stdin"), Pipe):
                changes["stdin"].abandon()

    async def _subshell(self, node: Node, pid: int = 0, **changes: Any) -> int:
        shell = self.copy(**changes)
        shell.next_pid = pid
        shared = self.shared
        if shared.live >= MOST_SUBSHELLS:
            raise Exhausted("can't fork: Resource temporarily unavailable")
        shared.live += 1
        try:
            shell.status = await shell.execute(node)
            return await shell.finish()
        except Exit as leave:
            shell.status = leave.code
            return await shell.finish()
        except Exhausted:
            raise
        except ShellSyntaxError as error:
            wording.syntax(shell, error)
            return error.status
        finally:
            shared.live -= 1
            hang_up(shell.connections)

    def copy(self, **changes: Any) -> Shell:
        """Return a shell that starts where this one stands.

        Args:
            changes: streams of its process that are others, ``stdout`` for example.
        """
        shell = Shell(self.process.child(self.process.argv, **changes), self.name, self.arguments)
        shell.inherit(self)
        return shell

    async def capture(self, node: Node) -> str:
        """Run a command substitution and return what it prints."""
        buffer = Buffer()
        self.status = await self._subshell(node, stdout=buffer)
        return bytes(buffer.data).decode(errors="replace").rstrip("\n")

    # Programs

    def builtin(self, name: str) -> Command | None:
        """Return the command of a name that this shell has built in."""
        return builtins.find(self, name)

    async def spawn(self, words: list[str], env: dict[str, str], **changes: Any) -> int:
        """Run a program of the container; ``changes`` are streams of its own."""
        program = self.process.program(words[0])
        if program is None:
            return wording.not_found(self, words[0])
        child = self.process.child(words, env=env, pid=self.next_pid, **changes)
        waited, self.next_pid = not self.next_pid, 0
        try:
            code = await execute(program, child)
            if "CHLD" in self.traps and not self.trapping and words[0] not in ALSO_BUILT_IN:
                self.signalled(self.traps["CHLD"])
            if waited and (self.node is not self.final or self.traps):
                wording.died(self, child.killed)
            return code
        except BrokenPipe:
            raise
        except RecursionError:
            wording.complain(self, f"{words[0]}: nested too deeply")
            return 1
        except OSError as error:  # of the container's own files: a full disk, or what was opened to be read
            wording.complain(self, f"write error: {error.strerror}")
            return 1
