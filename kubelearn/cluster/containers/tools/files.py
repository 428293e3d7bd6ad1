"""Tools on files: ls, rm, touch, mkdir, rmdir, cp, mv."""

from __future__ import annotations

import posixpath
import time

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program

from .options import UsageError, split, tool


def reason(error: OSError) -> str:
    """Return why a file could not be written, in the words of ``strerror``."""
    return "Read-only file system" if isinstance(error, PermissionError) else "No such file or directory"


async def _ls(process: Process) -> int:
    options, names = split(process.argv, "la1RhAdL", "")
    status, folders = 0, []
    for name in names or ["."]:
        path = resolve(process.cwd, name)
        if not process.files.exists(path):
            process.complain(f"ls: {name}: No such file or directory")
            status = 1
        elif process.files.is_dir(path) and "d" not in options:
            folders.append(name)
        else:
            process.print(_entry(process, options, path, name))
    for number, name in enumerate(folders):
        if len(names) > 1:
            process.print(f"\n{name}:" if number or len(names) > len(folders) else f"{name}:")
        _list(process, options, resolve(process.cwd, name))
    return status


def _list(process: Process, options: dict[str, str], path: str) -> None:
    """Print what is in a folder."""
    entries = process.files.listdir(path)
    if not {"a", "A"} & options.keys():
        entries = [entry for entry in entries if not entry.startswith(".")]
    elif "a" in options:
        entries = [".", "..", *entries]
    if "l" in options:
        process.print(f"total {4 * len(entries)}")
    for entry in entries:
        process.print(_entry(process, options, resolve(path, entry), entry))


def _entry(process: Process, options: dict[str, str], path: str, name: str) -> str:
    """Return a line of ``ls``; everything belongs to root and is as old as the question."""
    if "l" not in options:
        return name
    files, target = process.files, "" if "L" in options else process.files.link(path)
    size = 0 if files.is_dir(path) else len(files.read(path))
    if target:
        kind, mode, size, name = "l", 0o777, len(target), f"{name} -> {target}"
    else:
        kind, mode = "d" if files.is_dir(path) else "-", files.mode(path)
    shown = "".join(letter if mode >> (8 - bit) & 1 else "-" for bit, letter in enumerate("rwxrwxrwx"))
    when = time.strftime("%b %d %H:%M", time.gmtime())
    return f"{kind}{shown}    1 root     root      {size:8d} {when} {name}"


async def _rm(process: Process) -> int:
    options, names = split(process.argv, "rRf", "")
    status = 0
    for name in names:
        path = resolve(process.cwd, name)
        try:
            if {"r", "R"} & options.keys():
                process.files.remove_tree(path)
            else:
                process.files.remove(path)
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
            process.complain(f"touch: {name}: {reason(error)}")
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
            why = "No such file or directory"
        except NotADirectoryError:
            why = "Not a directory"
        except PermissionError:
            why = "Read-only file system"
        except OSError:
            why = "Directory not empty"
        process.complain(f"rmdir: '{name}': {why}")
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


TOOLS: dict[str, Program] = {
    "ls": tool(_ls),
    "rm": tool(_rm),
    "touch": tool(_touch),
    "mkdir": tool(_mkdir),
    "rmdir": tool(_rmdir),
    "cp": tool(_copy),
    "mv": tool(_copy),
}
