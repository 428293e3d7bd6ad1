"""Tools on text: cat, head, tail, cut, sort, uniq, wc, tr, rev, tee, seq."""

from __future__ import annotations

import asyncio
import re
import string
from collections.abc import Callable

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program

from .files import reason
from .inputs import inputs, read_lines, write_lines
from .options import UsageError, number, read_all, split, tool


async def _cat(process: Process, wording: str) -> int:
    _, names = split(process.argv, "nuAv", "")
    if not names:
        while chunk := await process.stdin.read():
            process.stdout.write(chunk)
            await process.stdout.drain()
        return 0
    found, status = await inputs(process, names, wording)
    for _, data in found:
        process.stdout.write(data)
    return status


async def _cat_busybox(process: Process) -> int:
    return await _cat(process, "can't open '{name}': No such file or directory")


async def _cat_coreutils(process: Process) -> int:
    return await _cat(process, "{name}: No such file or directory")


async def _head(process: Process) -> int:
    options, names = split([re.sub(r"^-(\d+)$", r"-n\1", word) for word in process.argv], "q", "nc")
    if "c" in options:
        found, status = await inputs(process, names)
        process.stdout.write(b"".join(data for _, data in found)[: number(options["c"])])
        return status
    count = number(options.get("n", "10"))
    if names:
        lines, status = await read_lines(process, names)
        write_lines(process, lines[:count])
        return status
    rest = b""
    while count > 0 and (chunk := await process.stdin.read()):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole[:count]:
            process.stdout.write(line + b"\n")
        count -= len(whole)
    if rest and count > 0:
        process.stdout.write(rest)
    return 0


async def _tail(process: Process) -> int:
    options, names = split([re.sub(r"^-(\d+)$", r"-n\1", word) for word in process.argv], "fq", "nc")
    lines, status = await read_lines(process, names)
    text = options.get("n", "10")
    first = number(text) - 1 if text.startswith("+") else len(lines) - abs(number(text))
    write_lines(process, lines[max(first, 0) :])
    if "f" in options:
        await asyncio.Event().wait()
    return status


async def _cut(process: Process) -> int:
    options, names = split(process.argv, "s", "dfc")
    lines, status = await read_lines(process, names)
    wanted = _ranges(options.get("f") or options.get("c") or "")
    if not wanted:
        raise UsageError("expected a list of bytes, characters, or fields")
    separator = options.get("d", "\t")
    for line in lines:
        if "c" in options:
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


async def _sort(process: Process) -> int:
    options, names = split(process.argv, "nrufV", "kt")
    lines, status = await read_lines(process, names)
    field = None
    if "k" in options:
        sort_key = re.fullmatch(r"(\d*)[^a-z]*([a-z]*).*", options["k"], re.DOTALL)
        place, letters = sort_key.groups() if sort_key else ("", "")
        field = number(place or options["k"]) - 1
        options.update(dict.fromkeys(letters, "yes"))

    def key(line: str) -> object:
        text = line
        if field is not None:
            parts = line.split(options["t"]) if "t" in options else line.split()
            text = parts[field] if field < len(parts) else ""
        if "n" in options:
            found = re.match(r"\s*(-?\d+(\.\d+)?)", text)
            value = float(found.group(1)) if found else 0.0
            return (value, "" if "u" in options else line)
        return (text, line)

    lines.sort(key=key, reverse="r" in options)  # type: ignore[arg-type]
    if "u" in options:  # of lines with the same key the first stays
        lines = list({key(line): line for line in reversed(lines)}.values())[::-1]
    write_lines(process, lines)
    return status


async def _uniq(process: Process) -> int:
    options, names = split(process.argv, "cdui", "")
    lines, status = await read_lines(process, names[:1])
    groups: list[tuple[str, int]] = []
    for line in lines:
        if groups and groups[-1][0] == line:
            groups[-1] = (line, groups[-1][1] + 1)
        else:
            groups.append((line, 1))
    for line, count in groups:
        if ("d" in options and count < 2) or ("u" in options and count > 1):
            continue
        process.print(f"{count:7d} {line}" if "c" in options else line)
    return status


async def _wc(process: Process) -> int:
    options, names = split(process.argv, "lwcm", "")
    found, status = await inputs(process, names)
    for name, data in found:
        counts = {
            "l": data.count(b"\n"),
            "w": len(data.split()),
            "c": len(data),
            "m": len(data.decode(errors="replace")),
        }
        shown = [counts[letter] for letter in "lwmc" if letter in options] or [counts["l"], counts["w"], counts["c"]]
        text = str(shown[0]) if len(shown) == 1 else "".join(f"{value:10d}" for value in shown)[1:]
        process.print(f"{text} {name}".rstrip())
    return status


def _set_of(text: str) -> str:
    for name, members in (
        ("[:upper:]", string.ascii_uppercase),
        ("[:lower:]", string.ascii_lowercase),
        ("[:digit:]", string.digits),
        ("[:space:]", " \t\n\r"),
    ):
        text = text.replace(name, members)
    text = text.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r")

    def span(found: re.Match[str]) -> str:
        return "".join(map(chr, range(ord(found.group(1)), ord(found.group(2)) + 1)))

    return re.sub(r"(.)-(.)", span, text, flags=re.DOTALL)


async def _tr(process: Process) -> int:
    argv = [word.replace("C", "c") if re.fullmatch(r"-[cCds]+", word) else word for word in process.argv]
    options, sets = split(argv, "cds", "")
    if not sets:
        raise UsageError("usage: tr [-ds] SET1 [SET2]")
    text = (await read_all(process)).decode(errors="replace")
    first = _set_of(sets[0])
    if "c" in options:
        first = "".join(sorted(set(text) - set(first)))
    if "d" in options:
        text = "".join(char for char in text if char not in first)
    elif len(sets) > 1:
        second = _set_of(sets[1])
        second += second[-1:] * (len(first) - len(second))
        text = text.translate({ord(a): b for a, b in zip(first, second, strict=False)})
    if "s" in options:
        squeezed = _set_of(sets[-1])
        text = re.sub(rf"([{re.escape(squeezed)}])\1+", r"\1", text)
    process.stdout.write(text.encode())
    return 0


async def _rev(process: Process) -> int:
    lines, status = await read_lines(process, process.argv[1:])
    write_lines(process, [line[::-1] for line in lines])
    return status


async def _tee(process: Process) -> int:
    options, names = split(process.argv, "a", "")
    data = await read_all(process)
    process.stdout.write(data)
    for name in names:
        try:
            process.files.write(resolve(process.cwd, name), data, append="a" in options)
        except OSError as error:
            raise UsageError(f"{name}: {reason(error)}") from None
    return 0


async def _seq(process: Process) -> int:
    # A negative number is no option: a character that no option begins with hides its dash.
    argv = [f"\0{word}" if re.fullmatch(r"-\d+", word) else word for word in process.argv]
    options, words = split(argv, "w", "s")
    words = [word.lstrip("\0") for word in words]
    if not 1 <= len(words) <= 3 or not all(re.fullmatch(r"-?\d+", word) for word in words):
        raise UsageError("invalid number" if words else "missing operand")
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


CAT_COREUTILS = tool(_cat_coreutils)
TOOLS: dict[str, Program] = {
    "cat": tool(_cat_busybox),
    "head": tool(_head),
    "tail": tool(_tail),
    "cut": tool(_cut),
    "sort": tool(_sort),
    "uniq": tool(_uniq),
    "wc": tool(_wc),
    "tr": tool(_tr),
    "rev": tool(_rev),
    "tee": tool(_tee),
    "seq": tool(_seq),
}
