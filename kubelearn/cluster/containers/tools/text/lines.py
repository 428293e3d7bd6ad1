"""Tools on lines: cat, tac, head, tail, cut, paste, uniq, tr, rev, tee, seq."""

from __future__ import annotations

import asyncio
import itertools
import re
import string
from collections.abc import Callable

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.inputs import inputs, lines_of, read_lines, write_lines
from kubelearn.cluster.containers.tools.options import (
    SIZES,
    Given,
    Misuse,
    UsageError,
    applet,
    busybox_of,
    number,
    read_all,
)
from kubelearn.cluster.containers.tools.troubles import trouble

#: How often ``tail -f`` looks at its file, in seconds.
_LOOK_AGAIN = 1.0
#: Files that do not end.
_ENDLESS = ("/dev/zero", "/dev/urandom", "/dev/random")


@applet(
    "[-nbvteA] [FILE]...",
    "nbvteAu",
    gnu="sET",
    long={
        "number": "n",
        "number-nonblank": "b",
        "show-all": "A",
        "show-ends": "E",
        "show-tabs": "T",
        "show-nonprinting": "v",
        "squeeze-blank": "s",
    },
)
async def _cat(process: Process, given: Given) -> int:
    """``cat``: whole chunks as they come, unless lines are changed."""
    changes = given.any("nbvteAsET")
    if not given.operands and not changes:
        while chunk := await process.stdin.read():
            process.stdout.write(chunk)
            await process.stdout.drain()
        return 0
    found, status = await inputs(process, given.operands)
    at, before = 0, b""
    for _, data in found:
        if not changes:
            process.stdout.write(data)
            continue
        for line in lines_of(data):
            if "s" in given and line == before == b"\n":
                continue
            before = line
            if "n" in given or ("b" in given and line != b"\n"):
                at += 1
                process.stdout.write(b"%6d\t" % at)
            process.stdout.write(_visible(line, given))
    return status


def _visible(line: bytes, given: Given) -> bytes:
    """Return a line as ``cat -v``, ``-e``, ``-t`` and their kin show it."""
    text, end = (line[:-1], b"\n") if line.endswith(b"\n") else (line, b"")
    if given.any("vetA"):
        text = b"".join(_shown(byte) for byte in text)
    if given.any("tTA"):
        text = text.replace(b"\t", b"^I")
    return text + (b"$" if end and given.any("eEA") else b"") + end


def _shown(byte: int) -> bytes:
    """Return a byte as ``cat -v`` shows it: ``^A``, ``M-a``, ``M-^A``; a tab stays."""
    if byte >= 128:
        return b"M-" + (_shown(byte - 128) if byte != 137 else b"^I")
    return b"%c" % byte if 32 <= byte < 127 or byte == 9 else b"^%c" % (byte ^ 64)


def _with_counts(words: list[str]) -> list[str]:
    """Return words with ``-5`` as ``-n5``."""
    before = ["", *words]
    return [
        word if last in ("-n", "-c") else re.sub(r"^-(\d+)$", r"-n\1", word)
        for last, word in zip(before, words, strict=False)
    ]


@applet("[OPTIONS] [FILE]...", "qv", "nc", prepare=_with_counts, long={"lines": "n", "bytes": "c"})
async def _head(process: Process, given: Given) -> int:
    if given.operands:
        return await _head_of_files(process, given)
    if "c" in given:
        left = _how_many(process, given, "c")
        while left > 0 and (chunk := await process.stdin.read(min(left, 65_536))):
            process.stdout.write(chunk)
            left -= len(chunk)
        return 0
    count, rest = _how_many(process, given, "n"), b""
    if count < 0:
        write_lines(process, (await read_lines(process, []))[0][:count])
        return 0
    while count > 0 and (chunk := await process.stdin.read()):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole[:count]:
            process.stdout.write(line + b"\n")
        count -= len(whole)
    if rest and count > 0:
        process.stdout.write(rest)
    return 0


def _how_many(process: Process, given: Given, letter: str) -> int:
    """Return the lines, or bytes, that ``head`` and ``tail`` are asked for, ten if nothing is said.

    Raises:
        UsageError: it is no number.
    """
    text = given.get(letter, "10")
    units = "bkm" if busybox_of(process) else "bkKmM"
    found = re.fullmatch(rf"([-+]?\d{{1,12}})([{units}]?)", text)
    if found is not None:
        return int(found[1]) * SIZES[found[2]]
    if busybox_of(process) is None:
        raise UsageError(f"invalid number of {'lines' if letter == 'n' else 'bytes'}: '{text}'")
    return number(text)


async def _head_of_files(process: Process, given: Given) -> int:
    if "c" in given and given.operands[0] in _ENDLESS:
        return await _bytes_of_device(process, given.operands[0], _how_many(process, given, "c"))
    found, status = await inputs(process, given.operands)
    for index, (name, data) in enumerate(found):
        _title(process, given, name, index)
        if "c" in given:
            process.stdout.write(data[: _how_many(process, given, "c")])
        else:
            process.stdout.write(b"".join(data.splitlines(keepends=True)[: _how_many(process, given, "n")]))
    return status


async def _bytes_of_device(process: Process, name: str, left: int) -> int:
    while left > 0:
        chunk = process.files.read(name)[:left]
        process.stdout.write(chunk)
        await process.stdout.drain()
        left -= len(chunk)
    return 0


def _title(process: Process, given: Given, name: str, index: int) -> None:
    """Print a file's name before its lines where there are more files."""
    if "q" not in given and (len(given.operands) > 1 or "v" in given):
        process.print(f"{'' if not index else chr(10)}==> {name} <==")


@applet("[OPTIONS] [FILE]...", "fFqv", "nc", prepare=_with_counts, long={"lines": "n", "follow": "f"})
async def _tail(process: Process, given: Given) -> int:
    if "/dev/zero" in given.operands:  # a last line that does not end: the usual way to use up all memory
        raise MemoryError
    found, status = await inputs(process, given.operands)
    for index, (name, data) in enumerate(found):
        _title(process, given, name, index)
        pieces = data.splitlines(keepends=True) if "c" not in given else [bytes([byte]) for byte in data]
        text = given.get("c" if "c" in given else "n", "10")
        count = _how_many(process, given, "c" if "c" in given else "n")
        first = count - 1 if text.startswith("+") else len(pieces) - abs(count)
        process.stdout.write(b"".join(pieces[max(first, 0) :]))
    if given.any("fF") and found:
        await process.stdout.drain()
        await _follow(process, found[-1])
    return status


async def _follow(process: Process, last: tuple[str, bytes]) -> None:
    """Print what is added to a file, for ever."""
    name, before = last
    path, size = resolve(process.cwd, name), len(before)
    while True:
        await asyncio.sleep(_LOOK_AGAIN)
        data = process.files.read(path) if name and process.files.is_file(path) else b""
        if len(data) < size:
            size = 0
        process.stdout.write(data[size:])
        await process.stdout.drain()
        size = len(data)


@applet("[OPTIONS] [FILE]...", "s", "dfcb")
async def _cut(process: Process, options: Given) -> int:
    lines, status = await read_lines(process, options.operands)
    chosen = options.get("f") or options.get("c") or options.get("b")
    if not chosen:
        raise Misuse("expected a list of bytes, characters, or fields")
    wanted = _ranges(chosen)
    if wanted is None:
        raise UsageError("invalid byte or field list" if busybox_of(process) is None else f"bad list '{chosen}'")
    separator = options.get("d", "\t")
    for line in lines:
        if options.any("cb"):
            process.print("".join(char for index, char in enumerate(line, 1) if wanted(index)))
        elif separator not in line:
            if "s" not in options:
                process.print(line)
        else:
            process.print(separator.join(part for index, part in enumerate(line.split(separator), 1) if wanted(index)))
    return status


def _ranges(text: str) -> Callable[[int], bool] | None:
    spans = []
    for item in text.split(","):
        low, dash, high = item.partition("-")
        if not (low + high).isdigit():
            return None
        spans.append((int(low or 1), int(high or 1 << 30) if dash else int(low)))
    return lambda at: any(low <= at <= high for low, high in spans)


@applet("[-cdui] [INPUT [OUTPUT]]", "cdui", operands=(0, 2))
async def _uniq(process: Process, options: Given) -> int:
    lines, status = await read_lines(process, options.operands[:1])
    groups: list[tuple[str, int]] = []
    for line in lines:
        if groups and (groups[-1][0] == line or ("i" in options and groups[-1][0].lower() == line.lower())):
            groups[-1] = (groups[-1][0], groups[-1][1] + 1)
        else:
            groups.append((line, 1))
    wanted = [
        f"{count:7d} {line}" if "c" in options else line
        for line, count in groups
        if not ("d" in options and count < 2) and not ("u" in options and count > 1)
    ]
    target = options.operands[1] if len(options.operands) > 1 else ""
    try:
        write_lines(process, wanted, target)
    except OSError as error:
        raise UsageError(trouble(process, target, error)) from None
    return status


_CLASSES = {
    "alnum": string.ascii_letters + string.digits,
    "alpha": string.ascii_letters,
    "blank": " \t",
    "digit": string.digits,
    "lower": string.ascii_lowercase,
    "punct": string.punctuation,
    "space": " \t\n\r\v\f",
    "upper": string.ascii_uppercase,
    "xdigit": string.hexdigits,
}
#: One member of a set of tr: a class, or a character, which may be escaped, up to another.
_MEMBER = re.compile(rf"\[:({'|'.join(_CLASSES)}):\]|(\\[0-7]{{1,3}}|\\.|.)(?:-(\\[0-7]{{1,3}}|\\.|.))?", re.DOTALL)


def _set_of(text: str) -> str:
    """Return the characters that a set of tr names."""

    def members(found: re.Match[str]) -> str:
        kind, first, last = found.groups()
        if kind:
            return _CLASSES[kind]
        if last is None:
            return _unescaped(first)
        return "".join(map(chr, range(ord(_unescaped(first)), ord(_unescaped(last)) + 1)))

    return _MEMBER.sub(members, text)


def _unescaped(text: str) -> str:
    if text[1:].isdigit() and text.startswith("\\"):
        return chr(int(text[1:], 8))
    return {"\\n": "\n", "\\t": "\t", "\\r": "\r", "\\v": "\v", "\\f": "\f"}.get(text, text[-1:])


def _one_letter(words: list[str]) -> list[str]:
    """Return words with ``-C`` as ``-c``, which means the same."""
    return [word.replace("C", "c") if re.fullmatch(r"-[cCds]+", word) else word for word in words]


@applet("[-cds] STRING1 [STRING2]", "cds", operands=(1, 2), prepare=_one_letter)
async def _tr(process: Process, options: Given) -> int:
    sets = options.operands
    text = (await read_all(process)).decode(errors="surrogateescape")
    first = _set_of(sets[0])
    if "c" in options:
        first = "".join(sorted(set(text) - set(first)))
    if "d" in options:
        text = "".join(char for char in text if char not in first)
    elif len(sets) > 1:
        second = _set_of(sets[1])
        second += second[-1:] * (len(first) - len(second))
        text = text.translate({ord(a): b for a, b in zip(first, second, strict=False)})
    if "s" in options and sets[-1]:
        squeezed = _set_of(sets[-1])
        text = re.sub(rf"([{re.escape(squeezed)}])\1+", r"\1", text)
    process.stdout.write(text.encode(errors="surrogateescape"))
    return 0


@applet("[FILE]...")
async def _rev(process: Process, given: Given) -> int:
    lines, status = await read_lines(process, given.operands)
    write_lines(process, [line[::-1] for line in lines])
    return status


@applet("[-a] [FILE]...", "a")
async def _tee(process: Process, options: Given) -> int:
    status, paths = 0, {name: resolve(process.cwd, name) for name in options.operands}
    for name, path in list(paths.items()):
        try:
            process.files.write(path, b"", append="a" in options)
        except OSError as error:
            process.complain(f"tee: {trouble(process, name, error)}")
            del paths[name]
            status = 1
    while chunk := await process.stdin.read():
        process.stdout.write(chunk)
        for path in paths.values():
            process.files.write(path, chunk, append=True)
        await process.stdout.drain()
    return status


def _hidden(words: list[str]) -> list[str]:
    """Return words with the dash of a negative number behind a character that no option begins with."""
    return [f"\0{word}" if re.fullmatch(r"-\d+", word) else word for word in words]


@applet("[-w] [-s SEP] [FIRST [INC]] LAST", "w", "s", operands=(1, 3), prepare=_hidden)
async def _seq(process: Process, options: Given) -> int:
    words = [word.lstrip("\0") for word in options.operands]
    if wrong := next((word for word in words if not re.fullmatch(r"-?\d+", word)), ""):
        raise Misuse("" if busybox_of(process) else f"invalid floating point argument: '{wrong}'")
    numbers = [int(word) for word in words]
    last = numbers[-1]
    first = numbers[0] if len(numbers) > 1 else 1
    step = numbers[1] if len(numbers) > 2 else 1
    if step == 0:
        raise UsageError("step can't be 0")
    width = max(len(str(first)), len(str(last))) if "w" in options else 0
    separator = options.get("s", "\n")
    values = range(first, last + (1 if step > 0 else -1), step)
    for start in range(0, len(values), 4096):
        chunk = separator.join(str(value).zfill(width) for value in values[start : start + 4096])
        process.stdout.write((chunk + (separator if start + 4096 < len(values) else "\n")).encode())
        await process.stdout.drain()
    return 0


@applet("[FILE]...")
async def _tac(process: Process, given: Given) -> int:
    found, status = await inputs(process, given.operands)
    for _, data in found:
        write_lines(process, data.decode(errors="replace").splitlines()[::-1])
    return status


@applet("[-s] [-d LIST] [FILE]...", "s", "d")
async def _paste(process: Process, given: Given) -> int:
    found, status = await inputs(process, given.operands)
    columns = [data.decode(errors="replace").splitlines() for _, data in found]
    separator = given.get("d", "\t").replace("\\n", "\n").replace("\\t", "\t")[:1]
    rows = columns if "s" in given else list(itertools.zip_longest(*columns, fillvalue=""))
    write_lines(process, [separator.join(row) for row in rows])
    return status


TOOLS: dict[str, Program] = {
    "tac": _tac,
    "paste": _paste,
    "cat": _cat,
    "head": _head,
    "tail": _tail,
    "cut": _cut,
    "uniq": _uniq,
    "tr": _tr,
    "rev": _rev,
    "tee": _tee,
    "seq": _seq,
}
