"""Tools that change files: rm, unlink, touch, truncate, mkdir, rmdir, cp, mv; and sync."""

from __future__ import annotations

import errno
import os
import posixpath
import re

from kubelearn.cluster.containers.filesystem import CAPACITY, FileSystem, resolve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.inputs import inputs
from kubelearn.cluster.containers.tools.options import Given, Misuse, UsageError, applet, busybox_of
from kubelearn.cluster.containers.tools.troubles import trouble
from kubelearn.cluster.streams import read_line


@applet("[-irf] FILE...", "rRfi", long={"recursive": "r", "force": "f"})
async def _rm(process: Process, options: Given) -> int:
    if not options.operands and "f" not in options:
        raise Misuse("" if busybox_of(process) else "missing operand")
    status = 0
    for name in options.operands:
        path = resolve(process.cwd, name)
        if "i" in options and process.files.exists(path) and not await _agrees(process, name, path):
            continue
        try:
            if options.any("rR"):
                process.files.remove_tree(path)
            else:
                process.files.remove(path)
        except OSError as error:
            if isinstance(error, FileNotFoundError) and "f" in options:
                continue
            is_told = isinstance(error, IsADirectoryError) and busybox_of(process)
            process.complain(f"rm: '{name}' is a directory" if is_told else f"rm: {trouble(process, name, error)}")
            status = 1
    return status


async def _agrees(process: Process, name: str, path: str) -> bool:
    """Ask whether a file is to be removed; the answer is a line of the input."""
    is_dir = process.files.is_dir(path)
    kind = "directory" if is_dir else "regular file" if process.files.read(path) else "regular empty file"
    process.stderr.write(f"rm: remove {'' if busybox_of(process) else f'{kind} '}'{name}'? ".encode())
    return (await read_line(process.stdin))[:1] in (b"y", b"Y")


@applet("FILE", operands=(1, 1))
async def _unlink(process: Process, options: Given) -> int:
    (name,) = options.operands
    try:
        process.files.remove(resolve(process.cwd, name))
    except OSError as error:
        raise UsageError(trouble(process, name, error)) from None
    return 0


@applet("[-c] -s SIZE FILE...", "c", "s", long={"no-create": "c", "size": "s"})
async def _truncate(process: Process, options: Given) -> int:
    if "s" not in options or not options.operands:
        said = "missing file operand" if "s" in options else "you must specify either '--size' or '--reference'"
        raise Misuse("" if busybox_of(process) else said)
    size = re.fullmatch(r"(\d{1,9})([KMG]?)", options.get("s"))
    if size is None:
        said = "invalid number" if busybox_of(process) else "Invalid number:"
        raise UsageError(f"{said} '{options.get('s')}'")
    wanted, status = int(size[1]) * 1024 ** " KMG".index(size[2] or " "), 0
    for name in options.operands:
        path = resolve(process.cwd, name)
        try:
            if process.files.exists(path) or "c" not in options:
                data = process.files.read(path) if process.files.is_file(path) else b""
                if wanted > CAPACITY:
                    raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
                process.files.write(path, data[:wanted].ljust(wanted, b"\0"))
        except OSError as error:
            process.complain(f"truncate: {trouble(process, name, error)}")
            status = 1
    return status


@applet("[-df] [FILE]...", "df")
async def _sync(process: Process, options: Given) -> int:
    """``sync``: everything is written at once here."""
    return (await inputs(process, options.operands))[1] if options.operands else 0


@applet("[-c] FILE...", "c", operands=(1, None), operand="file operand")
async def _touch(process: Process, options: Given) -> int:
    for name in options.operands:
        path = resolve(process.cwd, name)
        try:
            if not process.files.exists(path) and "c" not in options:
                process.files.write(path, b"")
        except OSError as error:
            raise UsageError(trouble(process, name, error)) from None
    return 0


@applet("[-m MODE] [-p] DIRECTORY...", "p", "m", operands=(1, None), long={"parents": "p", "mode": "m"})
async def _mkdir(process: Process, options: Given) -> int:
    for name in options.operands:
        try:
            process.files.mkdir(resolve(process.cwd, name), parents="p" in options)
        except OSError as error:
            raise UsageError(trouble(process, name, error)) from None
    return 0


@applet("DIRECTORY...", operands=(1, None))
async def _rmdir(process: Process, options: Given) -> int:
    status = 0
    for name in options.operands:
        try:
            process.files.rmdir(resolve(process.cwd, name))
        except OSError as error:
            process.complain(f"rmdir: {trouble(process, name, error)}")
            status = 1
    return status


@applet("[-rf] SOURCE... DEST", "rRfap", operands=(2, None), operand="file operand")
async def _copy(process: Process, options: Given) -> int:
    *sources, target = options.operands
    moving, recursive = process.argv[0] == "mv", options.any("rRa")
    status = 0
    for source in sources:
        start, path = resolve(process.cwd, source), resolve(process.cwd, target)
        if process.files.is_dir(path):
            path = posixpath.join(path, posixpath.basename(start))
        if process.files.is_dir(start) and not (moving or recursive):
            hint = "" if busybox_of(process) else "-r not specified; "
            process.complain(f"{process.argv[0]}: {hint}omitting directory '{source}'")
            status = 1
            continue
        if moving and path in process.files.mounts and process.files.is_file(start):
            process.complain(f"mv: {_not_replaced(process, source, target)}: {os.strerror(errno.EBUSY)}")
            status = 1
            continue
        try:
            _copy_tree(process.files, start, path)
        except OSError as error:
            wrong = _not_copied(process, source, target, error, moving=moving)
            process.complain(f"{process.argv[0]}: {wrong}: {error.strerror}")
            status = 1
            continue
        try:
            if moving:
                process.files.remove_tree(start)
        except OSError as error:
            process.complain(f"mv: {_can_not(process)} remove '{source}': {error.strerror}")
            status = 1
    return status


def _can_not(process: Process) -> str:
    return "can't" if busybox_of(process) else "cannot"


def _not_replaced(process: Process, source: str, target: str) -> str:
    """Return what ``mv`` says of a file that is mounted, which it cannot remove first, without the reason."""
    if busybox_of(process):
        return f"can't remove '{target}'"
    return f"inter-device move failed: '{source}' to '{target}'; unable to remove target"


def _not_copied(process: Process, source: str, target: str, error: OSError, *, moving: bool) -> str:
    """Return what ``cp`` and ``mv`` say of a file that was not copied, without the reason."""
    can_not = _can_not(process)
    if moving and busybox_of(process) and not isinstance(error, PermissionError):
        return f"can't rename '{source}'"
    if not process.files.exists(resolve(process.cwd, source)):
        return f"{can_not} stat '{source}'"
    if moving and not busybox_of(process):
        return f"cannot move '{source}' to '{target}'"
    kind = "" if busybox_of(process) else "regular file "
    if process.files.is_dir(resolve(process.cwd, source)):
        kind = "directory "
    return f"{can_not} create {kind}'{target}'"


def _copy_tree(files: FileSystem, start: str, path: str) -> None:
    """Copy a file, or a folder with all that is in it.

    Raises:
        OSError: there is no such file, or it cannot be written.
    """
    if not files.is_dir(start):
        files.write(path, files.read(start))
        files.chmod(path, files.mode(start))
        return
    names = files.walk()
    files.mkdir(path, parents=True)
    for name in names:
        if name.startswith(start.rstrip("/") + "/"):
            copied = path + name.removeprefix(start.rstrip("/"))
            files.mkdir(posixpath.dirname(copied), parents=True)
            files.write(copied, files.read(name))


def _mode_first(words: list[str]) -> list[str]:
    """Return words with ``--`` before a mode that looks like options, such as ``-x``."""
    at = next((at for at, word in enumerate(words) if re.fullmatch(r"-[rwxX]+", word)), None)
    return words if at is None else [*words[:at], "--", *words[at:]]


@applet("[-R] MODE FILE...", "Rfv", operands=(2, None), long={"recursive": "R"}, prepare=_mode_first)
async def _chmod(process: Process, given: Given) -> int:
    """``chmod``: who may run a file; all else is as if everybody were root."""
    text, *names = given.operands
    _mode(process, text, 0)  # a wrong one is told before anything is looked at
    status = 0
    for name in names:
        path = resolve(process.cwd, name)
        if not process.files.exists(path):
            process.complain(f"{process.argv[0]}: {trouble(process, name)}")
            status = 1
        elif process.files.is_file(path):
            process.files.chmod(path, _mode(process, text, process.files.mode(path)))
    return status


def _mode(process: Process, text: str, before: int) -> int:
    """Return the permissions that ``755``, ``+x`` or ``u=rw,go-w`` makes of others."""
    if re.fullmatch(r"[0-7]{1,4}", text):
        return int(text, 8)
    for clause in text.split(","):
        found = re.fullmatch(r"([ugoa]*)([-+=])([rwxXst]*)", clause)
        if found is None:
            raise UsageError(f"invalid mode '{text}'") if busybox_of(process) else Misuse(f"invalid mode: '{text}'")
        bits = sum({"r": 4, "w": 2, "x": 1, "X": 1}.get(letter, 0) for letter in set(found[3]))
        shifts = [shift for who, shift in (("u", 6), ("g", 3), ("o", 0)) if who in found[1] or found[1] in ("", "a")]
        mask, wanted = sum(7 << shift for shift in shifts), sum(bits << shift for shift in shifts)
        if found[2] == "=":
            before = before & ~mask | wanted
        else:
            before = before | wanted if found[2] == "+" else before & ~wanted
    return before


@applet("[-R] OWNER FILE...", "R", operands=(2, None), long={"recursive": "R"})
async def _chown(process: Process, given: Given) -> int:
    """``chown``: of files that are there; whose they are is not emulated."""
    missing = [name for name in given.operands[1:] if not process.files.exists(resolve(process.cwd, name))]
    for name in missing:
        process.complain(f"{process.argv[0]}: {trouble(process, name)}")
    return int(bool(missing))


@applet("[-d] [-p DIR] [TEMPLATE]", "d", "p", operands=(0, 1))
async def _mktemp(process: Process, given: Given) -> int:
    """``mktemp``: a new file, or folder, in ``/tmp`` or where a template says."""
    letters = "X" * (6 if busybox_of(process) else 10)
    template = (*given.operands, f"{given.get('p', '/tmp')}/tmp.{letters}")[0]  # noqa: S108 - a container's
    start = template.rstrip("X")
    if len(template) - len(start) < 6:
        raise UsageError("(null): Invalid argument" if busybox_of(process) else f"too few X's in template '{template}'")
    numbers = (str(at).zfill(len(template) - len(start)) for at in range(10**6))
    made = next(path for number in numbers if not process.files.exists(path := start + number))
    try:
        if "d" in given:
            process.files.mkdir(resolve(process.cwd, made))
        else:
            process.files.write(resolve(process.cwd, made), b"")
    except OSError as error:
        raise UsageError(trouble(process, template, error)) from None
    process.print(made)
    return 0


TOOLS: dict[str, Program] = {
    "rm": _rm,
    "unlink": _unlink,
    "truncate": _truncate,
    "sync": _sync,
    "touch": _touch,
    "mkdir": _mkdir,
    "rmdir": _rmdir,
    "chmod": _chmod,
    "chown": _chown,
    "chgrp": _chown,
    "mktemp": _mktemp,
    "cp": _copy,
    "mv": _copy,
}
