"""The shell inside containers: a small POSIX sh of ours, never the host's.

A script becomes tokens (``lexer``), these become commands (``parser``; ``syntax`` says what there is), and
``interpreter`` runs them, with ``simple`` for what is neither a loop nor a pipeline.  ``state`` is what a shell knows,
``builtins`` are the commands that change it, ``expansion`` and ``arithmetic`` are what becomes of words,
``redirection`` points streams elsewhere, ``control`` is how a script leaves a loop, a function or itself, and
``wording`` what shells say of troubles.
"""

from __future__ import annotations

import asyncio
import contextlib

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import SIGINT, Process
from kubelearn.cluster.streams import read_line

from .interpreter import Shell
from .parser import parse
from .syntax import ShellSyntaxError, final

__all__ = ["sh"]


async def sh(process: Process) -> int:
    """``sh [-ex] [-c SCRIPT [NAME ARGUMENT…]] [FILE ARGUMENT…]``; without either it reads its standard input."""
    words = process.argv[1:]
    name = "bash" if process.argv[0].rpartition("/")[2] == "bash" else "sh"
    if name == "bash" and words[:1] == ["--version"]:
        process.print("GNU bash, version 5.2.21(1)-release (x86_64-alpine-linux-musl)")
        return 0
    flags = ""
    while words and words[0].startswith("-") and words[0] != "-" and "c" not in flags:
        flags += words.pop(0)[1:]
    shell = Shell(process, name)
    shell.options.update(set(flags) & set("aefnuvxC"))
    shell.from_command_line = "c" in flags
    if "c" in flags:
        if not words:
            process.complain("sh: -c requires an argument")
            return 2
        script, rest = words[0], words[1:]
        if rest:
            shell.zero = rest[0]
            shell.arguments = rest[1:]
        with contextlib.suppress(ShellSyntaxError, RecursionError):  # it is told when the script runs
            shell.final = final(parse(script))
        return await shell.run(script)
    if "s" in flags:
        shell.arguments = words
    elif words:
        path = resolve(process.cwd, words[0])
        if not process.files.is_file(path):
            process.complain(f"sh: can't open '{words[0]}': No such file or directory")
            return 2
        shell.zero = shell.name = words[0]
        shell.first_line = 1
        shell.arguments = words[1:]
        return await shell.run(process.files.read(path).decode(errors="replace"))
    return await _interactive(shell)


async def _interactive(shell: Shell) -> int:
    """Read commands line by line, as a terminal sends them."""
    try:
        await _read_commands(shell)
        return await shell.finish()
    finally:
        shell.close()


async def _read_commands(shell: Shell) -> None:
    process, pending = shell.process, ""
    while not shell.finished:
        if process.tty:
            _prompt(process)
            process.handlers[SIGINT] = lambda: _prompt(process)
        line = await _line(process)
        if line is None:
            if pending:
                await shell.step(pending)
            return
        pending += line
        try:
            parse(pending)
        except ShellSyntaxError as error:
            if "unexpected end of file" in str(error) or "unterminated" in str(error):
                continue  # the command goes on in the next line
        script, pending = pending, ""
        await (_interruptible(shell, script) if process.tty else shell.step(script))
        if process.tty and shell.finished and isinstance(shell.failure, ShellSyntaxError):
            shell.finished = False  # at a terminal a mistake does not end the shell


def _prompt(process: Process) -> None:
    process.stderr.write(b"%s # " % process.cwd.encode())


async def _interruptible(shell: Shell, script: str) -> None:
    """Run commands that Ctrl-C ends, and only them."""
    step = asyncio.create_task(shell.step(script))
    shell.process.handlers[SIGINT] = step.cancel  # type: ignore[assignment]
    try:
        await asyncio.wait({step})
    finally:
        step.cancel()
    if step.cancelled():
        shell.status = 128 + SIGINT
    else:
        await step


async def _line(process: Process) -> str | None:
    return (await read_line(process.stdin)).decode(errors="replace") or None
