"""Tools on the machine and its user: env, sleep, hostname, id, uname, df and the like."""

from __future__ import annotations

import asyncio
import posixpath

from kubelearn.cluster.containers.proc import KERNEL
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.commands import run_command
from kubelearn.cluster.containers.tools.options import Given, UsageError, applet, busybox_of, duration, number

_DAY = 86400.0


@applet("")
async def _pwd(process: Process, _given: Given) -> int:
    process.print(process.cwd)
    return 0


@applet("FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...", "a", "s", operands=(1, None))
async def _basename(process: Process, given: Given) -> int:
    names, suffix = given.operands, given.get("s")
    if not given.any("as"):
        names, suffix = names[:1], (*names[1:], "")[0]
    for name in names:
        last = posixpath.basename(name.rstrip("/")) or "/"
        process.print(last.removesuffix(suffix) if suffix and last != suffix else last)
    return 0


@applet("FILENAME", operands=(1, None))
async def _dirname(process: Process, given: Given) -> int:
    for name in given.operands:
        process.print(posixpath.dirname(name.rstrip("/")) or ("/" if name.startswith("/") else "."))
    return 0


@applet("[-i0] [-u NAME]... [-] [NAME=VALUE]... [PROG ARGS]", "i0", "u", ends=True, long={"unset": "u"})
async def _env(process: Process, given: Given) -> int:
    words = list(given.operands)
    env = {} if "i" in given or words[:1] == ["-"] else dict(process.env)
    if words[:1] == ["-"]:
        words.pop(0)
    for name in given.all("u"):
        env.pop(name, None)
    while words and "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        env[name] = value
    if words:
        return await run_command(process, words, env=env)
    for name, value in env.items():
        process.stdout.write(f"{name}={value}".encode() + (b"\0" if "0" in given else b"\n"))
    return 0


@applet("[-o OPTS] [-t TYPE] [DEVICE NODE]", "", "ot")
async def _mount(process: Process, given: Given) -> int:
    if given.operands or given.any("ot"):
        process.complain("mount: permission denied (are you root?)")
        return 1
    process.print("overlay on / type overlay (rw,relatime)")
    for path, volume in process.files.mounts.items():
        way = "ro" if volume.read_only else "rw"
        process.print(f"{volume.source} on {path} type {volume.kind} ({way},relatime)")
    return 0


@applet("[VARIABLE]...")
async def _printenv(process: Process, given: Given) -> int:
    status = 0
    for name in given.operands or process.env:
        if name in process.env:
            process.print(process.env[name] if given.operands else f"{name}={process.env[name]}")
        else:
            status = 1
    return status


@applet("[N]...", operands=(1, None))
async def _sleep(process: Process, given: Given) -> int:
    if "infinity" in given.operands:
        await asyncio.Event().wait()
    seconds = sum(duration(word, process) for word in given.operands)
    while seconds > 0:  # the event loop's clock does not like years
        await asyncio.sleep(min(seconds, _DAY))
        seconds -= _DAY
    return 0


async def _hostname(process: Process, given: Given) -> int:
    if given.operands:
        process.complain("hostname: sethostname: Operation not permitted")
        return 1
    if given.any("iI"):
        process.print(process.network.ip + (" " if "I" in given else ""))
    elif given.any("fd"):
        known = process.network.hosts.find(process.hostname)
        full = process.hostname if known is None else known.name
        process.print(full if "f" in given else full.partition(".")[2])
    else:
        process.print(process.hostname.partition(".")[0] if "s" in given else process.hostname)
    return 0


@applet("[-amnrspvo]", "amnrspvo", operands=(0, 0), long={"all": "a", "kernel-release": "r", "machine": "m"})
async def _uname(process: Process, given: Given) -> int:
    system = "GNU/Linux" if not (busybox := busybox_of(process)) or not busybox.musl else "Linux"
    parts = {"s": "Linux", "n": process.hostname, "r": KERNEL, "v": "#1 SMP", "m": "x86_64", "o": system}
    wanted = [letter for letter in parts if "a" in given or letter in given] or ([] if "p" in given else ["s"])
    process.print(" ".join([*(parts[letter] for letter in wanted), *(["unknown"] if "p" in given else [])]))
    return 0


@applet("[-hk] [FILESYSTEM]...", "hk")
async def _df(process: Process, given: Given) -> int:
    if "h" in given:
        process.print("Filesystem                Size      Used Available Use% Mounted on")
        process.print("overlay                  58.4G     12.1G     43.3G  22% /")
    else:
        process.print("Filesystem           1K-blocks      Used Available Use% Mounted on")
        process.print("overlay               61202244  12687768  45375152  22% /")
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


@applet("", operands=(0, 0))
async def _nproc(process: Process, _given: Given) -> int:
    process.print("2")
    return 0


#: Memory in bytes: total, used, free, shared, buffers and cache, available; then swap.
_MEMORY = (4_125_122_560, 1_233_215_488, 925_827_072, 12_333_056, 1_966_080_000, 2_621_571_072)


@applet("[-bkmg]", "bkmg", operands=(0, 0))
async def _free(process: Process, given: Given) -> int:
    unit = {"b": 1, "k": 1024, "m": 1024**2, "g": 1024**3}[next(iter(given), "k")]
    process.print("              total        used        free      shared  buff/cache   available")
    process.print("Mem:  " + "".join(f"{value // unit:12d}" for value in _MEMORY))
    process.print("Swap: " + f"{0:12d}" * 3)
    return 0


@applet("[-s]", "s", operands=(0, 0))
async def _tty(process: Process, given: Given) -> int:
    if "s" not in given:
        process.print("/dev/pts/0" if process.tty else "not a tty")
    return int(not process.tty)


@applet("", operands=(0, 0))
async def _clear(process: Process, _given: Given) -> int:
    process.stdout.write(b"\x1b[H\x1b[J")
    return 0


@applet("[-cr]", "cr", operands=(0, 0))
async def _dmesg(_process: Process, _given: Given) -> int:
    raise UsageError("klogctl: Operation not permitted")


@applet("", operands=(0, 0))
async def _dnsdomainname(process: Process, _given: Given) -> int:
    """``dnsdomainname``: what ``hostname -f`` has after its first dot."""
    given = Given()
    given.add("d")
    return await _hostname(process, given)


@applet("N", operands=(1, 1))
async def _usleep(_process: Process, given: Given) -> int:
    await asyncio.sleep(number(given.operands[0]) / 1_000_000)
    return 0


_HOSTNAME = applet("[-sidf] [HOSTNAME]", "sidf", operands=(0, 1))(_hostname)
#: Debian's, which knows ``-I``, too.
HOSTNAME_DEBIAN = applet("[-sidfI] [HOSTNAME]", "sidfI", operands=(0, 1))(_hostname)
TOOLS: dict[str, Program] = {
    "pwd": _pwd,
    "basename": _basename,
    "dirname": _dirname,
    "env": _env,
    "mount": _mount,
    "printenv": _printenv,
    "sleep": _sleep,
    "hostname": _HOSTNAME,
    "uname": _uname,
    "true": _true,
    "false": _false,
    "nproc": _nproc,
    "free": _free,
    "df": _df,
    "yes": _yes,
    "tty": _tty,
    "clear": _clear,
    "reset": _clear,
    "usleep": _usleep,
    "dmesg": _dmesg,
    "dnsdomainname": _dnsdomainname,
}
