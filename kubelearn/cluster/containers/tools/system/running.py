"""Tools that run other programs, or say where they are: xargs, timeout, watch, time, which, vi."""

from __future__ import annotations

import asyncio
import shlex
import time

from kubelearn.cluster.containers.executables import path_of
from kubelearn.cluster.containers.process import SIGKILL, Process, Program, execute, signal_number
from kubelearn.cluster.containers.tools.commands import cannot_run, run_command
from kubelearn.cluster.containers.tools.options import (
    Given,
    Misuse,
    UsageError,
    applet,
    busybox_of,
    duration,
    number,
    read_all,
)
from kubelearn.cluster.streams import NullReader

_TIMED_OUT = 124
_FAILED = 123


@applet(
    "[-0rt] [-n N] [-L N] [-P N] [-I STR] [PROG ARGS]",
    "0rt",
    "nLPI",
    ends=True,
    long={"null": "0", "no-run-if-empty": "r", "max-args": "n", "max-procs": "P", "verbose": "t"},
)
async def _xargs(process: Process, given: Given) -> int:
    command = given.operands or ["echo"]
    text = (await read_all(process)).decode(errors="replace")
    status = 0
    for arguments in _groups(text, given):
        if "I" in given:
            words = [word.replace(given.get("I"), arguments[0]) for word in command]
        else:
            words = command + arguments
        if "t" in given:
            process.complain(" ".join(words))
        code = await run_command(process, words, stdin=NullReader())
        if code == 127:
            return code
        status = _FAILED if code else status
    return status


def _groups(text: str, given: Given) -> list[list[str]]:
    """Return the arguments of one call after another; with none there is one call, unless ``-r`` forbids it."""
    if "0" in given:
        items = text.removesuffix("\0").split("\0") if text else []
    elif given.any("IL"):
        items = [line.strip() for line in text.splitlines() if line.strip()]
    else:
        try:
            items = shlex.split(text, posix=True)
        except ValueError:
            raise UsageError("unmatched single quote; use -0 to avoid it") from None
    if "I" in given:
        return [[item] for item in items]
    if "L" in given:
        return [
            [word for line in items[at : at + number(given.get("L"))] for word in line.split()]
            for at in range(0, len(items), number(given.get("L")))
        ]
    size = number(given.get("n", "0")) or max(len(items), 1)
    return [items[at : at + size] for at in range(0, len(items), size)] or ([] if "r" in given else [[]])


@applet("[-s SIG] [-k KILL_SECS] SECS PROG ARGS", "", "sk", operands=(2, None), ends=True, failure=(1, 125))
async def _timeout(process: Process, given: Given) -> int:
    seconds, name = duration(given.operands[0], process), given.operands[1]
    signal, _ = signal_number([f"-{given.get('s', 'TERM')}"])
    if signal is None:
        name = given.get("s")
        raise UsageError(f"unknown signal '{name}'") if busybox_of(process) else Misuse(f"'{name}': invalid signal")
    program = process.program(name)
    if program is None:
        return cannot_run(process, name)
    child = process.child(given.operands[1:], pid=process.processes.reserve())
    task = asyncio.create_task(execute(program, child))
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds or None)
        if done:
            return task.result()
        process.processes.signal(child.pid, signal)
        if "k" in given:
            done, _ = await asyncio.wait({task}, timeout=duration(given.get("k")))
            if not done:
                signal = SIGKILL
                process.processes.signal(child.pid, signal)
        code = await task
        if busybox_of(process):  # which lets the program take its place: it is that which was killed
            process.killed = signal
    finally:
        task.cancel()
    return code if busybox_of(process) or signal == SIGKILL else _TIMED_OUT


@applet("[-n SEC] [-t] PROG ARGS", "t", "n", operands=(1, None), ends=True)
async def _watch(process: Process, given: Given) -> int:
    seconds, command = duration(given.get("n", "2")), " ".join(given.operands)
    while True:
        process.stdout.write(b"\x1b[H\x1b[J")
        if "t" not in given:
            when = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
            process.print(f"Every {seconds:.1f}s: {command:<50} {when}\n")
        await run_command(process, ["sh", "-c", command], stdin=NullReader())
        await process.stdout.drain()
        await asyncio.sleep(seconds)


@applet("[-p] PROG ARGS", "p", operands=(1, None), ends=True)
async def _time(process: Process, given: Given) -> int:
    begin = time.monotonic()
    status = await run_command(process, given.operands)
    minutes, seconds = divmod(time.monotonic() - begin, 60)
    if "p" in given:
        process.complain(f"real {minutes * 60 + seconds:.2f}\nuser 0.00\nsys 0.00")
    else:
        process.complain(f"real\t{minutes:.0f}m {seconds:.2f}s\nuser\t0m 0.00s\nsys\t0m 0.00s")
    return status


async def _plainly(process: Process, given: Given) -> int:
    return await run_command(process, given.operands)


_nohup = applet("PROG ARGS", operands=(1, None), ends=True)(_plainly)


@applet("[-a] COMMAND...", "a", operands=(1, None))
async def _which(process: Process, given: Given) -> int:
    status = 0
    for name in given.operands:
        if process.program(name) is not None:
            process.print(path_of(process, name))
        else:
            status = 1
    return status


async def _vi(process: Process) -> int:
    process.complain(f"{process.argv[0]}: there is no editor in this cluster's containers; 'cat > FILE' writes one")
    return 127


TOOLS: dict[str, Program] = {
    "xargs": _xargs,
    "timeout": _timeout,
    "watch": _watch,
    "time": _time,
    "nohup": _nohup,
    "setsid": _nohup,
    "nice": applet("[-n ADJUST] [PROG ARGS]", "", "n", operands=(1, None), ends=True)(_plainly),
    "which": _which,
    "vi": _vi,
}
