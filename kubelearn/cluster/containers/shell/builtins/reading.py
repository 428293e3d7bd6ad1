"""``read``: a line of the input becomes variables."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from kubelearn.cluster.containers.process import is_number
from kubelearn.cluster.containers.shell import wording
from kubelearn.cluster.containers.shell.syntax import BLANKS
from kubelearn.cluster.streams import NullReader, Reader

from .declaring import Given, Refusal, builtin, table
from .variables import named

if TYPE_CHECKING:
    from kubelearn.cluster.containers.shell.state import ShellState

#: A character, and whether a backslash stood before it.
_Char = tuple[str, bool]
_USAGE = "[-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]"


@builtin("read", "rsp:t:n:d:u:", dash="rp:", bash="rsep:t:n:N:d:u:a:i:", usage=_USAGE)
async def _read(shell: ShellState, given: Given) -> int:
    like = wording.dialect(shell)
    if "a" in given:
        raise Refusal("arrays are not supported in this shell")
    if like == "dash" and not given.operands:
        raise Refusal("arg count")
    for name in given.operands:
        _check(shell, name)
    limit, seconds, source = _limit(like, given), _seconds(like, given), _source(shell, like, given)
    if shell.process.tty and given.options.get("p"):
        shell.process.stderr.write(given.options["p"].encode())
    end = given.options["d"][:1].encode() or b"\0" if "d" in given else b"\n"
    line = _Line(source, None if "N" in given else end, limit, raw="r" in given)
    status = 0
    try:
        async with asyncio.timeout(seconds):
            await line.take()
    except TimeoutError:
        status = 142 if like == "bash" else 1
    _assign(shell, given.operands, line.chars(), whole="N" in given)
    return status or int(not line.ended)


def _check(shell: ShellState, name: str) -> None:
    """Refuse what is no name."""
    try:
        named(shell, name)
    except Refusal:
        if wording.dialect(shell) != "ash":
            raise
        raise Refusal(f"{shell.name}: read: '{name}': bad variable name", 1, plain=True) from None


def _limit(like: str, given: Given) -> int:
    text = given.options.get("N", given.options.get("n", "0"))
    if not is_number(text):
        raise Refusal(f"{text}: invalid number" if like == "bash" else "invalid count")
    return int(text)


def _seconds(like: str, given: Given) -> float | None:
    text = given.options.get("t")
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if seconds < 0:
        raise Refusal(f"{text}: invalid timeout specification" if like == "bash" else "invalid timeout")
    return seconds or None


def _source(shell: ShellState, like: str, given: Given) -> Reader:
    text = given.options.get("u", "0")
    stream = shell.process.stdin if text == "0" else shell.streams.get(int(text) if is_number(text) else -1)
    if stream is not None and hasattr(stream, "read"):
        return cast("Reader", stream)
    if like == "bash":
        raise Refusal(f"{text}: invalid file descriptor: Bad file descriptor")
    return NullReader()


class _Line:
    """A line on its way in.

    Attributes:
        ended: whether its end has been seen.
    """

    def __init__(self, source: Reader, end: bytes | None, limit: int, *, raw: bool):
        self._source, self._end, self._limit, self._raw = source, end, limit, raw
        self._data = bytearray()
        self._escaped: set[int] = set()  # positions of what stands behind a backslash
        self.ended = False

    async def take(self) -> None:
        """Read up to the end of the line."""
        behind = False
        while True:
            byte = await self._source.read(1)
            if not byte:
                return
            if behind and byte == b"\n":
                behind = False  # the line goes on in the next one
                continue
            if not behind and byte == b"\\" and not self._raw:
                behind = True
                continue
            if byte == self._end and not behind:
                self.ended = True
                return
            if behind:
                self._escaped.add(len(self._data))
                behind = False
            self._data += byte
            if self._limit and len(self._data.decode(errors="ignore")) >= self._limit:
                self.ended = True
                return

    def chars(self) -> list[_Char]:
        """Return what has come."""
        found, at = [], 0
        for char in self._data.decode(errors="replace").replace("\0", ""):
            found.append((char, at in self._escaped))
            at += len(char.encode())
        return found


def _assign(shell: ShellState, names: list[str], chars: list[_Char], *, whole: bool) -> None:
    """Give each name a field, the last one what is left."""
    if whole or not names:
        text = "".join(char for char, _ in chars)
        for index, name in enumerate(names or ["REPLY"]):
            shell.assign(name, "" if index else text)
        return
    fields = _fields(chars, shell.variables.get("IFS", BLANKS), len(names))
    for name in names:
        shell.assign(name, next(fields, ""))


def _fields(chars: list[_Char], separators: str, most: int) -> Iterator[str]:
    """Yield the fields of a line, the last of which takes the rest (POSIX, ``read``)."""
    blanks = "".join(char for char in separators if char in BLANKS)

    def is_one(at: int, of: str) -> bool:
        return at < len(chars) and chars[at][0] in of and not chars[at][1]

    def after_blanks(at: int) -> int:
        while is_one(at, blanks):
            at += 1
        return at

    at = after_blanks(0)
    for _ in range(most - 1):
        if at >= len(chars):
            return
        begin = at
        while at < len(chars) and not is_one(at, separators):
            at += 1
        yield "".join(char for char, _ in chars[begin:at])
        at = after_blanks(at)
        if is_one(at, separators):
            at = after_blanks(at + 1)
    end = len(chars)
    while end > at and is_one(end - 1, blanks):
        end -= 1
    if end > at and is_one(end - 1, separators) and not any(is_one(each, separators) for each in range(at, end - 1)):
        end -= 1
    yield "".join(char for char, _ in chars[at:end])


BUILTINS = table(_read)
