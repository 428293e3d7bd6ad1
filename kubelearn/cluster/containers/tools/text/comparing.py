"""Tools that compare: diff, cmp, comm and expr."""

from __future__ import annotations

import difflib
import operator
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from kubelearn.cluster.containers.expressions import compiled
from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.inputs import lines_of
from kubelearn.cluster.containers.tools.options import (
    Given,
    Misuse,
    UsageError,
    applet,
    busybox_of,
    read_all,
    tool,
)
from kubelearn.cluster.containers.tools.troubles import trouble

_TROUBLE = 2


async def _two(process: Process, names: list[str]) -> list[bytes]:
    found = []
    for name in names:
        try:
            found.append(await read_all(process) if name == "-" else process.files.read(resolve(process.cwd, name)))
        except OSError as error:
            raise UsageError(trouble(process, name, error)) from None
    return found


@applet("[-qu] FILE1 FILE2", "qubBiw", operands=(2, 2), failure=_TROUBLE)
async def _diff(process: Process, given: Given) -> int:
    """``diff``: BusyBox' is always unified, GNU's with ``-u``."""
    first, second = (data.decode(errors="replace").splitlines() for data in await _two(process, given.operands))
    if first == second:
        return 0
    names = given.operands
    if "q" in given:
        process.print(f"Files {names[0]} and {names[1]} differ")
        return 1
    if busybox_of(process) is None and "u" not in given:
        lines: Iterable[str] = _normal(first, second)
    else:  # all files are as old as the question
        now = "" if busybox_of(process) else time.strftime("%Y-%m-%d %H:%M:%S.000000000 +0000", time.gmtime())
        lines = difflib.unified_diff(first, second, names[0], names[1], now, now, lineterm="")
    for line in lines:
        process.print(line)
    return 1


def _normal(first: list[str], second: list[str]) -> Iterator[str]:
    """Yield what is different in the form that POSIX calls the default."""
    for kind, *bounds in difflib.SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        begin, end, other_begin, other_end = bounds
        letter = {"insert": "a", "delete": "d", "replace": "c"}[kind]
        yield f"{_span(begin, end)}{letter}{_span(other_begin, other_end)}"
        yield from (f"< {line}" for line in first[begin:end])
        if kind == "replace":
            yield "---"
        yield from (f"> {line}" for line in second[other_begin:other_end])


def _span(begin: int, end: int) -> str:
    """Return the numbers of lines; of none, that of the line before."""
    return f"{begin + 1},{end}" if end > begin + 1 else str(end)


@applet("[-s] FILE1 [FILE2]", "s", operands=(1, 2), failure=_TROUBLE)
async def _cmp(process: Process, given: Given) -> int:
    names = [*given.operands, "-"][:2]
    try:
        first, second = await _two(process, names)
    except UsageError:
        if "s" in given:
            return _TROUBLE
        raise
    if first == second:
        return 0
    at = next((at for at, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]), -1)
    if "s" not in given and at < 0:
        which = 0 if len(first) < len(second) else 1
        process.complain(f"cmp: EOF on {names[which]}{_where(process, (first, second)[which])}")
    elif "s" not in given:
        line = first[:at].count(b"\n") + 1
        process.print(f"{names[0]} {names[1]} differ: char {at + 1}, line {line}")
    return 1


def _where(process: Process, data: bytes) -> str:
    """Return what GNU's ``cmp`` adds of the shorter file."""
    if busybox_of(process):
        return ""
    within, line = ("", data.count(b"\n")) if data.endswith(b"\n") else ("in ", data.count(b"\n") + 1)
    return f" after byte {len(data)}, {within}line {line}" if data else " which is empty"


@applet("[-123] FILE1 FILE2", "123", operands=(2, 2))
async def _comm(process: Process, given: Given) -> int:
    """``comm``: three columns, the lines of the first file alone, of the second alone, and of both."""
    sides = [[line.removesuffix(b"\n") for line in lines_of(data)] for data in await _two(process, given.operands)]
    columns = [letter for letter in "123" if letter not in given]
    first, second = map(deque, sides)
    while first or second:
        if not (first and second):
            column = "1" if first else "2"
        else:
            column = "1" if first[0] < second[0] else "2" if second[0] < first[0] else "3"
        line = (second if column == "2" else first).popleft()
        if column == "3":
            second.popleft()
        if column in columns:
            process.stdout.write(b"\t" * columns.index(column) + line + b"\n")
    return 0 if busybox_of(process) or sides[0] == sides[1] else _unsorted(process, sides)


def _unsorted(process: Process, sides: Sequence[list[bytes]]) -> int:
    """Complain of files whose lines are in no order, as GNU's ``comm`` does."""
    wrong = [number for number, lines in enumerate(sides, 1) if lines != sorted(lines)]
    for each in wrong:
        process.complain(f"comm: file {each} is not in sorted order")
    if wrong:
        process.complain("comm: input is not in sorted order")
    return int(bool(wrong))


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d{1,18}", text) is not None


def _quotient(left: int, right: int) -> int:
    """Return a quotient rounded towards zero, as C has it."""
    return abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)


_OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _quotient,
    "%": lambda left, right: left - right * _quotient(left, right),
}


_NOT_PORTABLE = "using '^' as the first character\nof a basic regular expression is not portable; it is ignored"


async def _expr(process: Process) -> int:
    """``expr``: two operands and what is between them, from left to right."""
    words = process.argv[1:]
    if not words:
        if busybox_of(process) is None:
            raise Misuse("missing operand")
        raise UsageError("too few arguments")
    if words[0] == "length" and len(words) == 2:
        result = str(len(words[1]))
    else:
        result = words[0]
        for at in range(1, len(words) - 1, 2):
            if words[at] == ":" and words[at + 1].startswith("^") and busybox_of(process):
                process.complain(f"expr: warning: '{words[at + 1]}': {_NOT_PORTABLE}")
            result = _operation(result, words[at], words[at + 1])
        if len(words) % 2 == 0:
            raise UsageError("syntax error")
    process.print(result)
    return int(result in ("", "0"))


def _operation(left: str, name: str, right: str) -> str:
    if name == ":":
        expression = compiled(right, extended=False)
        found = expression.match(left)
        if found is None:
            return "" if expression.groups else "0"
        return (found.group(1) or "") if expression.groups else str(len(found.group()))
    if name in ("=", "!=", "<", ">", "<=", ">="):
        is_numbers = all(map(_is_number, (left, right)))
        same = int(left) == int(right) if is_numbers else left == right
        less = int(left) < int(right) if is_numbers else left < right
        holds = {"=": same, "!=": not same, "<": less, "<=": less or same, ">": not (less or same), ">=": not less}
        return str(int(holds[name]))
    if name not in _OPERATIONS:
        raise UsageError("syntax error")
    if not all(map(_is_number, (left, right))):
        raise UsageError("non-numeric argument")
    if name in "/%" and int(right) == 0:
        raise UsageError("division by zero")
    return str(_OPERATIONS[name](int(left), int(right)))


TOOLS: dict[str, Program] = {
    "diff": _diff,
    "cmp": _cmp,
    "comm": _comm,
    "expr": tool(_expr, "EXPRESSION", failure=_TROUBLE),
}
