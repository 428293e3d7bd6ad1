"""Tools that look for patterns in text: grep, sed, awk."""

from __future__ import annotations

import re

from kubelearn.cluster.containers.process import Process, Program

from .inputs import inputs, read_lines, write_lines
from .options import UsageError, number, split, tool

_SUBSTITUTE = re.compile(r"s(.)((?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1([gi]*)$")

_ADDRESS = re.compile(r"(?:(\d+|\$)(?:,(\d+|\$))?|/((?:\\.|[^/])*)/)?([pdq])$")

_PIECE = re.compile(r"\$\w+|\"[^\"]*\"|\w+")

_ITEM = re.compile(r"(?:\"[^\"]*\"|[^,\"])+")

_PRINT = re.compile(r"\{\s*print\s*(.*?)\s*;?\s*\}")


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
        count = _search(process, matcher, data.decode(errors="replace"), prefix, options)
        hits += count
        if "c" in options:
            process.print(f"{prefix}{count}")
        elif "l" in options and count:
            process.print(name)
    if hits:
        return 0
    return 2 if status else 1


def _search(process: Process, matcher: re.Pattern[str], text: str, prefix: str, options: dict[str, str]) -> int:
    """Print the lines of one input that match, unless they are only counted; return how many there are."""
    is_silent = not options.keys().isdisjoint("qcl")
    count = 0
    for index, line in enumerate(text.splitlines(), 1):
        matches = [found.group() for found in matcher.finditer(line)]
        if bool(matches) == ("v" in options):
            continue
        count += 1
        if is_silent:
            continue
        shown = f"{prefix}{index}:" if "n" in options else prefix
        for piece in filter(None, matches) if "o" in options else [line]:
            process.print(shown + piece)
        if count >= number(options.get("m", "99999999")):
            break
    return count


_CLASSES = {
    "digit": "0-9",
    "alpha": "A-Za-z",
    "alnum": "A-Za-z0-9",
    "space": r"\s",
    "upper": "A-Z",
    "lower": "a-z",
}


def _pattern(pattern: str, options: dict[str, str]) -> re.Pattern[str]:
    """Compile a basic expression, or what grep's options make of it."""
    if "F" in options:
        pattern = re.escape(pattern)
    elif "E" not in options:
        # basic expressions: these are plain unless escaped
        pattern = re.sub(r"\\([+?|(){}])|([+?|(){}])", lambda m: m.group(1) or "\\" + m.group(2), pattern)
    for name, members in _CLASSES.items():
        pattern = pattern.replace(f"[:{name}:]", members)
    if "w" in options:
        pattern = rf"\b(?:{pattern})\b"
    if "x" in options:
        pattern = rf"^(?:{pattern})$"
    try:
        return re.compile(pattern, re.IGNORECASE if "i" in options else 0)
    except re.error:
        raise UsageError(f"bad regex '{pattern}'") from None


async def _sed(process: Process) -> int:
    options, words = split(process.argv, "nEri", "e")
    script = options.get("e") or (words.pop(0) if words else "")
    lines, status = await read_lines(process, words)
    is_quiet = "n" in options
    if (substitute := _SUBSTITUTE.match(script)) is not None:
        changed = _substituted(lines, substitute, is_extended=bool({"E", "r"} & options.keys()))
        write_lines(process, [] if is_quiet else changed)
    elif (command := _ADDRESS.match(script)) is not None:
        write_lines(process, _selected(lines, command, is_quiet=is_quiet))
    else:
        raise UsageError(f"unsupported command {script}")
    return status


def _substituted(lines: list[str], command: re.Match[str], *, is_extended: bool) -> list[str]:
    """Return lines after ``s/…/…/``."""
    _, text, replacement, flags = command.groups()
    if not lines:
        return []  # a pattern that nothing is compared with may be wrong
    options = {"E": "yes"} if is_extended else {}
    if "i" in flags:
        options["i"] = "yes"
    pattern = _pattern(text, options)
    replacement = re.sub(r"(?<!\\)&", r"\\g<0>", replacement)
    return [pattern.sub(replacement, line, count=0 if "g" in flags else 1) for line in lines]


def _selected(lines: list[str], command: re.Match[str], *, is_quiet: bool) -> list[str]:
    """Return lines after ``p``, ``d`` or ``q`` at an address."""
    letter = command.group(4)
    out: list[str] = []
    for at, line in enumerate(lines, 1):
        hit = _addressed(command, at, len(lines), line)
        if not is_quiet and not (hit and letter == "d"):
            out.append(line)
        if hit and letter == "p":
            out.append(line)
        if hit and letter == "q":
            break
    return out


def _addressed(command: re.Match[str], at: int, last: int, line: str) -> bool:
    low, high, pattern, _ = command.groups()
    if pattern is not None:
        return re.search(pattern, line) is not None
    if low is None:
        return True
    start = _line_number(low, last)
    end = start if high is None else _line_number(high, last)
    return start <= at <= end


def _line_number(text: str, last: int) -> int:
    return last if text == "$" else int(text)


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
    lines, status = await read_lines(process, words[1:])
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
        if at == 0:
            return line
        return fields[at - 1] if at <= len(fields) else ""
    if item == "NF":
        return str(len(fields))
    return item.strip('"').replace("\\t", "\t").replace("\\n", "\n")


TOOLS: dict[str, Program] = {
    "grep": tool(_grep),
    "egrep": tool(_grep),
    "sed": tool(_sed),
    "awk": tool(_awk),
}
