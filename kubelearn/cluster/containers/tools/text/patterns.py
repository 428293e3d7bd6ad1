"""``grep``: lines that match a pattern."""

from __future__ import annotations

from kubelearn.cluster.containers.expressions import Expression, compiled_as_grep
from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.inputs import inputs
from kubelearn.cluster.containers.tools.options import Given, Misuse, applet, number
from kubelearn.cluster.streams import NullWriter


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
    matcher = _matcher(patterns, options)
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


def _search(process: Process, matcher: Expression, text: str, prefix: str, options: Given) -> int:
    """Print the lines of one input that match, unless they are only counted; return how many there are."""
    is_silent = options.any("qclL")
    before, after = (number(options.get(letter, options.get("C", "0"))) for letter in "BA")
    most = number(options.get("m", "99999999"))
    lines, count, shown = text.splitlines(), 0, 0
    for index, line in enumerate(lines, 1):
        matches = [found.group() for found in matcher.matches(line)]
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


def _hits(matcher: Expression, line: str, options: Given) -> bool:
    return bool(matcher.search(line)) != ("v" in options)


def _with_number(prefix: str, at: int, sign: str, options: Given) -> str:
    start = prefix[:-1] + sign if prefix else ""
    return f"{start}{at}{sign}" if "n" in options else start


def _matcher(patterns: list[str], options: Given) -> Expression:
    """Compile the patterns: basic expressions, or what grep's options make of them."""
    around = r"(?<!\w){}(?!\w)" if "w" in options else "{}"
    if "x" in options:
        around = rf"\A{around}\Z"
    kind = next((letter for letter in "FE" if letter in options), "G")
    return compiled_as_grep(patterns, around, kind, ignore_case="i" in options)


TOOLS: dict[str, Program] = {
    "grep": _grep,
    "egrep": _grep,
    "fgrep": _grep,
}
