"""Commands that are part of the shell, because they change it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from kubelearn.cluster.containers.executables import path_of
from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import SIGINT, SIGTERM, signal_number

from . import wording
from .control import Exit, LoopControl, Return
from .getopts import getopts
from .parser import parse

if TYPE_CHECKING:
    from .interpreter import Shell

Builtin = Callable[["Shell", list[str]], Awaitable[int]]
#: Exit code of ``wait`` for a process that is no job of this shell.
_NOT_A_CHILD = 127


async def _true(_shell: Shell, _words: list[str]) -> int:
    return 0


async def _cd(shell: Shell, words: list[str]) -> int:
    target = words[1] if len(words) > 1 else shell.variables.get("HOME", "/")
    if target == "-":
        target = shell.variables.get("OLDPWD", shell.process.cwd)
        shell.process.print(target)
    path = resolve(shell.process.cwd, target)
    if not shell.process.files.is_dir(path):
        why = "Not a directory" if shell.process.files.is_file(path) else "No such file or directory"
        wording.cd(shell, target, why)
        return 2
    shell.assign("OLDPWD", shell.process.cwd)
    shell.process.cwd = path
    shell.assign("PWD", path)
    return 0


async def _export(shell: Shell, words: list[str]) -> int:
    for word in words[1 + (words[1:2] == ["-p"]) :]:
        name, equals, value = word.partition("=")
        if equals:
            shell.variables[name] = value
        shell.exported.add(name)
    if words[1:] in ([], ["-p"]):
        for name in sorted(shell.exported & shell.variables.keys()):
            shell.process.print(f"export {name}='{shell.variables[name]}'")
    return 0


async def _local(shell: Shell, words: list[str]) -> int:
    if not shell.locals:
        wording.complain(shell, "not in a function", command="local")
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


#: What ``set -o`` calls an option, and what it is here.
_LONG = {"errexit": ["e"], "nounset": ["u"], "xtrace": ["x"], "allexport": ["a"], "pipefail": ["pipefail"]}


async def _set(shell: Shell, words: list[str]) -> int:
    rest = words[1:]
    if not rest:
        for name in sorted(shell.variables):
            shell.process.print(f"{name}='{shell.variables[name]}'")
        return 0
    while rest and rest[0][:1] in "-+" and rest[0] not in ("--", "-", "+"):
        change = shell.options.update if rest[0][0] == "-" else shell.options.difference_update
        flags, rest = list(rest[0][1:]), rest[1:]
        if flags[-1:] == ["o"] and rest:
            flags, rest = [*flags[:-1], *_LONG.get(rest[0], [])], rest[1:]
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
    if len(words) > 1 and not words[1].isdigit():
        wording.complain(shell, f"Illegal number: {words[1]}", command="exit")
        raise Exit(2)
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
        wording.complain(shell, f"can't open '{name}': No such file or directory", command=words[0])
        if wording.dialect(shell) == "bash":
            return 1
        raise Exit(2)
    return await shell.execute(parse(shell.process.files.read(path).decode(errors="replace")))


async def _exec(shell: Shell, words: list[str]) -> int:
    if len(words) == 1:
        return 0
    # The program takes the shell's place, with its signals if it is the container's first process.
    program = shell.process.program(words[1])
    if program is None:
        denied = shell.process.denies(words[1])
        wording.complain(shell, f"{words[1]}: {'Permission denied' if denied else 'not found'}", command="exec")
        raise Exit(126 if denied else 127)
    process = shell.process
    process.argv = words[1:]
    process.env = shell.environment
    process.handlers.clear()
    raise Exit(await program(process))


def _pid(shell: Shell, word: str) -> int:
    """Return the process that a number or ``%JOB`` means, -1 for none."""
    if not word.startswith("%"):
        return int(word) if word.isdigit() else -1
    jobs = list(shell.jobs)
    at = len(jobs) if word in ("%", "%%", "%+") else int(word[1:]) if word[1:].isdigit() else 0
    return jobs[at - 1] if 0 < at <= len(jobs) else -1


async def _wait(shell: Shell, words: list[str]) -> int:
    """``wait [PID|%JOB…]``: the exit code is that of the last one that is named; of a stranger it is 127."""
    chosen = [_pid(shell, word) for word in words[1:]]
    jobs = {pid: task for pid, task in shell.jobs.items() if not chosen or pid in chosen}
    if chosen and not jobs:
        return _NOT_A_CHILD
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
    if not chosen:
        return 0
    last = chosen[-1]
    return _result(shell, last, jobs[last]) if last in jobs else _NOT_A_CHILD


def _result(shell: Shell, pid: int, task: asyncio.Task[int]) -> int:
    """Return the exit code of a job, and say so if a signal has ended it."""
    if task.cancelled():
        signal = shell.killed.pop(pid, SIGTERM)
        if wording.dialect(shell) != "bash" and shell.node is not shell.final:
            wording.died(shell, signal)
        return 128 + signal
    return 1 if task.exception() else task.result()


async def _kill(shell: Shell, words: list[str]) -> int:
    """``kill [-SIGNAL] PID|%JOB…``: jobs of this shell, and the container's processes."""
    if words[1:2] == ["-l"]:
        return await shell.spawn(words, shell.environment)
    number, targets = signal_number(words[1:])
    if number is None:
        shell.process.complain(f"{shell.name}: bad signal name '{words[1].lstrip('-')}'")
        return 1
    if not targets:
        shell.process.complain(f"{shell.name}: you need to specify whom to kill")
        return 1
    status = 0
    for target in targets:
        pid = _pid(shell, target)
        task = shell.jobs.get(pid)
        if pid == shell.pid and number in shell.process.handlers:
            shell.process.handlers[number]()
        elif task is not None and not task.done():
            if number:
                shell.killed[pid] = number
                task.cancel()
        elif pid < 0:
            wrong = "no such job" if target.startswith("%") else f"invalid number '{target}'"
            shell.process.complain(f"{shell.name}: {wrong}")
            status = 1
        elif not shell.process.processes.signal(pid, number):
            shell.process.complain(f"{shell.name}: can't kill pid {target}: No such process")
            status = 1
        await asyncio.sleep(0)  # a signal to oneself ends this very command
    return status


async def _command(shell: Shell, words: list[str]) -> int:
    if len(words) > 1 and words[1] not in ("-v", "-V", "-p"):
        builtin = BUILTINS.get(words[1])
        return await (builtin(shell, words[1:]) if builtin else shell.spawn(words[1:], shell.environment))
    return _describe(shell, words[2:], short=words[1:2] == ["-v"])


async def _type(shell: Shell, words: list[str]) -> int:
    return _describe(shell, words[1:], short=False)


def _describe(shell: Shell, names: list[str], *, short: bool) -> int:
    """Say what names are: with ``command -v`` in a word, else in a sentence."""
    status = 0
    for name in names:
        if name in KEYWORDS:
            told, what = name, "a shell keyword"
        elif name in shell.functions:
            told, what = name, "a function"
        elif name in BUILTINS or name in _ALSO_BUILT_IN:
            told, what = name, "a special shell builtin" if name in SPECIAL else "a shell builtin"
        elif shell.process.program(name) is not None:
            told = what = path_of(shell.process, name)
        else:
            status = 127
            if not short:
                shell.process.print(f"{name}: not found")
            continue
        shell.process.print(told if short else f"{name} is {what}")
    return status


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


async def _readonly(shell: Shell, words: list[str]) -> int:
    for word in words[1:]:
        name, equals, value = word.partition("=")
        if equals:
            shell.assign(name, value)
        shell.constants.add(name)
    return 0


async def _let(shell: Shell, words: list[str]) -> int:
    values = [shell.arithmetic(word) for word in words[1:]]
    return int(not any(values[-1:]))


async def _jobs(shell: Shell, _words: list[str]) -> int:
    running = [pid for pid, task in shell.jobs.items() if not task.done()]
    commands = shell.process.processes.commands
    for number, pid in enumerate(running, 1):
        mark = "+" if pid == running[-1] else "-"
        shell.process.print(f"[{number}]{mark}  Running                    {' '.join(commands.get(pid, []))}")
    return 0


async def _umask(shell: Shell, words: list[str]) -> int:
    if len(words) == 1:
        shell.process.print("0022")
    return 0


async def _ulimit(shell: Shell, words: list[str]) -> int:
    shell.process.print("1048576" if words[1:] == ["-n"] else "unlimited")
    return 0


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
    "umask": _umask,
    "hash": _true,
    "times": _true,
    "readonly": _readonly,
    "let": _let,
    "jobs": _jobs,
    "ulimit": _ulimit,
    "getopts": getopts,
}
KEYWORDS = frozenset(
    ["!", "[[", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "then", "until", "while"]
)
#: Programs here, which real shells have built in.
_ALSO_BUILT_IN = frozenset({"[", "echo", "false", "printf", "pwd", "test", "true"})
#: Assignments before these last.
SPECIAL = frozenset({":", ".", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "trap", "unset"})
