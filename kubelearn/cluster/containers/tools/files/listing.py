"""``ls``: what is in a folder."""

from __future__ import annotations

import posixpath
import time

from kubelearn.cluster.containers.filesystem import permissions, resolve
from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.containers.tools.options import Given, applet, busybox_of
from kubelearn.cluster.containers.tools.troubles import trouble

_BLOCK = 4096
_UNITS = "KMG"


@applet(
    "[-1AalRdhrtSL] [FILE]...",
    "1AalRdhrtSL",
    long={"all": "a", "almost-all": "A", "recursive": "R", "reverse": "r", "human-readable": "h", "directory": "d"},
    failure=(1, 2),
)
async def ls(process: Process, given: Given) -> int:
    """``ls``: everything belongs to root, and is as old as the question."""
    status, files, folders = 0, [], []
    for name in sorted(given.operands) or ["."]:
        path = resolve(process.cwd, name)
        if not process.files.exists(path):
            process.complain(f"ls: {trouble(process, name)}")
            status = 1 if busybox_of(process) else 2
        elif process.files.is_dir(path) and "d" not in given:
            folders.append(name)
        else:
            files.append(name)
    for name in files:
        process.print(_entry(process, given, resolve(process.cwd, name), name))
    titled = len(folders) + len(files) > 1 or "R" in given or status
    for index, name in enumerate(folders):
        _list(process, given, name, titled=bool(titled), is_first=not files and not index)
    return status


def _list(process: Process, given: Given, name: str, *, titled: bool, is_first: bool) -> None:
    """Print one folder, and with ``-R`` those below it."""
    path = resolve(process.cwd, name)
    if titled:
        process.print(f"{'' if is_first else chr(10)}{name}:")
    entries = [entry for entry in process.files.listdir(path) if given.any("aA") or not entry.startswith(".")]
    if "S" in given:
        entries.sort(key=lambda entry: -_size(process, posixpath.join(path, entry)))
    shown = [".", "..", *entries] if "a" in given else entries
    if "r" in given:
        shown.reverse()
    if "l" in given:
        process.print(f"total {sum(_blocks(process, resolve(path, entry)) for entry in shown)}")
    for entry in shown:
        process.print(_entry(process, given, resolve(path, entry), entry))
    for entry in entries if "R" in given else []:
        if process.files.is_dir(posixpath.join(path, entry)):
            _list(process, given, f"{name.rstrip('/')}/{entry}", titled=True, is_first=False)


def _size(process: Process, path: str) -> int:
    return _BLOCK if process.files.is_dir(path) else len(process.files.read(path))


def _blocks(process: Process, path: str) -> int:
    """Return the room that something takes on the disk, in KiB."""
    return -(-_size(process, path) // _BLOCK) * _BLOCK // 1024


def _entry(process: Process, given: Given, path: str, name: str) -> str:
    if "l" not in given:
        return name
    files, size = process.files, _size(process, path)
    target = "" if "L" in given else files.link(path)
    if target:
        kind, mode, size, name = "l", 0o777, len(target), f"{name} -> {target}"
    else:
        kind, mode = "d" if files.is_dir(path) else "-", files.mode(path)
    letters = permissions(mode)
    shown = human(size) if "h" in given else str(size)
    when = time.strftime("%b %e %H:%M", time.gmtime())
    if busybox_of(process) is None:
        return f"{kind}{letters} 1 root root {shown:>4} {when} {name}"
    return f"{kind}{letters}    1 root     root      {shown:>8} {when} {name}"


def human(size: int) -> str:
    """Return a size as people read it, ``4.0K``."""
    if size < 1024:
        return str(size)
    power = 1
    while size >= 1024 ** (power + 1) and power < len(_UNITS):
        power += 1
    return f"{size / 1024**power:.1f}{_UNITS[power - 1]}"
