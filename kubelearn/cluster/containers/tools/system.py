"""Tools on processes and the machine: env, sleep, hostname, date, id, uname, ps and the like."""

from __future__ import annotations

import asyncio
import posixpath
import re
import time

from kubelearn.cluster.containers.process import Process, Program

from .options import UsageError, split, tool

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


async def _pwd(process: Process) -> int:
    process.print(process.cwd)
    return 0


async def _basename(process: Process) -> int:
    words = process.argv[1:]
    if not words:
        raise UsageError("missing operand")
    if process.argv[0] == "dirname":
        process.print(posixpath.dirname(words[0]) or ".")
        return 0
    name = posixpath.basename(words[0].rstrip("/"))
    process.print(name.removesuffix(words[1]) if len(words) > 1 else name)
    return 0


async def _env(process: Process) -> int:
    words = process.argv[1:]
    env = dict(process.env)
    if words[:1] in (["-i"], ["-"]):
        env, words = {}, words[1:]
    while words and "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        env[name] = value
    if not words:
        for name, value in env.items():
            process.print(f"{name}={value}")
        return 0
    program = process.programs.get(words[0].rpartition("/")[2])
    if program is None:
        process.complain(f"env: can't execute '{words[0]}': No such file or directory")
        return 127
    return await program(process.child(words, env=env))


async def _mount(process: Process) -> int:
    if process.argv[1:]:
        process.complain("mount: permission denied (are you root?)")
        return 1
    process.print("overlay on / type overlay (rw,relatime)")
    for path, volume in process.files.mounts.items():
        way = "ro" if volume.read_only else "rw"
        process.print(f"{volume.source} on {path} type {volume.kind} ({way},relatime)")
    return 0


async def _printenv(process: Process) -> int:
    names = process.argv[1:]
    for name in names or process.env:
        if name not in process.env:
            return 1
        process.print(process.env[name] if names else f"{name}={process.env[name]}")
    return 0


async def _sleep(process: Process) -> int:
    if len(process.argv) < 2:
        raise UsageError("missing operand")
    seconds = 0.0
    for word in process.argv[1:]:
        found = re.fullmatch(r"(\d+(?:\.\d+)?|\.\d+)([smhd]?)", word)
        if word == "infinity":
            await asyncio.Event().wait()
        if found is None:
            raise UsageError(f"invalid number '{word}'")
        seconds += float(found.group(1)) * _UNITS[found.group(2)]
    while seconds > 0:  # the event loop's clock does not like years
        await asyncio.sleep(min(seconds, 86400.0))
        seconds -= 86400.0
    return 0


async def _hostname(process: Process) -> int:
    options, names = split(process.argv, "isfd", "")
    if names:
        process.complain("hostname: sethostname: Operation not permitted")
        return 1
    if "i" in options:
        process.print(process.network.ip)
    elif "f" in options or "d" in options:
        known = process.network.hosts.find(process.hostname)
        full = process.hostname if known is None else known.name
        process.print(full if "f" in options else full.partition(".")[2])
    else:
        process.print(process.hostname.partition(".")[0] if "s" in options else process.hostname)
    return 0


async def _date(process: Process) -> int:
    form = next((word[1:] for word in process.argv[1:] if word.startswith("+")), "%a %b %e %H:%M:%S UTC %Y")
    now = time.time()
    process.print(time.strftime(form.replace("%N", f"{int(now % 1 * 1e9):09d}"), time.gmtime(now)))
    return 0


async def _id(process: Process) -> int:
    if process.argv[0] == "whoami":
        process.print("root")
    elif "-u" in process.argv:
        process.print("0")
    else:
        process.print("uid=0(root) gid=0(root) groups=0(root)")
    return 0


async def _uname(process: Process) -> int:
    process.print(f"Linux {process.hostname} 6.1.0-kubelearn #1 SMP x86_64 Linux" if "-a" in process.argv else "Linux")
    return 0


async def _true(_process: Process) -> int:
    return 0


async def _false(_process: Process) -> int:
    return 1


async def _yes(process: Process) -> int:
    line = (" ".join(process.argv[1:]) or "y").encode() + b"\n"
    while True:
        process.stdout.write(line * 100)
        await process.stdout.drain()
        await asyncio.sleep(0)


async def _ps(process: Process) -> int:
    shown = dict(process.processes.running)
    if not process.number:
        shown[process.processes.next] = " ".join(process.argv)
    process.print("PID   USER     TIME  COMMAND")
    for number, command in shown.items():
        process.print(f"{number:5} {'65535' if command == '/pause' else 'root':8}  0:00 {command}")
    return 0


async def _kill(process: Process) -> int:
    """``kill`` outside a shell: of processes it knows only the first, and cannot signal that."""
    status = 0
    for word in [word for word in process.argv[1:] if word.isdigit()]:
        if word != "1":
            process.complain(f"kill: can't kill pid {word}: No such process")
            status = 1
        elif "-0" not in process.argv:
            process.complain("kill: signals to process 1 are not supported in this shell")
            status = 1
    return status


async def _nproc(process: Process) -> int:
    process.print("2")
    return 0


async def _free(process: Process) -> int:
    process.print("              total        used        free      shared  buff/cache   available")
    process.print("Mem:        4028440     1204312      904128       12044     1920000     2560128")
    process.print("Swap:             0           0           0")
    return 0


TOOLS: dict[str, Program] = {
    "pwd": tool(_pwd),
    "basename": tool(_basename),
    "dirname": tool(_basename),
    "env": tool(_env),
    "mount": tool(_mount),
    "printenv": tool(_printenv),
    "sleep": tool(_sleep),
    "hostname": tool(_hostname),
    "date": tool(_date),
    "id": tool(_id),
    "whoami": tool(_id),
    "uname": tool(_uname),
    "true": _true,
    "false": _false,
    "kill": tool(_kill),
    "nproc": tool(_nproc),
    "free": tool(_free),
    "yes": _yes,
    "ps": tool(_ps),
}
