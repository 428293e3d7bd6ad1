"""What every tool is made with: its options, its standard input, and a way to complain."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.streams import MEMORY


class UsageError(Exception):
    """A command line that a tool does not understand; the text is what it prints."""


def tool(run: Callable[[Process], Awaitable[int]]) -> Program:
    """Make a program of a function that may raise :class:`UsageError`."""

    async def program(process: Process) -> int:
        try:
            status = await run(process)
        except UsageError as error:
            process.complain(f"{process.argv[0]}: {error}")
            return 1
        await process.stdout.drain()
        return status

    return program


def split(argv: list[str], flags: str, valued: str) -> tuple[dict[str, str], list[str]]:
    """Split a command line into short options and operands.

    Args:
        flags: letters without value.
        valued: letters that take one.

    Raises:
        UsageError: an option that is neither.
    """
    found: dict[str, str] = {}
    operands: list[str] = []
    words = list(argv[1:])
    while words:
        word = words.pop(0)
        if word == "--":
            return found, operands + words
        if len(word) < 2 or word[0] != "-":
            operands.append(word)
            continue
        letters = word[1:]
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter in flags:
                found[letter] = "yes"
            elif letter in valued:
                if not letters and not words:
                    raise UsageError(f"option requires an argument -- '{letter}'")
                found[letter] = letters or words.pop(0)
                letters = ""
            else:
                raise UsageError(f"unrecognized option: {letter}")
    return found, operands


def number(text: str) -> int:
    """Return a whole number.

    Raises:
        UsageError: it is none.
    """
    if not re.fullmatch(r"[-+]?\d{1,18}", text):
        raise UsageError(f"invalid number '{text}'")
    return int(text)


async def read_all(process: Process) -> bytes:
    """Return the whole standard input.

    Raises:
        MemoryError: it has no end in sight.
    """
    data = bytearray()
    while chunk := await process.stdin.read():
        data += chunk
        if len(data) > MEMORY:
            raise MemoryError
    return bytes(data)
