"""Jobs in the background: jobs, wait, fg, bg."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from kubelearn.cluster.containers.process import SIGTERM, is_number
from kubelearn.cluster.containers.shell import wording

from .declaring import Given, Refusal, builtin, table

if TYPE_CHECKING:
    from kubelearn.cluster.containers.shell.state import ShellState

#: Exit code of ``wait`` for a process that is no job of this shell.
_NOT_A_CHILD = 127


def numbered(shell: ShellState) -> dict[int, int]:
    """Return the jobs: number → process; those of the shell that a subshell is of, if it has none."""
    known = shell.jobs or shell.jobs_before
    return {number: pid for number, pid in enumerate(known, 1) if pid in shell.jobs or not known[pid].done()}


def pid_of(shell: ShellState, word: str) -> int:
    """Return the process that a number or ``%JOB`` means, -1 for none."""
    if not word.startswith("%"):
        return int(word) if is_number(word) else -1
    known, name = numbered(shell), word[1:]
    if is_number(name):
        return known.get(int(name), -1)
    running = [pid for pid in known.values() if pid in shell.jobs and not shell.jobs[pid].done()] or [*known.values()]
    if name in ("", "%", "+"):
        return running[-1] if running else -1
    if name == "-":
        return running[-2] if len(running) > 1 else -1
    return next((pid for pid in reversed(running) if _command(shell, pid).startswith(name)), -1)


def _command(shell: ShellState, pid: int) -> str:
    return " ".join(shell.process.processes.commands.get(pid, []))


def chosen(shell: ShellState, word: str) -> int:
    """Return the process of a job that is named.

    Raises:
        Refusal: there is none.
    """
    pid = pid_of(shell, word)
    if pid < 0 and word.startswith("%"):
        raise Refusal(wording.trouble(wording.dialect(shell), "job", word))
    return pid


@builtin("jobs", "lp", bash="lnprsx", usage="[-lnprs] [jobspec ...] or jobs -x command [args]")
async def _jobs(shell: ShellState, given: Given) -> int:
    like, known = wording.dialect(shell), numbered(shell)
    tasks = shell.jobs or shell.jobs_before
    wanted = [chosen(shell, word) for word in given.operands]
    running = [pid for pid in known.values() if not tasks[pid].done()]
    for number, pid in known.items():
        if pid not in running or (wanted and pid not in wanted):
            continue
        if "p" in given:
            shell.process.print(str(pid))
            continue
        mark = "+" if pid == running[-1] else "-" if pid in running[-2:] else " "
        width = 24 if like == "bash" else 27
        # Without job control ash and dash do not know what a job is called.
        command = f"{_command(shell, pid)} &" if like == "bash" else _command(shell, pid) * shell.process.tty
        between = f"{pid} " if "l" in given else ""
        before = f"[{number}]{mark} {' ' * (like != 'bash' or not between)}{between}"
        shell.process.print(f"{before}{'Running':<{width}}{command}")
    return 0


@builtin("wait", "", ash="n", bash="fnp:", usage="[-fn] [-p var] [id ...]")
async def _wait(shell: ShellState, given: Given) -> int:
    """``wait [PID|%JOB…]``: the exit code is that of the last one that is named; of a stranger it is 127."""
    named = [_waited(shell, word) for word in given.operands]
    jobs = {pid: task for pid, task in shell.jobs.items() if not named or pid in named}
    if jobs:
        signalled = await _ends(shell, set(jobs.values()), first="n" in given)
        if signalled:
            return 143  # a trapped signal ends the waiting at once; the jobs go on
    ended = [pid for pid, task in jobs.items() if task.done()][: 1 if "n" in given else None]
    for pid in ended:
        shell.ended[pid] = _result(shell, pid, shell.jobs.pop(pid), told=bool(named) or "n" in given)
    if "n" in given:
        return shell.ended[ended[0]] if ended else _NOT_A_CHILD
    return shell.ended.get(named[-1], _NOT_A_CHILD) if named else 0


def _waited(shell: ShellState, word: str) -> int:
    """Return the process that is waited for, -1 for a stranger.

    Raises:
        Refusal: that is no process.
    """
    like = wording.dialect(shell)
    pid = chosen(shell, word) if like != "bash" or not word.startswith("%") else pid_of(shell, word)
    if pid < 0 and not word.startswith("%"):
        wrong = f"`{word}': not a pid or valid job spec"
        raise Refusal(wrong if like == "bash" else wording.trouble(like, "number", word))
    if like == "bash" and pid not in shell.jobs and pid not in shell.ended:
        is_job = word.startswith("%")
        wrong = wording.trouble(like, "job", word) if is_job else f"pid {word} is not a child of this shell"
        wording.complain(shell, wrong, command="wait")
        return -1
    return pid


async def _ends(shell: ShellState, tasks: set[asyncio.Task[int]], *, first: bool) -> bool:
    """Wait until jobs have ended, or the first of them; return whether a trapped signal came before that."""
    shell.interrupted.clear()
    if shell.pending:
        return True
    signal = asyncio.ensure_future(shell.interrupted.wait())
    waiting: set[asyncio.Future[Any]] = set(tasks)
    try:
        while waiting:
            done, waiting = await asyncio.wait({signal, *waiting}, return_when=asyncio.FIRST_COMPLETED)
            if signal in done:
                return True
            waiting.discard(signal)
            if first:
                break
    finally:
        signal.cancel()
    return False


def _result(shell: ShellState, pid: int, task: asyncio.Task[int], *, told: bool) -> int:
    """Return the exit code of a job, and say so if a signal has ended it."""
    if task.cancelled():
        signal = shell.killed.pop(pid, SIGTERM)
        if told and wording.dialect(shell) != "bash" and shell.node is not shell.final:
            wording.died(shell, signal)
        return 128 + signal
    return 1 if task.exception() else task.result()


def _current(shell: ShellState, given: Given) -> int:
    """Return the job that fg and bg are for.

    Raises:
        Refusal: there is none.
    """
    if wording.dialect(shell) == "bash" and not shell.process.tty:
        raise Refusal("no job control")
    pid = chosen(shell, given.operands[0] if given.operands else "%%") if shell.jobs or given.operands else -1
    if pid not in shell.jobs:
        raise Refusal("current: no such job" if wording.dialect(shell) == "bash" else "No current job")
    return pid


@builtin("fg", "", usage="[job_spec]")
async def _fg(shell: ShellState, given: Given) -> int:
    pid = _current(shell, given)
    shell.process.print(_command(shell, pid))
    return await _wait.run(shell, Given(operands=[str(pid)]))


@builtin("bg", "", usage="[job_spec ...]")
async def _bg(shell: ShellState, given: Given) -> int:
    pid = _current(shell, given)
    number = next(number for number, each in numbered(shell).items() if each == pid)
    shell.process.print(f"[{number}] {_command(shell, pid)}")
    return 0


BUILTINS = table(_bg, _fg, _jobs, _wait)
