"""What every tool is made with: a command line that it declares, and what it says of any other.

A tool is a coroutine ``(process, given) -> exit code`` below :func:`applet`, which has its options.  One whose
command line has a form of its own (``find``, ``ip``) is a coroutine ``(process) -> exit code`` below :func:`tool`.
What is not declared is refused, in the words of BusyBox or of GNU's tools: whichever the image has.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field

from kubelearn.cluster.containers.expressions import ExpressionError
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.streams import MEMORY


class UsageError(Exception):
    """A command line, or a condition, that a tool complains about; the text is what it prints."""


class Misuse(UsageError):
    """A command line that is answered with the tool's usage; the text comes before it, if there is one."""


@dataclass(frozen=True)
class BusyBox:
    """The program ``busybox``: which release an image has.

    Attributes:
        version: as it says it, ``1.36.1``.
        built: when, as its banner says.
        musl: whether it was built with musl, as Alpine's is, whose getopt has words of its own.
    """

    version: str
    built: str
    musl: bool = False

    @property
    def banner(self) -> str:
        """The first line of every usage text."""
        return f"BusyBox v{self.version} ({self.built} UTC) multi-call binary."

    async def __call__(self, process: Process) -> int:
        """``busybox [APPLET [ARGUMENT…]]``"""
        words = process.argv[1:]
        if not words or words == ["--list"]:
            names = sorted(process.programs)
            process.print("\n".join(names if words else [self.banner, "", "Currently defined functions:", *names]))
            return 0
        program = process.programs.get(words[0])
        if program is None:
            process.complain(f"{words[0]}: applet not found")
            return 127
        return await program(process.child(words))


def busybox_of(process: Process) -> BusyBox | None:
    """Return the BusyBox that a container's tools are of; None where they are GNU's."""
    found = process.programs.get("busybox")
    return found if isinstance(found, BusyBox) else None


@dataclass(frozen=True)
class Syntax:
    """What a tool declares.

    Attributes:
        usage: what follows the name in its usage text.
        flags: letters without a value.
        valued: letters that take one.
        long: long option → the letter that means the same.
        operands: least and most operands; None for any number.
        ends: whether the first operand ends the options, as where a command follows.
        operand: what GNU's tool calls one that is missing.
        gnu: letters without a value that only GNU's tool has.
    """

    usage: str
    flags: str = ""
    valued: str = ""
    long: Mapping[str, str] = field(default_factory=dict)
    operands: tuple[int, int | None] = (0, None)
    ends: bool = False
    operand: str = "operand"
    gnu: str = ""


@dataclass
class Given:
    """A command line, taken apart: ``"l" in given``, ``given.get("n", "10")``."""

    values: dict[str, list[str]] = field(default_factory=dict)
    operands: list[str] = field(default_factory=list)

    def __contains__(self, letter: str) -> bool:
        return letter in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def any(self, letters: str) -> bool:
        """Return whether one of some options was given."""
        return not self.values.keys().isdisjoint(letters)

    def get(self, letter: str, otherwise: str = "") -> str:
        """Return an option's last value."""
        return self.values.get(letter, [otherwise])[-1]

    def all(self, letter: str) -> list[str]:
        """Return all values of an option that may come again."""
        return self.values.get(letter, [])

    def add(self, letter: str, value: str = "yes") -> None:
        """Take note of an option."""
        self.values.setdefault(letter, []).append(value)


Tool = Callable[[Process], Awaitable[int]]
Applet = Callable[[Process, Given], Awaitable[int]]


def tool(run: Tool, usage: str = "", failure: int | tuple[int, int] = 1) -> Program:
    """Make a program of a function that may raise :class:`UsageError`.

    Args:
        run: the function.
        usage: what follows the name in its usage text, for ``--help`` and :class:`Misuse`.
        failure: exit code of an error; two where GNU's tool has another than BusyBox'.
    """

    @functools.wraps(run)
    async def program(process: Process) -> int:
        if usage and process.argv[1:] == ["--help"]:
            process.complain(usage_text(process, usage))
            return 0
        code = failure if isinstance(failure, int) else failure[busybox_of(process) is None]
        try:
            status = await run(process)
        except Misuse as error:
            if str(error):
                process.complain(f"{process.argv[0]}: {error}")
            process.complain(usage_text(process, usage))
            return code
        except (UsageError, ExpressionError) as error:
            process.complain(f"{process.argv[0]}: {error}")
            return code
        except OSError as error:  # of the container's own files; a full disk has no name
            what = "write error" if error.filename is None else f"can't open '{error.filename}'"
            process.complain(f"{process.argv[0]}: {what}: {error.strerror}")
            return code
        await process.stdout.drain()
        return status

    return program


def applet(
    usage: str,
    flags: str = "",
    valued: str = "",
    *,
    gnu: str = "",
    long: Mapping[str, str] | None = None,
    operands: tuple[int, int | None] = (0, None),
    ends: bool = False,
    operand: str = "operand",
    failure: int | tuple[int, int] = 1,
    prepare: Callable[[list[str]], list[str]] = list,
) -> Callable[[Applet], Program]:
    """Make a program of a function that gets its command line taken apart; see :class:`Syntax` for the arguments.

    Args:
        failure: exit code of an error, as for :func:`tool`.
        prepare: rewrites words of an old form, such as ``-5`` of ``head``, before they are read.
    """
    syntax = Syntax(usage, flags, valued, long or {}, operands, ends, operand, gnu)

    def decorate(run: Applet) -> Program:
        async def program(process: Process) -> int:
            return await run(process, parse(prepare(process.argv[1:]), syntax, busybox_of(process)))

        return tool(program, usage, failure)

    return decorate


def usage_text(process: Process, usage: str) -> str:
    """Return what a tool says of its command line."""
    name, busybox = process.argv[0].rpartition("/")[2], busybox_of(process)
    if busybox is not None:
        return f"{busybox.banner}\n\nUsage: {name} {usage}".rstrip()
    if process.argv[1:] == ["--help"]:
        return f"Usage: {name} {usage}"
    return f"Try '{name} --help' for more information."


def parse(words: list[str], syntax: Syntax, busybox: BusyBox | None = None) -> Given:
    """Take a command line apart.

    Raises:
        Misuse: it is not what the tool declares.
    """
    given, words = Given(), list(words)
    while words:
        word = words.pop(0)
        if word == "--":
            given.operands += words
            break
        if word.startswith("--"):
            _long(word[2:], words, syntax, given, busybox)
        elif len(word) > 1 and word[0] == "-":
            _short(word[1:], words, syntax, given, busybox)
        else:
            given.operands.append(word)
            if syntax.ends:
                given.operands += words
                break
    least, most = syntax.operands
    if len(given.operands) < least:
        raise Misuse("" if busybox else _missing(syntax, given))
    if most is not None and len(given.operands) > most:
        raise Misuse("" if busybox else f"extra operand '{given.operands[most]}'")
    return given


def _missing(syntax: Syntax, given: Given) -> str:
    """Return what GNU's tools say of operands that are missing."""
    if not given.operands:
        return f"missing {syntax.operand}"
    destination = "destination " if syntax.operand != "operand" else ""
    return f"missing {destination}{syntax.operand} after '{given.operands[-1]}'"


def _long(text: str, words: list[str], syntax: Syntax, given: Given, busybox: BusyBox | None) -> None:
    name, equals, value = text.partition("=")
    letter = syntax.long.get(name)
    musl = busybox is not None and busybox.musl
    if letter is None:
        raise Misuse(f"unrecognized option: {name}" if musl else f"unrecognized option '--{name}'")
    if letter not in syntax.valued:
        given.add(letter)
    elif equals or words:
        given.add(letter, value if equals else words.pop(0))
    else:
        raise Misuse(f"option requires an argument: {name}" if musl else f"option '--{name}' requires an argument")


def _short(letters: str, words: list[str], syntax: Syntax, given: Given, busybox: BusyBox | None) -> None:
    musl = busybox is not None and busybox.musl
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter in syntax.flags or (busybox is None and letter in syntax.gnu):
            given.add(letter)
        elif letter not in syntax.valued:
            raise Misuse(f"unrecognized option: {letter}" if musl else f"invalid option -- '{letter}'")
        elif letters or words:
            given.add(letter, letters or words.pop(0))
            return
        else:
            text = f"option requires an argument: {letter}" if musl else f"option requires an argument -- '{letter}'"
            raise Misuse(text)


def number(text: str) -> int:
    """Return a whole number.

    Raises:
        UsageError: it is none.
    """
    if not re.fullmatch(r"[-+]?\d{1,18}", text):
        raise UsageError(f"invalid number '{text}'")
    return int(text)


def positive(process: Process, text: str, what: str, most: int = 2**31 - 1) -> int:
    """Return a whole number above 0.

    Args:
        what: GNU's name for it.
        most: what BusyBox calls the most.

    Raises:
        UsageError: it is none.
    """
    is_number = re.fullmatch(r"\d{1,9}", text) is not None
    if is_number and int(text):
        return int(text)
    if busybox_of(process):
        raise UsageError(f"number {text} is not in 1..{most} range" if is_number else f"invalid number '{text}'")
    if what == "tab size":
        raise UsageError("tab size cannot be 0" if is_number else f"tab size contains invalid character(s): '{text}'")
    raise UsageError(f"invalid {what}: '{text}'{': Numerical result out of range' if is_number else ''}")


#: Unit of a size, as head, tail and split take it → bytes.
SIZES = {"": 1, "b": 512, "k": 1024, "K": 1024, "m": 1024**2, "M": 1024**2}
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def duration(text: str, process: Process | None = None) -> float:
    """Return seconds: ``1.5``, ``2m``, ``1d``.

    Args:
        process: of a tool that GNU has, too; its words are other ones.

    Raises:
        UsageError: it is no time.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?|\.\d+)([smhd]?)", text)
    if found is None and process is not None and busybox_of(process) is None:
        raise Misuse(f"invalid time interval '{text}'")
    if found is None:
        raise UsageError(f"invalid number '{text}'")
    return float(found.group(1)) * _UNITS[found.group(2)]


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
