"""Tools on text: cat, head, tail, cut, grep, sort, uniq, wc, tr, rev, tee, sed, awk, seq."""

from __future__ import annotations

import asyncio
import re
import string
from collections.abc import Callable

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program

from .options import UsageError, number, read_all, split


def tool(run: Callable[[Process], object]) -> Program:
    """Make a program of a function that may raise :class:`UsageError`."""

    async def program(process: Process) -> int:
        try:
            result = await run(process)  # type: ignore[misc]
        except UsageError as error:
            process.complain(f"{process.argv[0]}: {error}")
            return 1
        await process.stdout.drain()
        return int(result or 0)

    return program


async def inputs(
    process: Process, names: list[str], wording: str = "{name}: No such file or directory"
) -> tuple[list[tuple[str, bytes]], int]:
    """Return the named files, or standard input, and 1 if one of them could not be read."""
    if not names:
        return [("", await read_all(process))], 0
    found, status = [], 0
    for name in names:
        if name == "-":
            found.append((name, await read_all(process)))
            continue
        try:
            found.append((name, process.files.read(resolve(process.cwd, name))))
        except FileNotFoundError:
            process.complain(f"{process.argv[0]}: {wording.format(name=name)}")
            status = 1
        except IsADirectoryError:
            process.complain(f"{process.argv[0]}: {'read error' if 'open' in wording else name}: Is a directory")
            status = 1
    return found, status


async def _lines(process: Process, names: list[str]) -> tuple[list[str], int]:
    found, status = await inputs(process, names)
    text = b"".join(data for _, data in found).decode(errors="replace")
    return text.splitlines(), status


def _write(process: Process, lines: list[str]) -> None:
    if lines:
        process.stdout.write(("\n".join(lines) + "\n").encode())


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


async def _head(process: Process) -> int:
    options, names = split([re.sub(r"^-(\d+)$", r"-n\1", word) for word in process.argv], "q", "nc")
    if "c" in options:
        found, status = await inputs(process, names)
        process.stdout.write(b"".join(data for _, data in found)[: number(options["c"])])
        return status
    count = number(options.get("n", "10"))
    if names:
        lines, status = await _lines(process, names)
        _write(process, lines[:count])
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
    lines, status = await _lines(process, names)
    text = options.get("n", "10")
    _write(
        process,
        lines[max(number(text) - 1, 0) :] if text.startswith("+") else lines[max(len(lines) - abs(number(text)), 0) :],
    )
    if "f" in options:
        await asyncio.Event().wait()
    return status


async def _cut(process: Process) -> int:
    options, names = split(process.argv, "s", "dfc")
    lines, status = await _lines(process, names)
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


async def _grep(process: Process) -> int:
    options, names = split(process.argv, "coivEFqnwxlh", "eAm")
    if "e" in options:
        pattern = options["e"]
    elif names:
        pattern, names = names[0], names[1:]
    else:
        raise UsageError("usage: grep [-coivEFqnwx] PATTERN [FILE]...")
    matcher = _pattern(pattern, options)
    found, status = await inputs(process, names)
    hits = 0
    for name, data in found:
        prefix = f"{name}:" if len(names) > 1 and "h" not in options else ""
        count = 0
        for index, line in enumerate(data.decode(errors="replace").splitlines(), 1):
            matches = list(matcher.finditer(line))
            if bool(matches) == ("v" in options):
                continue
            count += 1
            if "q" in options or "c" in options or "l" in options:
                continue
            shown = f"{prefix}{index}:" if "n" in options else prefix
            for text in [m.group() for m in matches if m.group()] if "o" in options else [line]:
                process.print(shown + text)
            if count >= number(options.get("m", "99999999")):
                break
        hits += count
        if "c" in options:
            process.print(f"{prefix}{count}")
        elif "l" in options and count:
            process.print(name)
    return 2 if status and not hits else 0 if hits else 1


def _pattern(pattern: str, options: dict[str, str]) -> re.Pattern[str]:
    if "F" in options:
        pattern = re.escape(pattern)
    elif "E" not in options:
        # basic expressions: these are plain unless escaped
        pattern = re.sub(r"\\([+?|(){}])|([+?|(){}])", lambda m: m.group(1) or "\\" + m.group(2), pattern)
    for name, members in (
        ("digit", "0-9"),
        ("alpha", "A-Za-z"),
        ("alnum", "A-Za-z0-9"),
        ("space", r"\s"),
        ("upper", "A-Z"),
        ("lower", "a-z"),
    ):
        pattern = pattern.replace(f"[:{name}:]", members)
    if "w" in options:
        pattern = rf"\b(?:{pattern})\b"
    if "x" in options:
        pattern = rf"^(?:{pattern})$"
    try:
        return re.compile(pattern, re.IGNORECASE if "i" in options else 0)
    except re.error:
        raise UsageError(f"bad regex '{pattern}'") from None


async def _sort(process: Process) -> int:
    options, names = split(process.argv, "nrufV", "kt")
    lines, status = await _lines(process, names)
    place, letters = re.fullmatch(r"(\d*)[^a-z]*([a-z]*).*", options.get("k", ""), re.DOTALL).groups()  # type: ignore[union-attr]
    options.update(dict.fromkeys(letters, "yes"))
    field = number(place or options["k"]) - 1 if "k" in options else None

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
    _write(process, list({key(line): line for line in reversed(lines)}.values())[::-1] if "u" in options else lines)
    return status


async def _uniq(process: Process) -> int:
    options, names = split(process.argv, "cdui", "")
    lines, status = await _lines(process, names[:1])
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
    return re.sub(
        r"(.)-(.)", lambda m: "".join(map(chr, range(ord(m.group(1)), ord(m.group(2)) + 1))), text, flags=re.DOTALL
    )


async def _tr(process: Process) -> int:
    options, sets = split(
        [re.sub(r"^-([cCds]+)$", lambda m: "-" + m.group(1).replace("C", "c"), word) for word in process.argv],
        "cds",
        "",
    )
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
    lines, status = await _lines(process, process.argv[1:])
    _write(process, [line[::-1] for line in lines])
    return status


async def _tee(process: Process) -> int:
    options, names = split(process.argv, "a", "")
    data = await read_all(process)
    process.stdout.write(data)
    for name in names:
        try:
            process.files.write(resolve(process.cwd, name), data, append="a" in options)
        except OSError as error:
            raise UsageError(
                f"{name}:"
                f" {'Read-only file system' if isinstance(error, PermissionError) else 'No such file or directory'}"
            ) from None
    return 0


_SUBSTITUTE = re.compile(r"s(.)((?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1([gi]*)$")
_ADDRESS = re.compile(r"(?:(\d+|\$)(?:,(\d+|\$))?|/((?:\\.|[^/])*)/)?([pdq])$")


async def _sed(process: Process) -> int:
    options, words = split(process.argv, "nEri", "e")
    script = options.get("e") or (words.pop(0) if words else "")
    lines, status = await _lines(process, words)
    substitute, command = _SUBSTITUTE.match(script), _ADDRESS.match(script)
    if substitute is None and command is None:
        raise UsageError(f"unsupported command {script}")
    out: list[str] = []
    for at, line in enumerate(lines, 1):
        if substitute is not None:
            extended = {"E": "yes"} if {"E", "r"} & options.keys() else {}
            pattern = _pattern(substitute.group(2), extended | ({"i": "yes"} if "i" in substitute.group(4) else {}))
            replacement = re.sub(r"(?<!\\)&", r"\\g<0>", substitute.group(3))
            line = pattern.sub(replacement, line, count=0 if "g" in substitute.group(4) else 1)
            out += [] if "n" in options else [line]
        elif command is not None:
            hit = _addressed(command, at, len(lines), line)
            letter = command.group(4)
            if "n" not in options and not (hit and letter == "d"):
                out.append(line)
            if hit and letter == "p":
                out.append(line)
            if hit and letter == "q":
                break
    _write(process, out)
    return status


def _addressed(command: re.Match[str], at: int, last: int, line: str) -> bool:
    low, high, pattern, _ = command.groups()
    if pattern is not None:
        return re.search(pattern, line) is not None
    if low is None:
        return True
    start = last if low == "$" else int(low)
    end = start if high is None else last if high == "$" else int(high)
    return start <= at <= end


_PIECE = re.compile(r"\$\w+|\"[^\"]*\"|\w+")
_ITEM = re.compile(r"(?:\"[^\"]*\"|[^,\"])+")
_PRINT = re.compile(r"\{\s*print\s*(.*?)\s*;?\s*\}")


async def _awk(process: Process) -> int:
    options, words = split(process.argv, "", "F")
    program = _PRINT.fullmatch(words[0].strip()) if words else None
    if program is None:
        process.complain("awk: only '{print $N, ...}' is supported in this shell")
        return 2
    items = [item.strip() for item in _ITEM.findall(program.group(1))]
    if not all(re.fullmatch(r"(?:(?:\$\d+|\$NF|NF|\d+|\"[^\"]*\")\s*)+", item) for item in items):
        process.complain("awk: only '{print $N, ...}' is supported in this shell")
        return 2
    lines, status = await _lines(process, words[1:])
    for line in lines:
        fields = line.split(options["F"]) if "F" in options else line.split()
        process.print(" ".join(_item(item, line, fields) for item in items) if items else line)
    return status


def _item(item: str, line: str, fields: list[str]) -> str:
    """Return one argument of awk's print: fields and strings in a row are put together."""
    return "".join(_field(piece, line, fields) for piece in _PIECE.findall(item))


def _field(item: str, line: str, fields: list[str]) -> str:
    if item == "$NF":
        return fields[-1] if fields else ""
    if item.startswith("$") and item[1:].isdigit():
        at = int(item[1:])
        return line if at == 0 else fields[at - 1] if at <= len(fields) else ""
    return str(len(fields)) if item == "NF" else item.strip('"').replace("\\t", "\t").replace("\\n", "\n")


async def _seq(process: Process) -> int:
    options, words = split(
        [word if not re.fullmatch(r"-\d+", word) else f"\0{word}" for word in process.argv], "w", "s"
    )
    numbers = [word.lstrip("\0") for word in words]
    if not 1 <= len(numbers) <= 3 or not all(re.fullmatch(r"-?\d+", word) for word in numbers):
        raise UsageError("invalid number" if numbers else "missing operand")
    first, step, last = {1: (1, 1, int(numbers[0])), 2: (int(numbers[0]), 1, int(numbers[-1]))}.get(
        len(numbers)
    ) or tuple(map(int, numbers))
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


async def _cat_busybox(process: Process) -> int:
    return await _cat(process, "can't open '{name}': No such file or directory")


async def _cat_coreutils(process: Process) -> int:
    return await _cat(process, "{name}: No such file or directory")


CAT_COREUTILS = tool(_cat_coreutils)
TOOLS: dict[str, Program] = {
    "cat": tool(_cat_busybox),
    "head": tool(_head),
    "tail": tool(_tail),
    "cut": tool(_cut),
    "grep": tool(_grep),
    "egrep": tool(_grep),
    "sort": tool(_sort),
    "uniq": tool(_uniq),
    "wc": tool(_wc),
    "tr": tool(_tr),
    "rev": tool(_rev),
    "tee": tool(_tee),
    "sed": tool(_sed),
    "awk": tool(_awk),
    "seq": tool(_seq),
}
