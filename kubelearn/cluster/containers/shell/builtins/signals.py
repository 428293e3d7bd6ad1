"""``kill``, as shells have it: jobs of theirs, and the container's processes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kubelearn.cluster.containers.process import HARMLESS, SIGNAL_NAMES, SIGNALS, SIGTERM, is_number, signal_named
from kubelearn.cluster.containers.shell import wording

from .declaring import Given, Refusal, builtin, table
from .jobs import chosen, pid_of

if TYPE_CHECKING:
    from kubelearn.cluster.containers.shell.state import ShellState

_DASH_USAGE = "Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]"


@builtin("kill", usage="[-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]")
async def _kill(shell: ShellState, given: Given) -> int:
    """``kill [-SIGNAL] PID|%JOB…``"""
    if given.operands[:1] == ["-l"]:
        return _list(shell, given.operands[1:])
    number, targets = _signal(shell, list(given.operands))
    if not targets:
        raise _without_target(shell)
    status = 0
    for target in targets:
        status = _send(shell, target, number) or status
        await asyncio.sleep(0)  # a signal to oneself ends this very command
    return status


def _without_target(shell: ShellState) -> Refusal:
    like = wording.dialect(shell)
    if like == "dash":
        return Refusal(_DASH_USAGE)
    if like == "bash":
        return Refusal("", usage=True)
    return Refusal(f"{shell.name}: you need to specify whom to kill", 1, plain=True)


def _signal(shell: ShellState, words: list[str]) -> tuple[int, list[str]]:
    """Return the signal, TERM by default, and the words after it.

    Raises:
        Refusal: there is no such signal.
    """
    like = wording.dialect(shell)
    if not words or not words[0].startswith("-") or len(words[0]) < 2:
        return SIGTERM, words
    name, rest = words[0][1:], words[1:]
    if name == "-":
        return SIGTERM, rest
    valued = ("s", "n") if like == "bash" else ("s",)
    if name in valued:
        if not rest:
            if like == "ash":
                raise _unknown(shell, "s")
            raise Refusal(wording.trouble(like, "value", name))
        name, rest = rest[0], rest[1:]
        number = signal_named(name)
        if number is None and like == "dash":
            raise Refusal(f"invalid signal number or name: {name}")
    else:
        number = signal_named(name)
        if number is None and like == "dash":
            raise Refusal(wording.trouble(like, "option", name[0]))
    if number is None:
        raise _unknown(shell, name)
    return number, rest


def _unknown(shell: ShellState, name: str) -> Refusal:
    if wording.dialect(shell) == "bash":
        return Refusal(wording.trouble("bash", "signal", name))
    return Refusal(f"{shell.name}: bad signal name '{name}'", 1, plain=True)


def _send(shell: ShellState, target: str, number: int) -> int:
    """Send a signal to one process; return 0 unless that fails."""
    like = wording.dialect(shell)
    group = target.removeprefix("-")
    pid = pid_of(shell, group)
    if pid < 0:
        return _no_process(shell, target)
    task = shell.jobs.get(pid)
    if pid == shell.pid and number in shell.process.handlers:
        shell.process.handlers[number]()
    elif task is not None and not task.done():
        if number in HARMLESS:
            return 0
        shell.killed[pid] = number
        task.cancel()
    elif group != target or not shell.process.processes.signal(pid, number):
        if like == "ash":
            shell.process.complain(f"{shell.name}: can't kill pid {target}: No such process")
        else:
            told = "No such process\n" if like == "dash" else f"({target}) - No such process"
            wording.complain(shell, told, command="kill")
        return 1
    return 0


def _no_process(shell: ShellState, target: str) -> int:
    """Say that a word is no process; return the exit code."""
    like = wording.dialect(shell)
    if target.startswith("%"):
        chosen(shell, target)  # refuses it
    if like == "dash":
        raise Refusal(wording.trouble(like, "number", target))
    if like == "bash":
        text = f"{target}: arguments must be process or job IDs" if target else "`': not a pid or valid job spec"
        wording.complain(shell, text, command="kill")
        return 1
    if target:
        shell.process.complain(f"{shell.name}: invalid number '{target}'")
    return int(bool(target))


def _list(shell: ShellState, words: list[str]) -> int:
    """``kill -l``: all signals, or the names of numbers and the other way round."""
    like = wording.dialect(shell)
    if not words:
        shell.process.print(listing(like))
    status = 0
    for word in words:
        at = int(word) if is_number(word) else 0
        at = at - 128 if at > 128 else at
        if is_number(word) and (at in SIGNAL_NAMES or (at == 0 and like != "dash")):
            shell.process.print(SIGNAL_NAMES.get(at, "EXIT"))
        elif is_number(word) and like == "ash":
            shell.process.print(word)
        elif like == "dash":
            wrong = f"invalid signal number or exit status: {word}" if is_number(word) else f"Illegal number: {word}"
            raise Refusal(wrong)
        elif not is_number(word) and (found := signal_named(word)) is not None:
            shell.process.print(str(found))
        elif like == "bash":
            wording.complain(shell, wording.trouble(like, "signal", word), command="kill")
            status = 1
        else:
            shell.process.complain(f"{shell.name}: unknown signal '{word}'")
            status = 1
    return status


def listing(like: str) -> str:
    """Return all signals, as a shell lists them."""
    if like == "dash":
        return "\n".join(["0", *SIGNALS])
    if like == "ash":
        return "\n".join(f"{number:2}) {name}" for name, number in SIGNALS.items())
    cells = [f"{number:2}) SIG{name}" for name, number in SIGNALS.items()]
    return "\n".join("\t".join(cells[at : at + 5]) for at in range(0, len(cells), 5))


BUILTINS = table(_kill)
