"""Tools on the container's processes: ps, top, kill, pidof, pgrep, pkill."""

from __future__ import annotations

import asyncio
import re

from kubelearn.cluster.containers.process import (
    SIGNAL_NAMES,
    SIGTERM,
    Process,
    Program,
    is_number,
    signal_named,
    signal_number,
)
from kubelearn.cluster.containers.tools.options import Given, UsageError, applet, duration, number, tool

from .accounts import users_of

_COLUMNS = {"pid": 5, "ppid": 5, "user": 8, "time": 5, "comm": 16, "args": 0}
_SUMMARY = """Mem: 3124312K used, 904128K free, 12044K shrd, 64000K buff, 1856000K cached
CPU:   1% usr   1% sys   0% nic  98% idle   0% io   0% irq   0% sirq
Load average: 0.10 0.10 0.10 1/200 {last}
  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND"""


def _facts(process: Process) -> list[dict[str, str]]:
    """Return what can be shown of each process of the container."""
    uid = process.user.uid
    known = users_of(process).get(uid)
    user = known.name[: _COLUMNS["user"]] if known else str(uid)
    return [
        {
            "pid": str(pid),
            "ppid": "0" if pid == 1 else "1",
            "user": "65535" if argv == ["/pause"] else user,
            "time": "0:00",
            "comm": argv[0].rpartition("/")[2][:15],
            "args": " ".join(argv),
        }
        for pid, argv in process.processes.commands.items()
    ]


@applet("[-o COL1,COL2=HEADER] [-T]", "aAdeflTwx", "o", operands=(0, 1))
async def _ps(process: Process, given: Given) -> int:
    """``ps``: BusyBox' always shows all processes, whatever is asked for."""
    wanted = "pid,user,time,args" if "o" not in given else ",".join(given.all("o"))
    columns = [column.partition("=")[::2] for column in wanted.split(",")]
    for name, _ in columns:
        if name not in _COLUMNS:
            raise UsageError(f"bad -o argument '{name}', supported arguments: {','.join(sorted(_COLUMNS))}")
    titles = {name: title or ("COMMAND" if name in ("args", "comm") else name.upper()) for name, title in columns}
    for facts in [titles, *_facts(process)]:
        line = " ".join(_cell(name, facts[name], is_title=facts is titles) for name in titles)
        process.print(line.rstrip())
    return 0


def _cell(name: str, text: str, *, is_title: bool) -> str:
    width = _COLUMNS[name]
    return text.rjust(width) if name in ("pid", "ppid", "time") and not is_title else text.ljust(width)


@applet("[-bH] [-n COUNT] [-d SECONDS]", "bH", "nd")
async def _top(process: Process, given: Given) -> int:
    count = number(given.get("n", "0"))
    shown = 0
    while True:
        running = _facts(process)
        process.print(_SUMMARY.format(last=running[-1]["pid"]))
        for facts in running:
            process.print(f"{facts['pid']:>5} {facts['ppid']:>5} root     S     4400   0%   0   0% {facts['args']}")
        await process.stdout.drain()
        shown += 1
        if shown == count:
            return 0
        await asyncio.sleep(duration(given.get("d", "5")))


def _whom(words: list[str]) -> tuple[int, list[str]]:
    """Return the signal that is sent, and to whom."""
    number_, targets = signal_number(words)
    if number_ is None:
        raise UsageError(f"bad signal name '{words[0].lstrip('-')}'")
    if not targets:
        raise UsageError("you need to specify whom to kill")
    return number_, targets


async def _kill(process: Process) -> int:
    if process.argv[1:2] == ["-l"]:
        return _list(process, process.argv[2:])
    number_, targets = _whom(process.argv[1:])
    status = 0
    for target in targets:
        if not is_number(target):
            process.complain(f"kill: invalid number '{target}'")
            status = 1
        elif not process.processes.signal(int(target), number_):
            process.complain(f"kill: can't kill pid {target}: No such process")
            status = 1
    return status


def _list(process: Process, words: list[str]) -> int:
    """``kill -l``: all signals, or the names of numbers and the other way round."""
    for number_, name in SIGNAL_NAMES.items() if not words else ():
        process.print(f"{number_:2}) {name}")
    for word in words:
        if is_number(word):
            at = int(word) - 128 if int(word) > 128 else int(word)
            process.print(SIGNAL_NAMES.get(at, word))
        elif (found := signal_named(word)) is not None:
            process.print(str(found))
        else:
            raise UsageError(f"unknown signal '{word}'")
    return 0


@applet("[-s] NAME...", "s", operands=(1, None))
async def _pidof(process: Process, given: Given) -> int:
    found = [facts["pid"] for facts in _facts(process) if facts["comm"] in given.operands]
    if found:
        process.print(" ".join(reversed(found[-1:] if "s" in given else found)))
    return 0 if found else 1


async def _killall(process: Process) -> int:
    number_, names = _whom([word for word in process.argv[1:] if word != "-q"])
    status = 0
    for name in names:
        found = [facts["pid"] for facts in _facts(process) if facts["comm"] == name]
        for pid in found:
            process.processes.signal(int(pid), number_)
        if not found:
            process.complain(f"killall: {name}: no process killed")
            status = 1
    return status


@applet("[-flnovx] PATTERN", "flnovx", operands=(1, 1))
async def _pgrep(process: Process, given: Given) -> int:
    found = _matching(process, given)
    for facts in found:
        process.print(f"{facts['pid']} {facts['args']}" if "l" in given else facts["pid"])
    return 0 if found else 1


async def _pkill(process: Process, given: Given) -> int:
    found = _matching(process, given)
    for facts in found:
        process.processes.signal(int(facts["pid"]), SIGTERM)
    return 0 if found else 1


def _matching(process: Process, given: Given) -> list[dict[str, str]]:
    """Return the processes whose name, with ``-f`` the whole command line, a pattern matches; never oneself."""
    try:
        pattern = re.compile(given.operands[0])
    except re.error:
        raise UsageError(f"bad regex '{given.operands[0]}'") from None
    match = pattern.fullmatch if "x" in given else pattern.search
    others = [facts for facts in _facts(process) if facts["pid"] != str(process.pid)]
    found = [facts for facts in others if bool(match(facts["args" if "f" in given else "comm"])) != ("v" in given)]
    if "n" in given:
        return found[-1:]
    return found[:1] if "o" in given else found


TOOLS: dict[str, Program] = {
    "ps": _ps,
    "top": _top,
    "kill": tool(_kill, "[-l] [-SIG] PID..."),
    "killall": tool(_killall, "[-lq] [-SIG] NAME..."),
    "pidof": _pidof,
    "pgrep": _pgrep,
    "pkill": applet("[-fnovx] PATTERN", "fnovx", operands=(1, 1))(_pkill),
}
