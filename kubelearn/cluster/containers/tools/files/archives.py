"""``tar``: archives, as ``kubectl cp`` needs them on both ends."""

from __future__ import annotations

import gzip
import io
import posixpath
import tarfile

from kubelearn.cluster.containers.filesystem import FileSystem, resolve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.options import Given, UsageError, applet, busybox_of, read_all
from kubelearn.cluster.containers.tools.troubles import trouble

_MODES = "cxt"


def _with_dash(words: list[str]) -> list[str]:
    """Return words of the old way, whose letters are without a dash, in the new one."""
    return [f"-{words[0]}", *words[1:]] if words and not words[0].startswith("-") else words


@applet("c|x|t [-zvmpo] [-f FILE] [-C DIR] [FILE]...", "cxtzvmpo", "fC", prepare=_with_dash)
async def tar(process: Process, options: Given) -> int:
    """``tar c|x|t [vmpo] [-f FILE] [-C FOLDER] [PATH]...``; FILE ``-``, the default, is standard input or output."""
    modes, paths = [letter for letter in _MODES if letter in options], options.operands
    if len(modes) != 1:
        raise UsageError("need at least one option of c, x, t")
    (mode,) = modes
    folder = resolve(process.cwd, options.get("C", "."))
    if not process.files.is_dir(folder):
        process.complain(f"tar: can't change directory to '{options.get('C')}': No such file or directory")
        return 1
    archive = options.get("f", "-")
    if mode == "c":
        return await _create(process, options, folder, paths)
    return await _unpack(process, archive, folder, paths, listing=mode == "t", verbose="v" in options)


async def _create(process: Process, options: Given, folder: str, paths: list[str]) -> int:
    archive, verbose = options.get("f", "-"), "v" in options
    if not paths:
        raise UsageError("empty archive" if busybox_of(process) else "Cowardly refusing to create an empty archive")
    code, buffer = 0, io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as out:
        for path in paths:
            found = resolve(folder, path)
            if not process.files.exists(found):
                process.complain(f"tar: {path}: No such file or directory")
                code = 1
                continue
            if path.startswith("/"):
                process.complain("tar: removing leading '/' from member names")
            for name in _below(process.files, found):
                shown = posixpath.normpath(path.lstrip("/") + name.removeprefix(found))
                _add(out, process.files, name, shown)
                if verbose:
                    process.complain(shown)
    data = gzip.compress(buffer.getvalue()) if "z" in options else buffer.getvalue()
    if archive == "-":
        process.stdout.write(data)
        await process.stdout.drain()
    else:
        try:
            process.files.write(resolve(process.cwd, archive), data)
        except OSError as error:
            return _not_opened(process, archive, error)
    return code


def _not_opened(process: Process, name: str, error: OSError) -> int:
    process.complain(f"tar: {trouble(process, name, error)}")
    if busybox_of(process):
        return 1
    process.complain("tar: Error is not recoverable: exiting now")
    return 2


def _below(files: FileSystem, path: str) -> list[str]:
    """Return a path and everything below it, parents first."""
    if files.is_file(path):
        return [path]
    return [path, *(name for child in files.listdir(path) for name in _below(files, posixpath.join(path, child)))]


def _add(out: tarfile.TarFile, files: FileSystem, name: str, shown: str) -> None:
    member = tarfile.TarInfo(shown)
    if files.is_dir(name):
        member.type = tarfile.DIRTYPE
        member.mode = 0o755
        out.addfile(member)
        return
    data, member.mode = files.read(name), files.mode(name)
    member.size = len(data)
    out.addfile(member, io.BytesIO(data))


async def _unpack(process: Process, archive: str, folder: str, only: list[str], *, listing: bool, verbose: bool) -> int:
    try:
        data = await read_all(process) if archive == "-" else process.files.read(resolve(process.cwd, archive))
    except OSError as error:
        return _not_opened(process, archive, error)
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as source:
            for member in source:
                if only and not any(_is_below(member.name, path) for path in only):
                    continue
                if listing or verbose:
                    process.print(member.name + "/" * member.isdir())
                if not listing:
                    _extract(process.files, source, member, folder)
    except (tarfile.TarError, EOFError):
        process.complain("tar: invalid tar magic")
        return 1
    except OSError as error:
        return _not_opened(process, error.filename or archive, error)
    return 0


def _is_below(name: str, path: str) -> bool:
    return name == path or name.startswith(path.rstrip("/") + "/")


def _extract(files: FileSystem, source: tarfile.TarFile, member: tarfile.TarInfo, folder: str) -> None:
    # Whatever the archive says, this is a file system in memory: there is no way out of it.
    target = resolve(folder, member.name.lstrip("/"))
    if member.isdir():
        files.mkdir(target, parents=True)
    elif member.isfile():
        content = source.extractfile(member)
        files.mkdir(posixpath.dirname(target), parents=True)
        files.write(target, content.read() if content is not None else b"")
        files.chmod(target, member.mode & 0o777)


TOOLS: dict[str, Program] = {"tar": tar}
