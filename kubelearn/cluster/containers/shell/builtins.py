"""Commands that are part of the shell, because they change it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import SIGINT, SIGTERM, signal_number

from .control import Exit, LoopControl, Return
from .parser import parse

if TYPE_CHECKING:
    from .interpreter import Shell

Builtin = Callable[["Shell", list[str]], Awaitable[int]]


async def _true(_shell: Shell, _words: list[str]) -> int:
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


async def _local(shell: Shell, words: list[str]) -> int:
    if not shell.locals:
        shell.process.complain(f"{shell.name}: local: not in a function")
        return 2
    for word in words[1:]:
        name, equals, value = word.partition("=")
        shell.locals[-1].setdefault(name, shell.variables.get(name))
        if equals:
            shell.assign(name, value)
    return 0


async def _unset(shell: Shell, words: list[str]) -> int:
    for name in words[1:]:
        shell.variables.pop(name, None)
        shell.exported.discard(name)
        shell.functions.pop(name, None)
    return 0


async def _read(shell: Shell, words: list[str]) -> int:
    names = [word for word in words[1:] if not word.startswith("-")] or ["REPLY"]
    raw = any(word.startswith("-") and "r" in word for word in words[1:])
    line = bytearray()
    while True:
        byte = await shell.process.stdin.read(1)
        if not byte or byte == b"\n":
            break
        line += byte
    text = line.decode(errors="replace")
    fields = shell.split(text if raw else re.sub(r"\\(.)", r"\1", text), len(names))
    for index, name in enumerate(names):
        value = fields[index] if index < len(fields) else ""
        shell.assign(name, value if "IFS" in shell.variables else value.strip())
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
    raise Exit(_number(words, shell.status))


async def _return(shell: Shell, words: list[str]) -> int:
    raise Return(_number(words, shell.status))


async def _break(shell: Shell, words: list[str]) -> int:
    if not shell.loops:
        return 0
    raise LoopControl(words[0], max(_number(words, 1), 1))


async def _eval(shell: Shell, words: list[str]) -> int:
    return await shell.execute(parse(" ".join(words[1:])))


async def _source(shell: Shell, words: list[str]) -> int:
    name = words[1] if len(words) > 1 else ""
    path = resolve(shell.process.cwd, name) if name else ""
    if not shell.process.files.is_file(path):
        shell.process.complain(f"{shell.name}: .: can't open '{name}': No such file or directory")
        return 2
    return await shell.execute(parse(shell.process.files.read(path).decode(errors="replace")))


async def _exec(shell: Shell, words: list[str]) -> int:
    if len(words) == 1:
        return 0
    # The program takes the shell's place, with its signals if it is the container's first process.
    program = shell.process.program(words[1])
    if program is None:
        shell.process.complain(f"{shell.name}: exec: {words[1]}: not found")
        raise Exit(127)
    process = shell.process
    process.argv = words[1:]
    process.env = shell.environment
    process.handlers.clear()
    raise Exit(await program(process))


async def _wait(shell: Shell, words: list[str]) -> int:
    chosen = [int(word.lstrip("%")) for word in words[1:] if word.lstrip("%").isdigit()]
    jobs = {pid: task for pid, task in shell.jobs.items() if not chosen or pid in chosen}
    if len(words) > 1 and not jobs:
        return 127
    if not jobs:
        return 0
    shell.interrupted.clear()
    if shell.pending:
        return 143
    signal = asyncio.ensure_future(shell.interrupted.wait())
    try:
        waiting: set[asyncio.Future[Any]] = set(jobs.values())
        while waiting:
            done, waiting = await asyncio.wait({signal, *waiting}, return_when=asyncio.FIRST_COMPLETED)
            if signal in done:
                return 143  # a trapped signal ends the waiting at once; the jobs go on
            waiting.discard(signal)
    finally:
        signal.cancel()
    for pid in jobs:
        del shell.jobs[pid]
    return _result(jobs[max(jobs)]) if chosen else 0


def _result(task: asyncio.Task[int]) -> int:
    if task.cancelled():
        return 143
    return 1 if task.exception() else task.result()


async def _kill(shell: Shell, words: list[str]) -> int:
    """``kill [-SIGNAL] PID|%JOB…``: jobs of this shell, and the container's processes."""
    number, targets = signal_number(words[1:])
    if number is None:
        shell.process.complain(f"{shell.name}: bad signal name '{words[1].lstrip('-')}'")
        return 1
    status = 0
    for target in targets:
        pid = int(target.lstrip("%")) if target.lstrip("%").isdigit() else -1
        task = shell.jobs.get(pid)
        if pid == shell.pid and number in shell.process.handlers:
            shell.process.handlers[number]()
        elif task is not None and not task.done():
            if number:
                task.cancel()
        elif not shell.process.processes.signal(pid, number):
            shell.process.complain(f"{shell.name}: can't kill pid {target}: No such process")
            status = 1
    return status


async def _command(shell: Shell, words: list[str]) -> int:
    if len(words) > 1 and words[1] not in ("-v", "-V", "-p"):
        builtin = BUILTINS.get(words[1])
        return await (builtin(shell, words[1:]) if builtin else shell.spawn(words[1:], shell.environment))
    return await _type(shell, words)


async def _trap(shell: Shell, words: list[str]) -> int:
    if len(words) < 3:
        return 0
    for signal in words[2:]:
        name = {"15": "TERM", "2": "INT", "0": "EXIT"}.get(signal, signal.removeprefix("SIG"))
        _set_trap(shell, name, words[1])
    return 0


def _set_trap(shell: Shell, signal: str, action: str) -> None:
    """Set what happens on a signal; ``-`` is what would happen anyhow."""
    handlers = shell.process.handlers
    number = {"TERM": SIGTERM, "INT": SIGINT}.get(signal)
    if action == "-":
        shell.traps.pop(signal, None)
        if number is not None:
            handlers.pop(number, None)
        return
    shell.traps[signal] = action
    if number is not None:
        handlers[number] = lambda: shell.signalled(action)


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
    ":": _true,
    "cd": _cd,
    "export": _export,
    "unset": _unset,
    "read": _read,
    "set": _set,
    "shift": _shift,
    "exit": _exit,
    "return": _return,
    "break": _break,
    "continue": _break,
    "eval": _eval,
    ".": _source,
    "source": _source,
    "exec": _exec,
    "wait": _wait,
    "trap": _trap,
    "command": _command,
    "type": _type,
    "local": _local,
    "kill": _kill,
    "umask": _true,
    "readonly": _export,
}
#: Assignments before these last.
SPECIAL = frozenset({":", ".", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "trap", "unset"})
