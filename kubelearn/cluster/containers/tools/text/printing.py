"""Tools that print what they are told: echo and printf."""

from __future__ import annotations

import re

from kubelearn.cluster.containers.process import Process, Program, bytes_of, char_of
from kubelearn.cluster.containers.tools.options import Misuse, busybox_of, tool

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_ENDS = "\\c"


def _unescape(text: str, *, octal: str = r"[0-7]{1,3}") -> str:
    def plain(found: re.Match[str]) -> str:
        code, byte, letter = found.groups()
        if code or byte:
            return char_of(int(code, 8) & 255 if code else int(byte, 16))
        return _ESCAPES[letter]

    return re.sub(rf"\\(?:({octal})|x([0-9a-fA-F]{{1,2}})|([ntrabfve\\]))", plain, text)


def _told(text: str) -> tuple[str, bool]:
    """Return what ``echo -e`` makes of a text, and whether that is to be all (``\\c``)."""
    before, ends, _ = text.partition(_ENDS)
    return _unescape(before, octal="0[0-7]{0,3}"), bool(ends)


async def echo(process: Process) -> int:
    """``echo [-n] [-e] WORD…``"""
    words = process.argv[1:]
    flags = set()
    while words and re.fullmatch(r"-[neE]+", words[0]):
        flags |= set(words.pop(0)[1:])
    text = " ".join(words)
    if "e" in flags:
        text, is_all = _told(text)
        flags |= {"n"} if is_all else set()
    process.stdout.write(bytes_of(text if "n" in flags else f"{text}\n"))
    await process.stdout.drain()
    return 0


_CONVERSION = re.compile(r"%%|%(?:([-+ 0]{0,4}\d{0,4}(?:\.\d{0,4})?)([sdixuXobcfge]))?")


class _FormatError(Exception):
    """A conversion that printf does not know; the text is the rest of the format."""


async def _printf(process: Process) -> int:
    words = process.argv[1 + (process.argv[1:2] == ["--"]) :]
    if not words:
        if not busybox_of(process):
            raise Misuse("missing operand")
        process.complain("sh: usage: printf FORMAT [ARGUMENT...]")
        return 2
    form, arguments = _unescape(words[0]), words[1:]
    status = 0
    while True:
        used = 0

        def fill(match: re.Match[str], arguments: list[str] = arguments) -> str:
            nonlocal used, status
            if match.group() == "%%":
                return "%"
            if not match.group(2):
                raise _FormatError(form[match.start() :])
            value = arguments[used] if used < len(arguments) else ""
            used += 1
            try:
                return _formatted(match.group(1), match.group(2), value)
            except ValueError:
                process.complain(f"sh: invalid number '{value}'")  # ash has printf built in
                status = 1
                return _formatted(match.group(1), match.group(2), "0")

        try:
            process.stdout.write(bytes_of(_CONVERSION.sub(fill, form)))
        except _FormatError as error:
            process.complain(f"sh: {error}: invalid format")
            return 1
        arguments = arguments[used:]
        if not arguments or not used:
            return status


def _formatted(width: str, letter: str, value: str) -> str:
    """Return one argument as a conversion of printf shows it.

    Raises:
        ValueError: a number is wanted, and it is none.
    """
    if letter in "iu":
        letter = "d"
    if letter in "dxXo":
        return f"%{width}{letter}" % int(value or 0)
    if letter in "fge":
        return f"%{width}{letter}" % float(value or 0)
    if letter == "c":
        return value[:1]
    return f"%{width}s" % (_told(value)[0] if letter == "b" else value)


TOOLS: dict[str, Program] = {
    "echo": echo,
    "printf": tool(_printf, "FORMAT [ARGUMENT]..."),
}
