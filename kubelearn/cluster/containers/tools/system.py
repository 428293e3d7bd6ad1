"""Tools on files and processes: ls, rm, test, env, echo, sleep and the like."""

from __future__ import annotations

import asyncio
import posixpath
import re
import time

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program

from .options import UsageError, split
from .text import tool

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


async def _ls(process: Process) -> int:
    options, names = split(process.argv, "la1RhA", "")
    status = 0
    for name in names or ["."]:
        path = resolve(process.cwd, name)
        if process.files.is_file(path):
            process.print(name)
            continue
        try:
            entries = process.files.listdir(path)
        except FileNotFoundError:
            process.complain(f"ls: {name}: No such file or directory")
            status = 1
            continue
        for entry in entries:
            if "l" not in options:
                process.print(entry)
                continue
            full = posixpath.join(path, entry)
            directory = process.files.is_dir(full)
            size = 0 if directory else len(process.files.read(full))
            mode, when = "drwxr-xr-x" if directory else "-rw-r--r--", time.strftime("%b %d %H:%M", time.gmtime())
            process.print(f"{mode}    1 root     root      {size:8d} {when} {entry}")
    return status


async def _rm(process: Process) -> int:
    options, names = split(process.argv, "rRf", "")
    status = 0
    for name in names:
        path = resolve(process.cwd, name)
        try:
            process.files.remove_tree(path) if {"r", "R"} & options.keys() else process.files.remove(path)
        except FileNotFoundError:
            if "f" not in options:
                process.complain(f"rm: can't remove '{name}': No such file or directory")
                status = 1
        except IsADirectoryError:
            process.complain(f"rm: '{name}' is a directory")
            status = 1
        except PermissionError:
            process.complain(f"rm: can't remove '{name}': Read-only file system")
            status = 1
    return status


async def _touch(process: Process) -> int:
    _, names = split(process.argv, "c", "")
    for name in names:
        path = resolve(process.cwd, name)
        try:
            if not process.files.exists(path):
                process.files.write(path, b"")
        except OSError as error:
            process.complain(
                f"touch: {name}:"
                f" {'Read-only file system' if isinstance(error, PermissionError) else 'No such file or directory'}"
            )
            return 1
    return 0


async def _mkdir(process: Process) -> int:
    options, names = split(process.argv, "p", "m")
    for name in names:
        try:
            process.files.mkdir(resolve(process.cwd, name), parents="p" in options)
        except FileExistsError:
            process.complain(f"mkdir: can't create directory '{name}': File exists")
            return 1
        except PermissionError:
            raise UsageError(f"can't create directory '{name}': Read-only file system") from None
        except OSError:
            process.complain(f"mkdir: can't create directory '{name}': No such file or directory")
            return 1
    return 0


async def _rmdir(process: Process) -> int:
    _, names = split(process.argv, "p", "")
    status = 0
    for name in names:
        try:
            process.files.rmdir(resolve(process.cwd, name))
            continue
        except FileNotFoundError:
            reason = "No such file or directory"
        except NotADirectoryError:
            reason = "Not a directory"
        except PermissionError:
            reason = "Read-only file system"
        except OSError:
            reason = "Directory not empty"
        process.complain(f"rmdir: '{name}': {reason}")
        status = 1
    return status


async def _copy(process: Process) -> int:
    _, names = split(process.argv, "rRfap", "")
    if len(names) < 2:
        raise UsageError("missing file operand")
    *sources, target = names
    for source in sources:
        path = resolve(process.cwd, target)
        if process.files.is_dir(path):
            path = posixpath.join(path, posixpath.basename(source))
        try:
            process.files.write(path, process.files.read(resolve(process.cwd, source)))
        except PermissionError:
            raise UsageError(f"can't create '{target}': Read-only file system") from None
        except OSError:
            process.complain(f"{process.argv[0]}: can't stat '{source}': No such file or directory")
            return 1
        if process.argv[0] == "mv":
            process.files.remove(resolve(process.cwd, source))
    return 0


async def _test(process: Process) -> int:
    words = process.argv[1:]
    if process.argv[0] == "[":
        if not words or words[-1] != "]":
            process.complain("[: missing ]")
            return 2
        words = words[:-1]
    try:
        return 0 if _condition(process, words) else 1
    except (ValueError, IndexError) as error:
        process.complain(f"sh: {error}")  # ash has test built in
        return 2


_COMPARE = {"-eq": "__eq__", "-ne": "__ne__", "-lt": "__lt__", "-le": "__le__", "-gt": "__gt__", "-ge": "__ge__"}


def _condition(process: Process, words: list[str]) -> bool:
    for operator in ("-o", "-a"):
        if operator in words[1:-1]:
            index = words.index(operator, 1)
            left, right = _condition(process, words[:index]), _condition(process, words[index + 1 :])
            return (left or right) if operator == "-o" else (left and right)
    if words[:1] == ["!"]:
        return not _condition(process, words[1:])
    if len(words) == 3:
        first, operator, second = words
        if operator in ("=", "=="):
            return first == second
        if operator == "!=":
            return first != second
        if operator in _COMPARE:
            for text in (first, second):
                if not re.fullmatch(r"\s*-?\d+\s*", text):
                    raise ValueError(f"{text}: bad number")
            return bool(getattr(int(first), _COMPARE[operator])(int(second)))
        raise ValueError(f"{operator}: unknown operand")
    if len(words) == 2:
        return _unary(process, *words)
    if len(words) > 3:
        raise ValueError("too many arguments")
    return bool(words and words[0])


def _unary(process: Process, operator: str, word: str) -> bool:
    path = resolve(process.cwd, word)
    checks = {
        "-n": lambda: bool(word),
        "-z": lambda: not word,
        "-e": lambda: process.files.exists(path),
        "-f": lambda: process.files.is_file(path),
        "-d": lambda: process.files.is_dir(path),
        "-s": lambda: process.files.is_file(path) and bool(process.files.read(path)),
        "-r": lambda: process.files.exists(path),
        "-w": lambda: process.files.exists(path),
        "-x": lambda: process.files.exists(path),
        "-t": lambda: process.tty,
    }
    if operator not in checks:
        raise ValueError(f"{operator}: unknown operand")
    return checks[operator]()


async def _pwd(process: Process) -> int:
    process.print(process.cwd)
    return 0


async def _basename(process: Process) -> int:
    words = process.argv[1:]
    if not words:
        raise UsageError("missing operand")
    if process.argv[0] == "dirname":
        process.print(posixpath.dirname(words[0]) or ".")
    else:
        process.print(posixpath.basename(words[0].rstrip("/")).removesuffix(words[1] if len(words) > 1 else "\0"))
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


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "a": "\a", "b": "\b"}


def _unescape(text: str) -> str:
    return re.sub(
        r"\\(?:([0-7]{1,3})|([ntrab\\]))",
        lambda m: chr(int(m.group(1), 8) & 255) if m.group(1) else _ESCAPES[m.group(2)],
        text,
    )


async def echo(process: Process) -> int:
    """``echo [-n] [-e] WORD…``"""
    words = process.argv[1:]
    flags = set()
    while words and re.fullmatch(r"-[neE]+", words[0]):
        flags |= set(words.pop(0)[1:])
    text = " ".join(words)
    process.stdout.write(((_unescape(text) if "e" in flags else text) + ("" if "n" in flags else "\n")).encode())
    await process.stdout.drain()
    return 0


async def _printf(process: Process) -> int:
    if len(process.argv) < 2:
        raise UsageError("usage: printf FORMAT [ARG]...")
    form, arguments = _unescape(process.argv[1]), process.argv[2:]
    while True:
        used = 0

        def fill(match: re.Match[str], arguments: list[str] = arguments) -> str:
            nonlocal used
            if match.group(2) == "%":
                return "%"
            value = arguments[used] if used < len(arguments) else ""
            used += 1
            if match.group(2) in "dixuXo":
                return f"%{match.group(1)}{'d' if match.group(2) in 'iu' else match.group(2)}" % int(value or 0)
            if match.group(2) in "fge":
                return f"%{match.group(1)}{match.group(2)}" % float(value or 0)
            if match.group(2) == "c":
                return value[:1]
            return f"%{match.group(1)}s" % (_unescape(value) if match.group(2) == "b" else value)

        try:
            process.stdout.write(re.sub(r"%([-+ 0-9.]{0,8})([sdixuXobcfge%])", fill, form).encode())
        except ValueError:
            raise UsageError("invalid number") from None
        arguments = arguments[used:]
        if not arguments or not used:
            return 0


async def _hostname(process: Process) -> int:
    options, names = split(process.argv, "isfd", "")
    if names:
        process.complain("hostname: sethostname: Operation not permitted")
        return 1
    process.print(process.network.ip if "i" in options else process.hostname)
    return 0


async def _date(process: Process) -> int:
    form = next((word[1:] for word in process.argv[1:] if word.startswith("+")), "%a %b %e %H:%M:%S UTC %Y")
    now = time.time()
    process.print(time.strftime(form.replace("%N", f"{int(now % 1 * 1e9):09d}"), time.gmtime(now)))
    return 0


async def _id(process: Process) -> int:
    process.print(
        "root"
        if process.argv[0] == "whoami"
        else "0"
        if "-u" in process.argv
        else "uid=0(root) gid=0(root) groups=0(root)"
    )
    return 0


async def _uname(process: Process) -> int:
    process.print(f"Linux {process.hostname} 6.1.0-kubelearn #1 SMP x86_64 Linux" if "-a" in process.argv else "Linux")
    return 0


async def _true(process: Process) -> int:
    return 0


async def _false(process: Process) -> int:
    return 1


async def _yes(process: Process) -> int:
    line = (" ".join(process.argv[1:]) or "y").encode() + b"\n"
    while True:
        process.stdout.write(line * 100)
        await process.stdout.drain()
        await asyncio.sleep(0)


async def _ps(process: Process) -> int:
    process.print("PID   USER     TIME  COMMAND")
    process.print(
        f"    1 root      0:00 {' '.join(process.argv) if process.is_init else '(the first process of this container)'}"
    )
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
    process.print(
        "Mem:        4028440     1204312      904128       12044     1920000     2560128\nSwap:             0          "
        " 0           0"
    )
    return 0


TOOLS: dict[str, Program] = {
    "ls": tool(_ls),
    "rm": tool(_rm),
    "touch": tool(_touch),
    "mkdir": tool(_mkdir),
    "cp": tool(_copy),
    "mv": tool(_copy),
    "test": tool(_test),
    "[": tool(_test),
    "pwd": tool(_pwd),
    "basename": tool(_basename),
    "dirname": tool(_basename),
    "env": tool(_env),
    "printenv": tool(_printenv),
    "sleep": tool(_sleep),
    "echo": echo,
    "printf": tool(_printf),
    "hostname": tool(_hostname),
    "date": tool(_date),
    "id": tool(_id),
    "whoami": tool(_id),
    "uname": tool(_uname),
    "true": _true,
    "false": _false,
    "rmdir": tool(_rmdir),
    "kill": tool(_kill),
    "nproc": tool(_nproc),
    "free": tool(_free),
    "yes": _yes,
    "ps": tool(_ps),
}
