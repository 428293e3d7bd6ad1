"""Tools that count: wc and nl."""

from __future__ import annotations

from collections import deque

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.inputs import inputs, read_lines
from kubelearn.cluster.containers.tools.options import Given, Misuse, applet, busybox_of, number, positive
from kubelearn.cluster.streams import MEMORY

#: The width of BusyBox' columns, and that of GNU's where a size is not known before.
_BUSYBOX_WIDTH, _UNKNOWN_WIDTH = 9, 7


@applet(
    "[-cmlwL] [FILE]...",
    "lwcmL",
    long={"lines": "l", "words": "w", "bytes": "c", "chars": "m", "max-line-length": "L"},
)
async def _wc(process: Process, given: Given) -> int:
    letters = [letter for letter in "lwmcL" if letter in given] or ["l", "w", "c"]
    found, status = await inputs(process, given.operands)
    contents, rows = deque(found), []
    for name in given.operands or [""]:
        if contents and contents[0][0] == name:
            data = contents.popleft()[1]
            rows.append(([_count(data, letter) for letter in letters], name))
        elif process.files.is_dir(resolve(process.cwd, name)):
            rows.append(([0] * len(letters), name))
    alone = len(given.operands) <= 1 and len(letters) == 1
    width = 0 if alone else _width(process, [len(data) for _, data in found], given.operands)
    if len(given.operands) > 1:
        columns = list(zip(*(counts for counts, _ in rows), strict=True)) or [(0,)] * len(letters)
        sums = [max(column) if letter == "L" else sum(column) for letter, column in zip(letters, columns, strict=True)]
        rows.append((sums, "total"))
    for counts, name in rows:
        process.print(" ".join([*(f"{count:{width or 1}d}" for count in counts), name]).rstrip())
    return status


def _width(process: Process, sizes: list[int], names: list[str]) -> int:
    """Return how wide a column is: GNU's as the sum of all sizes, if all of them are known."""
    if busybox_of(process):
        return _BUSYBOX_WIDTH
    widest = len(str(sum(sizes)))
    is_known = (
        names and "-" not in names and not any(process.files.is_dir(resolve(process.cwd, name)) for name in names)
    )
    return widest if is_known else max(widest, _UNKNOWN_WIDTH)


def _count(data: bytes, what: str) -> int:
    if what == "l":
        return data.count(b"\n")
    if what == "w":
        return len(data.split())
    if what == "c":
        return len(data)
    text = data.decode(errors="replace")
    return len(text) if what == "m" else max((len(line.expandtabs()) for line in text.splitlines()), default=0)


@applet("[-b STYLE] [-i N] [-s TEXT] [-v N] [-w N] [FILE]...", valued="binsvw")
async def _nl(process: Process, given: Given) -> int:
    """``nl``: all lines (``-b a``), none (``-b n``), or those that are not empty."""
    style, form = given.get("b", "t"), given.get("n", "rn")
    if "n" in given and busybox_of(process):
        raise Misuse("invalid option -- 'n'")
    if style not in ("a", "t", "n") and not busybox_of(process):
        raise Misuse(f"invalid body numbering style: '{style}'")
    if form not in ("ln", "rn", "rz"):
        raise Misuse(f"invalid line numbering format: '{form}'")
    at, step = number(given.get("v", "1")), number(given.get("i", "1"))
    text, between = given.get("w", "6"), given.get("s", "\t")
    width = number(text) if busybox_of(process) else positive(process, text, "line number field width")
    if width > MEMORY:
        raise MemoryError
    lines, status = await read_lines(process, given.operands)
    for line in lines:
        await process.stdout.drain()
        if style == "a" or (style == "t" and line):
            shown = f"{at:<{width}}" if form == "ln" else f"{at:{'0' if form == 'rz' else ''}{width}}"
            process.print(f"{shown}{between}{line}")
            at += step
        else:
            process.print(" " * (width + len(between)) + line)
    return status


TOOLS: dict[str, Program] = {"wc": _wc, "nl": _nl}
