"""Tools that show bytes: hexdump, hd and od."""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.inputs import inputs
from kubelearn.cluster.containers.tools.options import Given, UsageError, applet, busybox_of, number

#: Bytes in a row.
_ROW = 16
_NAMES = {0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r"}
#: Radix of ``od`` → the letter by which Python writes a number, and the least digits of an address.
_RADIX = {"o": ("o", 7), "d": ("d", 7), "x": ("x", 6)}
#: (type of ``od``, bytes) → the width of a number.
_WIDTHS = {
    ("x", 1): 2, ("x", 2): 4, ("x", 4): 8,
    ("o", 1): 3, ("o", 2): 6, ("o", 4): 11,
    ("u", 1): 3, ("u", 2): 5, ("u", 4): 10,
    ("d", 1): 4, ("d", 2): 6, ("d", 4): 11,
    ("c", 1): 3,
}  # fmt: skip
#: What ``od`` takes for a type, or for the old letter of one.
_OLD = {"c": "c", "x": "x2", "b": "o1", "d": "u2", "o": "o2"}


def _rows(data: bytes, *, whole: bool) -> Iterator[tuple[int, bytes]]:
    """Yield where each row begins, and its bytes; none where it is that before it once more, unless all are wanted."""
    before, is_told = b"", False
    for at in range(0, len(data), _ROW):
        row = data[at : at + _ROW]
        if row != before or whole:
            is_told = False
            yield at, row
        elif not is_told:
            is_told = True
            yield at, b""
        before = row


@applet("[-C] [-v] [-n LENGTH] [-s OFFSET] [FILE]...", "Cv", "ns")
async def _hexdump(process: Process, given: Given) -> int:
    """``hexdump -C``, the form that people ask for, or ``hd``; without it pairs of bytes."""
    found, status = await inputs(process, given.operands)
    skipped = number(given.get("s", "0"))
    data = b"".join(content for _, content in found)[skipped:][: number(given.get("n", str(2**31)))]
    canonical = "C" in given or process.argv[0].rpartition("/")[2] == "hd"
    for at, row in _rows(data, whole="v" in given):
        await process.stdout.drain()
        if not row:
            process.print("*")
        elif canonical:
            cells = " ".join(f"{byte:02x}" for byte in row[:8]) + "  " + " ".join(f"{byte:02x}" for byte in row[8:])
            shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
            process.print(f"{at + skipped:08x}  {cells:<48}  |{shown}|")
        else:
            pairs = " ".join(row[place : place + 2][::-1].hex().zfill(4) for place in range(0, len(row), 2))
            process.print(f"{at + skipped:07x} {pairs:<39}")
    if data:
        process.print(f"{len(data) + skipped:0{8 if canonical else 7}x}")
    return status


@applet("[-bcdoxv] [-A d|o|x|n] [-t TYPE] [-N COUNT] [-j SKIP] [FILE]...", "bcdoxv", "AtNj")
async def _od(process: Process, given: Given) -> int:
    found, status = await inputs(process, given.operands)
    skipped = number(given.get("j", "0"))
    data = b"".join(content for _, content in found)[skipped:][: number(given.get("N", str(2**31)))]
    wanted = [*given.all("t"), *(_OLD[letter] for letter in given if letter in _OLD)] or ["o2"]
    kinds = [kind for each in wanted for kind in _kinds(each)]
    widest = max((_ROW // size * (_WIDTHS[kind, size] + 1) for kind, size in kinds), default=0)
    radix = given.get("A", "o")
    if radix not in (*_RADIX, "n"):
        said = f"invalid output address radix '{radix}'; it must be one character from [doxn]"
        raise UsageError(f"bad output address radix '{radix}' (must be [doxn])" if busybox_of(process) else said)
    for at, row in _rows(data, whole="v" in given):
        await process.stdout.drain()
        if not row:
            process.print("*")
            continue
        address = _address(radix, at + skipped)
        for index, (kind, size) in enumerate(kinds):
            width = _WIDTHS[kind, size] + 1 if busybox_of(process) else widest * size // _ROW
            shown = _numbers(row, kind, size, width)
            process.print(f"{' ' * len(address) if index else address}{shown}")
    if radix != "n":
        process.print(_address(radix, len(data) + skipped))
    return status


def _address(radix: str, at: int) -> str:
    if radix == "n":
        return ""
    letter, width = _RADIX[radix]
    return f"{at:0{width}{letter}}"


def _kinds(text: str) -> Iterator[tuple[str, int]]:
    """Yield some types: ``c``, or ``d``, ``o``, ``u`` or ``x``, each with its number of bytes."""
    rest = text
    while rest:
        kind, rest = rest[0], rest[1:]
        size = 1 if kind == "c" else int(rest[0]) if rest[:1].isdigit() else 4
        if kind != "c":
            rest = rest.lstrip("0123456789")
        if (kind, size) not in _WIDTHS:
            raise UsageError(f"invalid character '{kind}' in type string '{text}'")
        yield kind, size


def _numbers(row: bytes, kind: str, size: int, width: int) -> str:
    """Return a row as numbers, or as letters, each so wide with the blanks before it."""
    if kind == "c":
        letters = (_NAMES.get(byte) or (chr(byte) if 32 <= byte < 127 else f"{byte:03o}") for byte in row)
        return "".join(letter.rjust(width) for letter in letters)
    form = "d" if kind in "du" else f"0{_WIDTHS[kind, size]}{kind}"
    values = (row[place : place + size].ljust(size, b"\0") for place in range(0, len(row), size))
    numbers = (int.from_bytes(value, "little", signed=kind == "d") for value in values)
    return "".join(f"{value:{form}}".rjust(width) for value in numbers)


TOOLS: dict[str, Program] = {"hexdump": _hexdump, "od": _od}
#: BusyBox' alone.
HD: dict[str, Program] = {"hd": _hexdump}
