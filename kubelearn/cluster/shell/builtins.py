"""Commands that are part of the shell, because they change it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ..filesystem import resolve

if TYPE_CHECKING:
    from .interpreter import Shell

Builtin = Callable[["Shell", list[str]], Awaitable[int]]


async def _true(shell: Shell, words: list[str]) -> int:
    return 0


async def _cd(shell: Shell, words: list[str]) -> int:
    target = words[1] if len(words) > 1 else shell.variables.get("HOME", "/")
    path = resolve(shell.process.cwd, target)
    if not shell.process.files.is_dir(path):
        shell.process.complain(f"{shell.name}: cd: can't cd to {target}: No such file or directory")
        return 2
    shell.process.cwd = path
    shell.assign("PWD", path)
    return 0


async def _export(shell: Shell, words: list[str]) -> int:
    for word in words[1:]:
        name, equals, value = word.partition("=")
        if equals:
            shell.variables[name] = value
        shell.exported.add(name)
    if len(words) == 1:
        for name in sorted(shell.exported & shell.variables.keys()):
            shell.process.print(f"export {name}='{shell.variables[name]}'")
    return 0


async def _unset(shell: Shell, words: list[str]) -> int:
    for name in words[1:]:
        shell.variables.pop(name, None)
        shell.exported.discard(name)
        shell.functions.pop(name, None)
    return 0


async def _read(shell: Shell, words: list[str]) -> int:
    names = [word for word in words[1:] if not word.startswith("-")] or ["REPLY"]
    line = bytearray()
    while True:
        byte = await shell.process.stdin.read(1)
        if not byte or byte == b"\n":
            break
        line += byte
    fields = line.decode(errors="replace").split(None, len(names) - 1)
    for index, name in enumerate(names):
        shell.assign(name, fields[index].rstrip() if index < len(fields) else "")
    return 0 if line or byte else 1


async def _set(shell: Shell, words: list[str]) -> int:
    rest = words[1:]
    while rest and rest[0][:1] in "-+" and rest[0] not in ("--", "-", "+"):
        change = shell.options.update if rest[0][0] == "-" else shell.options.difference_update
        flags, rest = rest[0][1:], rest[1:]
        if flags == "o" and rest:
            flags, rest = {"errexit": "e", "nounset": "u", "xtrace": "x", "pipefail": ""}.get(rest[0], ""), rest[1:]
        change(flags)
    if rest or "--" in words:
        shell.arguments = rest[1:] if rest[:1] == ["--"] else rest
    return 0


async def _shift(shell: Shell, words: list[str]) -> int:
    count = _number(words, 1)
    if count > len(shell.arguments):
        return 1
    shell.arguments = shell.arguments[count:]
    return 0


def _number(words: list[str], otherwise: int) -> int:
    text = words[1] if len(words) > 1 else ""
    return int(text) if text.isdigit() else otherwise


async def _exit(shell: Shell, words: list[str]) -> int:
    from .interpreter import Exit

    raise Exit(_number(words, shell.status))


async def _return(shell: Shell, words: list[str]) -> int:
    from .interpreter import Return

    raise Return(_number(words, shell.status))


async def _break(shell: Shell, words: list[str]) -> int:
    from .interpreter import LoopControl

    raise LoopControl(words[0], max(_number(words, 1), 1))


async def _eval(shell: Shell, words: list[str]) -> int:
    from .parser import parse

    return await shell.execute(parse(" ".join(words[1:])))


async def _source(shell: Shell, words: list[str]) -> int:
    from .parser import parse

    path = resolve(shell.process.cwd, words[1]) if len(words) > 1 else ""
    if not shell.process.files.is_file(path):
        shell.process.complain(f"{shell.name}: .: can't open '{words[1] if len(words) > 1 else ''}': No such file or directory")
        return 2
    return await shell.execute(parse(shell.process.files.read(path).decode(errors="replace")))


async def _exec(shell: Shell, words: list[str]) -> int:
    from .interpreter import Exit

    if len(words) == 1:
        return 0
    # The program takes the shell's place, with its signals if it is the container's first process.
    program = shell.process.programs.get(words[1].rpartition("/")[2])
    if program is None:
        shell.process.complain(f"{shell.name}: exec: {words[1]}: not found")
        raise Exit(127)
    process = shell.process
    process.argv, process.env = words[1:], shell.environment
    process.handlers.clear()
    raise Exit(await program(process))


async def _wait(shell: Shell, words: list[str]) -> int:
    jobs, shell.jobs = shell.jobs, []
    if not jobs:
        return 0
    shell.interrupted.clear()
    signal: asyncio.Future[object] = asyncio.ensure_future(shell.interrupted.wait())
    everything: asyncio.Future[object] = asyncio.ensure_future(asyncio.gather(*jobs, return_exceptions=True))
    try:
        await asyncio.wait({signal, everything}, return_when=asyncio.FIRST_COMPLETED)
        if everything.done():
            codes: list[object] = everything.result()  # type: ignore[assignment]
            return codes[-1] if isinstance(codes[-1], int) else 1
        return 143  # a trapped signal ends the waiting at once
    finally:
        signal.cancel()
        if not everything.done():
            everything.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await everything


async def _trap(shell: Shell, words: list[str]) -> int:
    if len(words) < 3:
        return 0
    for signal in words[2:]:
        name = {"15": "TERM", "2": "INT", "0": "EXIT"}.get(signal, signal.removeprefix("SIG"))
        shell.trap(name, words[1])
    return 0


async def _type(shell: Shell, words: list[str]) -> int:
    status = 0
    for name in words[1:]:
        if name in ("-v", "-p"):
            continue
        if name in BUILTINS or name in shell.functions:
            shell.process.print(name)
        elif name in shell.process.programs:
            shell.process.print(f"/bin/{name}")
        else:
            status = 127
    return status


BUILTINS: dict[str, Builtin] = {
    ":": _true, "cd": _cd, "export": _export, "unset": _unset, "read": _read, "set": _set, "shift": _shift, "exit": _exit, "return": _return,
    "break": _break, "continue": _break, "eval": _eval, ".": _source, "source": _source, "exec": _exec, "wait": _wait, "trap": _trap, "command": _type,
    "type": _type, "local": _export, "readonly": _export}
