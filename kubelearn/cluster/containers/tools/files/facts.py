"""Tools that tell of files: stat, du, readlink, realpath; and ln, which says that there are no links."""

from __future__ import annotations

import posixpath
import time

from kubelearn.cluster.containers.filesystem import permissions, resolve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.options import Given, UsageError, applet
from kubelearn.cluster.containers.tools.troubles import trouble

from .listing import human


@applet("[-c FMT] FILE...", "L", "c", operands=(1, None))
async def _stat(process: Process, given: Given) -> int:
    status = 0
    for name in given.operands:
        path = resolve(process.cwd, name)
        if not process.files.exists(path):
            process.complain(f"stat: {trouble(process, name)}")
            status = 1
            continue
        is_dir, mode = process.files.is_dir(path), process.files.mode(path)
        size = 4096 if is_dir else len(process.files.read(path))
        kind = "directory" if is_dir else "regular file" if size else "regular empty file"
        facts = {
            "%n": name,
            "%s": str(size),
            "%a": f"{mode:o}",
            "%A": ("d" if is_dir else "-") + permissions(mode),
            "%F": kind,
        }
        facts |= {"%U": "root", "%G": "root", "%u": "0", "%g": "0", "%Y": str(int(time.time()))}
        if "c" in given:
            text = given.get("c")
            for mark, value in facts.items():
                text = text.replace(mark, value)
            process.print(text)
            continue
        when = time.strftime("%Y-%m-%d %H:%M:%S.000000000 +0000", time.gmtime())
        process.print(f"  File: {name}\n  Size: {size:<10}\tBlocks: {-(-size // 4096) * 8:<10} IO Block: 4096   {kind}")
        process.print("Device: 100h/256d\tInode: 100         Links: 1")
        process.print(f"Access: ({mode:04o}/{facts['%A']})  Uid: (    0/    root)   Gid: (    0/    root)")
        process.print("\n".join(f"{title}: {when}" for title in ("Access", "Modify", "Change")))
    return status


@applet("[-shk] [FILE]...", "shka", long={"summarize": "s", "human-readable": "h"})
async def _du(process: Process, given: Given) -> int:
    status = 0
    for name in given.operands or ["."]:
        path = resolve(process.cwd, name)
        if not process.files.exists(path):
            process.complain(f"du: {trouble(process, name)}")
            status = 1
            continue
        for shown, size in _sizes(process, name, path, everything="s" not in given):
            process.print(f"{human(size * 1024) if 'h' in given else size}\t{shown}")
    return status


def _sizes(process: Process, name: str, path: str, *, everything: bool) -> list[tuple[str, int]]:
    """Return folders with what they take in KiB, the deepest first; the one that was named alone if so wanted."""
    if process.files.is_file(path):
        return [(name, -(-len(process.files.read(path)) // 4096) * 4)]
    found: list[tuple[str, int]] = []
    total = 4
    for entry in process.files.listdir(path):
        below = _sizes(process, posixpath.join(name, entry), posixpath.join(path, entry), everything=everything)
        total += below[-1][1]
        if everything and process.files.is_dir(posixpath.join(path, entry)):
            found += below
    return [*found, (name, total)]


@applet("[-fn] FILE", "fn", operands=(1, 1))
async def _readlink(process: Process, given: Given) -> int:
    path = resolve(process.cwd, given.operands[0])
    target = process.files.link(path)
    if "f" in given:
        process.print(resolve(posixpath.dirname(path), target) if target else path)
        return 0
    if target:
        process.print(target)
    return int(not target)


@applet("FILE...", "f", operands=(1, None))
async def _realpath(process: Process, given: Given) -> int:
    status = 0
    for name in given.operands:
        path = resolve(process.cwd, name)
        if process.files.exists(path):
            target = process.files.link(path)
            process.print(resolve(posixpath.dirname(path), target) if target else path)
        else:
            process.complain(f"realpath: {name}: No such file or directory")
            status = 1
    return status


@applet("[-sf] TARGET... LINK|DIR", "sfnv", operands=(1, None))
async def _ln(_process: Process, _given: Given) -> int:
    raise UsageError("links are not supported on this cluster; 'cp' makes a copy")


TOOLS: dict[str, Program] = {"stat": _stat, "du": _du, "readlink": _readlink, "realpath": _realpath, "ln": _ln}
