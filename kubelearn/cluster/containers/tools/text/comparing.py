"""Tools that show what is different, or byte by byte: diff, cmp, hexdump, od; and expr."""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Callable

from kubelearn.cluster.containers.expressions import compiled
from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.inputs import inputs
from kubelearn.cluster.containers.tools.options import Given, UsageError, applet, busybox_of, number, tool
from kubelearn.cluster.containers.tools.troubles import trouble

_TROUBLE = 2


def _two(process: Process, names: list[str]) -> list[bytes]:
    found = []
    for name in names:
        try:
            found.append(process.files.read(resolve(process.cwd, name)))
        except OSError as error:
            raise UsageError(trouble(process, name, error)) from None
    return found


@applet("[-qu] FILE1 FILE2", "qubBiw", operands=(2, 2), failure=_TROUBLE)
async def _diff(process: Process, given: Given) -> int:
    """``diff``: BusyBox' is always unified."""
    first, second = (data.decode(errors="replace").splitlines() for data in _two(process, given.operands))
    if first == second:
        return 0
    if "q" in given:
        process.print(f"Files {given.operands[0]} and {given.operands[1]} differ")
        return 1
    for line in difflib.unified_diff(first, second, given.operands[0], given.operands[1], lineterm=""):
        process.print(line)
    return 1


@applet("[-s] FILE1 FILE2", "s", operands=(2, 2), failure=_TROUBLE)
async def _cmp(process: Process, given: Given) -> int:
    first, second = _two(process, given.operands)
    if first == second:
        return 0
    at = next((at for at, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]), -1)
    if "s" not in given and at < 0:
        process.complain(f"cmp: EOF on {given.operands[0 if len(first) < len(second) else 1]}")
    elif "s" not in given:
        line = first[:at].count(b"\n") + 1
        process.print(f"{given.operands[0]} {given.operands[1]} differ: char {at + 1}, line {line}")
    return 1


@applet("[-C] [-n LENGTH] [FILE]...", "Cv", "n")
async def _hexdump(process: Process, given: Given) -> int:
    """``hexdump -C``, the form that people ask for; without it pairs of bytes."""
    found, status = await inputs(process, given.operands)
    data = b"".join(content for _, content in found)[: number(given.get("n", str(2**31)))]
    for at in range(0, len(data), 16):
        row = data[at : at + 16]
        if "C" in given:
            cells = " ".join(f"{byte:02x}" for byte in row[:8]) + "  " + " ".join(f"{byte:02x}" for byte in row[8:])
            shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
            process.print(f"{at:08x}  {cells:<48}  |{shown}|")
        else:
            pairs = [row[place : place + 2][::-1].hex().zfill(4) for place in range(0, len(row), 2)]
            process.print(f"{at:07x} {' '.join(pairs)}")
    if data:
        process.print(f"{len(data):0{8 if 'C' in given else 7}x}")
    return status


_NAMES = {0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r"}


@applet("[-c] [-x] [FILE]...", "cx")
async def _od(process: Process, given: Given) -> int:
    found, status = await inputs(process, given.operands)
    data = b"".join(content for _, content in found)
    for at in range(0, len(data), 16):
        row = data[at : at + 16]
        if "c" in given:
            letters = (_NAMES.get(byte) or (chr(byte) if 32 <= byte < 127 else f"{byte:03o}") for byte in row)
            process.print(f"{at:07o} " + " ".join(f"{letter:>3}" for letter in letters))
        else:
            words = (int.from_bytes(row[place : place + 2], "little") for place in range(0, len(row), 2))
            form = "{:04x}" if "x" in given else "{:06o}"
            process.print(f"{at:07o} " + " ".join(form.format(word) for word in words))
    process.print(f"{len(data):07o}")
    return status


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
    "hexdump": _hexdump,
    "od": _od,
    "expr": tool(_expr, "EXPRESSION", failure=_TROUBLE),
}
