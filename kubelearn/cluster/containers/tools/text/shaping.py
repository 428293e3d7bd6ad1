"""Tools that lay lines out anew: fold, expand, unexpand, shuf, split; and the pagers more and less."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program, bytes_of
from kubelearn.cluster.containers.tools.inputs import inputs, lines_of
from kubelearn.cluster.containers.tools.options import SIZES, Given, Misuse, UsageError, applet, busybox_of, positive
from kubelearn.cluster.streams import MEMORY

_TAB = 8
#: Letters of the names of the files that ``split`` makes.
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
#: Files that ``split`` makes at most; a container's memory holds no more.
_MOST_FILES = 10_000


def _after(column: int, char: str) -> int:
    """Return the column after a character."""
    if char == "\t":
        return column + _TAB - column % _TAB
    if char == "\b":
        return max(column - 1, 0)
    return 0 if char == "\r" else column + 1


@applet("[-bs] [-w WIDTH] [FILE]...", "bs", "w", long={"bytes": "b", "spaces": "s", "width": "w"})
async def _fold(process: Process, given: Given) -> int:
    width = positive(process, given.get("w", "80"), "number of columns", 10_000)
    found, status = await inputs(process, given.operands)
    for _, data in found:
        for line in (each.decode("latin-1") for each in lines_of(data)):
            end = "\n" if line.endswith("\n") else ""
            pieces = _folded(line.removesuffix("\n"), width, by_bytes="b" in given, at_spaces="s" in given)
            process.stdout.write(("\n".join(pieces) + end).encode("latin-1"))
    return status


def _folded(line: str, width: int, *, by_bytes: bool, at_spaces: bool) -> Iterator[str]:
    """Yield the pieces of a line that are no wider than they may be, or one character long."""
    column = begin = at = 0
    while at < len(line):
        after = column + 1 if by_bytes else _after(column, line[at])
        if after > width and at > begin:
            space = max(line.rfind(" ", begin, at), line.rfind("\t", begin, at)) if at_spaces else -1
            if space >= 0:
                at = space + 1
            yield line[begin:at]
            begin, column = at, 0
            continue
        column, at = after, at + 1
    yield line[begin:]


@applet("[-i] [-t N] [FILE]...", "i", "t", long={"initial": "i", "tabs": "t"})
async def _expand(process: Process, given: Given) -> int:
    stop = positive(process, given.get("t", str(_TAB)), "tab size", 2**32 - 1)
    found, status = await inputs(process, given.operands)
    for _, data in found:
        for line in (each.decode(errors="surrogateescape") for each in lines_of(data)):
            blank = re.match(r"[ \t]*", line)
            until = blank.end() if blank and "i" in given else len(line)
            if line.count("\t") * stop > MEMORY:
                raise MemoryError
            process.stdout.write(bytes_of(line[:until].expandtabs(stop) + line[until:]))
            await process.stdout.drain()
    return status


@applet("[-fa] [-t N] [FILE]...", "fa", "t", long={"first-only": "f", "all": "a", "tabs": "t"})
async def _unexpand(process: Process, given: Given) -> int:
    stop = positive(process, given.get("t", str(_TAB)), "tab size", 2**32 - 1)
    everywhere, single = given.any("at") and "f" not in given, busybox_of(process) is not None
    found, status = await inputs(process, given.operands)
    for _, data in found:
        for line in (each.decode(errors="surrogateescape") for each in lines_of(data)):
            process.stdout.write(bytes_of(_with_tabs(line, stop, everywhere=everywhere, single=single)))
    return status


def _with_tabs(line: str, stop: int, *, everywhere: bool, single: bool) -> str:
    """Return a line with tabs for blanks that reach a tab stop.

    Args:
        single: whether those also do that stand alone after a text.
    """
    made, column = "", 0
    for index, (blanks, text) in enumerate(re.findall(r"([ \t]*)([^ \t]*)", line)):
        end = column
        for char in blanks:
            end = end + stop - end % stop if char == "\t" else end + 1
        tabs = end // stop - column // stop
        if tabs and (index == 0 or (everywhere and (single or len(blanks) > 1 or "\t" in blanks))):
            blanks = "\t" * tabs + " " * (end % stop)
        made, column = made + blanks + text, end + len(text)
    return made


@applet(
    "[-n NUM] [-o FILE] [-z] [FILE | -e [ARG...] | -i L-H]",
    "ezr",
    "noi",
    long={"echo": "e", "zero-terminated": "z", "repeat": "r", "head-count": "n", "output": "o", "input-range": "i"},
)
async def _shuf(process: Process, given: Given) -> int:
    end = b"\0" if "z" in given else b"\n"
    lines, status = await _to_mix(process, given)
    most = _count(process, given.get("n")) if "n" in given else len(lines)
    if "r" in given and lines:
        if most * (max(map(len, lines)) + 1) > MEMORY:
            raise MemoryError
        lines = random.choices(lines, k=most)
    else:
        random.shuffle(lines)
    data = b"".join(line + end for line in lines[:most])
    if "o" in given:
        process.files.write(resolve(process.cwd, given.get("o")), data)
    else:
        process.stdout.write(data)
    return status


def _count(process: Process, text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise UsageError(f"invalid number '{text}'" if busybox_of(process) else f"invalid line count: '{text}'")
    return int(text)


async def _to_mix(process: Process, given: Given) -> tuple[list[bytes], int]:
    """Return what is to be mixed, and the exit code of reading it."""
    if "e" in given:
        return [word.encode() for word in given.operands], 0
    if len(given.operands) > int("i" not in given):
        raise Misuse("" if busybox_of(process) else f"extra operand '{given.operands[-1]}'")
    if "i" in given:
        bounds = re.fullmatch(r"(\d{1,9})-(\d{1,9})", given.get("i"))
        if bounds is None or int(bounds[1]) > int(bounds[2]) + int(busybox_of(process) is None):
            raise UsageError(
                f"bad range '{given.get('i')}'" if busybox_of(process) else f"invalid input range: '{given.get('i')}'"
            )
        if int(bounds[2]) - int(bounds[1]) > 10**6:
            raise MemoryError
        return [b"%d" % each for each in range(int(bounds[1]), int(bounds[2]) + 1)], 0
    found, status = await inputs(process, given.operands)
    data = b"".join(content for _, content in found)
    end = b"\0" if "z" in given else b"\n"
    return [line.removesuffix(end) for line in lines_of(data, end)], status


@applet(
    "[OPTIONS] [INPUT [PREFIX]]", "", "bla", operands=(0, 2), long={"bytes": "b", "lines": "l", "suffix-length": "a"}
)
async def _split(process: Process, given: Given) -> int:
    source, prefix = (*given.operands, *("-", "x")[len(given.operands) :])
    length = positive(process, given.get("a", "2"), "suffix length")
    found, status = await inputs(process, [source])
    for data in (content for _, content in found):
        names = ("".join(letters) for letters in itertools.product(_LETTERS, repeat=length))
        for count, piece in enumerate(_pieces(process, data, given)):
            if count == _MOST_FILES:
                raise MemoryError
            name = next(names, None)
            if name is None:
                raise UsageError("suffixes exhausted" if busybox_of(process) else "output file suffixes exhausted")
            try:
                process.files.write(resolve(process.cwd, prefix + name), piece)
            except OSError as error:
                made = f"can't open '{prefix}{name}'" if busybox_of(process) else f"{prefix}{name}"
                raise UsageError(f"{made}: {error.strerror}") from None
    return status


def _pieces(process: Process, data: bytes, given: Given) -> Iterator[bytes]:
    """Yield the pieces of a file: so many bytes, or so many lines, a thousand by default."""
    if "b" not in given:
        lines, each = lines_of(data), positive(process, given.get("l", "1000"), "number of lines")
        yield from (b"".join(lines[at : at + each]) for at in range(0, len(lines), each))
        return
    size = re.fullmatch(r"(\d{1,12})([bkKmM]?)", given.get("b"))
    if size is None or not int(size[1]):
        positive(process, given.get("b") if size is None else "0", "number of bytes")
    each = int(size[1]) * SIZES[size[2]] if size else 1
    yield from (data[at : at + each] for at in range(0, len(data), each))


async def _page(process: Process, given: Given) -> int:
    """``more`` and ``less``: all at once, as where the output is no screen."""
    found, status = await inputs(process, given.operands)
    for _, data in found:
        process.stdout.write(data)
    return status


TOOLS: dict[str, Program] = {
    "fold": _fold,
    "expand": _expand,
    "unexpand": _unexpand,
    "shuf": _shuf,
    "split": _split,
}
#: BusyBox' alone.
PAGERS: dict[str, Program] = {
    "more": applet("[FILE]...")(_page),
    "less": applet("[-EFIMmNSRh~] [FILE]...", "EFIMmNSRh~")(_page),
}
