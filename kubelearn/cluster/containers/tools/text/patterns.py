"""Tools that look for patterns in text: grep and sed."""

from __future__ import annotations

import re

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools import regex
from kubelearn.cluster.containers.tools.inputs import inputs, read_lines, write_lines
from kubelearn.cluster.containers.tools.options import Given, Misuse, UsageError, applet, number
from kubelearn.cluster.streams import NullWriter

_WHERE = r"(?:(\d+|\$)(?:,(\d+|\$))?|/((?:\\.|[^/])*)/)?"
_SUBSTITUTE = re.compile(_WHERE + r"s(.)((?:\\.|(?!\4).)*)\4((?:\\.|(?!\4).)*)\4([gipI]*)$")
_ADDRESS = re.compile(_WHERE + r"([pdq])$")


@applet(
    "[-HhnlLoqvsrRiwFEx] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... } [FILE]...",
    "coivEFqnwxlLhHsrR",
    "eABCm",
    long={"ignore-case": "i", "invert-match": "v", "count": "c", "quiet": "q", "only-matching": "o", "recursive": "r"},
    failure=2,
)
async def _grep(process: Process, options: Given) -> int:
    patterns, names = options.all("e"), options.operands
    if not patterns:
        if not names:
            raise Misuse
        patterns, names = names[0].split("\n"), names[1:]
    called = process.argv[0].rpartition("/")[2]
    if called == "egrep":
        options.add("E")
    elif called == "fgrep":
        options.add("F")
    matcher = re.compile("|".join(f"(?:{_pattern(pattern, options).pattern})" for pattern in patterns), _case(options))
    recursive = options.any("rR")
    if "s" in options:  # says nothing of files that are not there
        process = process.child(process.argv, stderr=NullWriter())
    found, status = await inputs(process, _below(process, names or ["."]) if recursive else names)
    named = (len(names) > 1 or recursive or "H" in options) and "h" not in options
    hits = 0
    for name, data in found:
        prefix = f"{name or '(standard input)'}:" if named else ""
        count = _search(process, matcher, data.decode(errors="replace"), prefix, options)
        hits += bool(count) != ("L" in options)
        if "c" in options:
            process.print(f"{prefix}{count}")
        elif ("l" in options and count) or ("L" in options and not count):
            process.print(name or "(standard input)")
    if hits and ("q" in options or not status):
        return 0
    return 2 if status else 1


def _case(options: Given) -> int:
    return re.IGNORECASE if "i" in options else 0


def _below(process: Process, names: list[str]) -> list[str]:
    """Return the files that names stand for: those below a folder in its place."""
    found = []
    for name in names:
        path = resolve(process.cwd, name)
        if process.files.is_dir(path):
            start = path.rstrip("/") + "/"
            below = [known for known in process.files.walk() if known.startswith(start)]
            found += [f"{name.rstrip('/')}/{known.removeprefix(start)}" for known in below]
        else:
            found.append(name)
    return found


def _search(process: Process, matcher: re.Pattern[str], text: str, prefix: str, options: Given) -> int:
    """Print the lines of one input that match, unless they are only counted; return how many there are."""
    is_silent = options.any("qclL")
    before, after = (number(options.get(letter, options.get("C", "0"))) for letter in "BA")
    most = number(options.get("m", "99999999"))
    lines, count, shown = text.splitlines(), 0, 0
    for index, line in enumerate(lines, 1):
        matches = [found.group() for found in matcher.finditer(line)]
        if bool(matches) == ("v" in options):
            continue
        count += 1
        if not is_silent and "o" in options:
            for piece in filter(None, matches):
                process.print(_with_number(prefix, index, ":", options) + piece)
        elif not is_silent:
            first = max(index - before, shown + 1)
            if (before or after) and shown and first > shown + 1:
                process.print("--")
            for at in range(first, min(index + after, len(lines)) + 1):
                sign = ":" if at == index or _hits(matcher, lines[at - 1], options) else "-"
                process.print(_with_number(prefix, at, sign, options) + lines[at - 1])
                shown = at
        if count >= most:
            break
    return count


def _hits(matcher: re.Pattern[str], line: str, options: Given) -> bool:
    return bool(matcher.search(line)) != ("v" in options)


def _with_number(prefix: str, at: int, sign: str, options: Given) -> str:
    start = prefix[:-1] + sign if prefix else ""
    return f"{start}{at}{sign}" if "n" in options else start


def _pattern(pattern: str, options: Given) -> re.Pattern[str]:
    """Compile a basic expression, or what grep's options make of it."""
    text = re.escape(pattern) if "F" in options else regex.translated(pattern, extended="E" in options)
    if "w" in options:
        text = rf"\b(?:{text})\b"
    if "x" in options:
        text = rf"^(?:{text})$"
    return regex.compiled(text, extended=True, ignore_case="i" in options)


@applet(
    "[-i] [-nrE] [-e CMD]... [FILE]...",
    "inErs",
    "e",
    long={"quiet": "n", "expression": "e", "regexp-extended": "E", "in-place": "i"},
)
async def _sed(process: Process, options: Given) -> int:
    """``sed``: one command after another, each on the lines that the last has left."""
    words, scripts = list(options.operands), options.all("e")
    if not scripts:
        if not words:
            raise Misuse
        scripts = [words.pop(0)]
    commands = [command for script in scripts for command in _commands(script)]
    if "i" not in options:
        lines, status = await read_lines(process, words)
        write_lines(process, _run(lines, commands, options))
        return status
    found, status = await inputs(process, words)
    for name, data in found if words else []:
        text = "".join(f"{line}\n" for line in _run(data.decode(errors="replace").splitlines(), commands, options))
        try:
            process.files.write(resolve(process.cwd, name), text.encode())
        except OSError:
            raise UsageError(f"can't create temp file '{name}XXXXXX': Read-only file system") from None
    return status


def _run(lines: list[str], commands: list[str], options: Given) -> list[str]:
    for command in commands[:-1]:
        lines = _edited(lines, command, options, is_quiet=False)
    return _edited(lines, commands[-1], options, is_quiet="n" in options) if commands else lines


def _commands(script: str) -> list[str]:
    """Return the commands of a script, which ``;`` and new lines part where a command is whole."""
    found, rest = [], ""
    for piece in re.split(r"[;\n]", script):
        rest = f"{rest};{piece}" if rest else piece.strip()
        if not rest or _SUBSTITUTE.match(rest) or _ADDRESS.match(rest):
            found += [rest] if rest else []
            rest = ""
    return [*found, rest] if rest else found


def _edited(lines: list[str], script: str, options: Given, *, is_quiet: bool) -> list[str]:
    substitute, command = _SUBSTITUTE.match(script), _ADDRESS.match(script)
    if substitute is not None:
        return _substituted(lines, substitute, is_quiet=is_quiet, is_extended=options.any("Er"))
    if command is not None:
        return _selected(lines, command, is_quiet=is_quiet)
    raise UsageError(f"unsupported command {script}")


def _substituted(lines: list[str], command: re.Match[str], *, is_quiet: bool, is_extended: bool) -> list[str]:
    """Return lines after ``s/…/…/``, at an address or at all; ``-n`` and ``p`` leave those that changed."""
    *address, _, text, replacement, flags = command.groups()
    if not lines:
        return []  # a pattern that nothing is compared with may be wrong
    options = Given()
    if is_extended:
        options.add("E")
    if "i" in flags or "I" in flags:
        options.add("i")
    pattern = _pattern(text, options)
    replacement = re.sub(r"(?<!\\)&", r"\\g<0>", replacement).replace("\\n", "\n")
    out = []
    for at, line in enumerate(lines, 1):
        changed, count = line, 0
        if _is_at(address, at, len(lines), line):
            changed, count = pattern.subn(replacement, line, count=0 if "g" in flags else 1)
        if not is_quiet:
            out.append(changed)
        if count and "p" in flags:
            out.append(changed)
    return out


def _selected(lines: list[str], command: re.Match[str], *, is_quiet: bool) -> list[str]:
    """Return lines after ``p``, ``d`` or ``q`` at an address."""
    letter = command.group(4)
    out: list[str] = []
    for at, line in enumerate(lines, 1):
        hit = _is_at(list(command.groups()[:3]), at, len(lines), line)
        if not is_quiet and not (hit and letter == "d"):
            out.append(line)
        if hit and letter == "p":
            out.append(line)
        if hit and letter == "q":
            break
    return out


def _is_at(address: list[str | None], at: int, last: int, line: str) -> bool:
    """Return whether a command's address names a line."""
    low, high, pattern = address
    if pattern is not None:
        return re.search(pattern, line) is not None
    if low is None:
        return True
    start = _line_number(low, last)
    end = start if high is None else _line_number(high, last)
    return start <= at <= end


def _line_number(text: str, last: int) -> int:
    return last if text == "$" else int(text)


TOOLS: dict[str, Program] = {
    "grep": _grep,
    "egrep": _grep,
    "fgrep": _grep,
    "sed": _sed,
}
