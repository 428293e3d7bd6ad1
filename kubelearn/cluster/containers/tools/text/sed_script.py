"""Scripts of sed, read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kubelearn.cluster.containers.expressions import Expression, Match, compiled
from kubelearn.cluster.containers.tools.options import UsageError

_NUMBER = re.compile(r"\d+")
#: Signs that mean something else where they are escaped.
_MEANT = frozenset("\\&(){}|+?.")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass
class Address:
    """Which lines: ``line``, ``last``, ``step``, ``pattern``, or so many ``more``."""

    kind: str
    number: int = 0
    step: int = 0
    pattern: Expression | None = None


@dataclass
class Substitution:
    """``s/…/…/FLAGS``"""

    pattern: Expression
    replacement: str
    occurrence: int = 1
    everywhere: bool = False
    prints: bool = False

    def fill(self, found: Match) -> str:
        """Return what takes the place of a match."""

        def part(each: re.Match[str]) -> str:
            letter = each[1]
            if each[0] == "&":
                return found.group()
            if letter.isdigit():
                return (found.group(int(letter)) if int(letter) <= len(found.groups()) else "") or ""
            return _ESCAPES.get(letter, letter)

        return re.sub(r"\\(.)|&", part, self.replacement, flags=re.DOTALL)


@dataclass
class Command:
    """A command with its addresses.

    Attributes:
        text: what ``a``, ``i`` and ``c`` print, the label of a jump, the code of ``q``.
        table: what ``y`` makes of characters.
        end: where a group ends.
    """

    letter: str
    first: Address | None = None
    last: Address | None = None
    inverted: bool = False
    text: str = ""
    table: dict[int, str] = field(default_factory=dict)
    substitution: Substitution | None = None
    end: int = 0


def commands(script: str, *, extended: bool) -> list[Command]:
    """Return the commands of a script.

    Raises:
        UsageError: it is none.
    """
    return _Reader(script, extended=extended).commands()


class _Reader:
    def __init__(self, script: str, *, extended: bool):
        self._text = script
        self._at = 0
        self._extended = extended
        self._pattern: Expression | None = None

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self) -> str:
        self._at += 1
        return self._text[self._at - 1 : self._at]

    def _skip(self, characters: str) -> None:
        while self._peek() and self._peek() in characters:
            self._at += 1

    def commands(self) -> list[Command]:
        """Read everything."""
        found: list[Command] = []
        groups: list[Command] = []
        while True:
            self._skip(" \t\n;")
            if not self._peek():
                break
            if self._peek() == "#":
                self._rest()
                continue
            command = self._command()
            found.append(command)
            if command.letter == "{":
                groups.append(command)
            elif command.letter == "}":
                if not groups:
                    raise UsageError("unexpected '}'")
                groups.pop().end = len(found)
        if groups:
            raise UsageError("unmatched '{'")
        return found

    def _command(self) -> Command:
        first, last = self._address(), None
        self._skip(" \t")
        if first is not None and self._peek() == ",":
            self._at += 1
            self._skip(" \t")
            last = self._address()
            if last is None:
                raise UsageError("no address after comma")
        self._skip(" \t")
        inverted = self._peek() == "!"
        if inverted:
            self._at += 1
            self._skip(" \t!")
        if not self._peek():
            raise UsageError("missing command")
        command = Command(self._take(), first, last, inverted)
        self._arguments(command)
        return command

    def _address(self) -> Address | None:
        if number := _NUMBER.match(self._text, self._at):
            self._at = number.end()
            if self._peek() == "~":
                self._at += 1
                step = _NUMBER.match(self._text, self._at)
                self._at = step.end() if step else self._at
                return Address("step", int(number.group()), int(step.group()) if step else 0)
            return Address("line", int(number.group()))
        if self._peek() == "+" and (number := _NUMBER.match(self._text, self._at + 1)):
            self._at = number.end()
            return Address("more", int(number.group()))
        if self._peek() == "$":
            self._at += 1
            return Address("last")
        if self._peek() not in ("/", "\\"):
            return None
        sign = self._take()
        sign = self._take() if sign == "\\" else sign
        text = self._until(sign)
        ignores = self._peek() == "I"
        self._at += ignores
        return Address("pattern", pattern=self._compiled(text, ignore_case=ignores))

    def _compiled(self, text: str, *, ignore_case: bool) -> Expression:
        if not text and self._pattern is not None:
            return self._pattern
        plain = re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[0]), text, flags=re.DOTALL)
        self._pattern = compiled(plain, extended=self._extended, ignore_case=ignore_case)
        return self._pattern

    def _until(self, sign: str, *, is_pattern: bool = True) -> str:
        """Read up to a sign that is not escaped, and not in a pattern's brackets."""
        start, bracket = self._at, -1
        while self._peek():
            at, char = self._at, self._take()
            if bracket >= 0:
                is_first = at == bracket + 1 or (at == bracket + 2 and self._text[at - 1] == "^")
                bracket = -1 if char == "]" and not is_first else bracket
            elif char == "\\":
                self._at += 1
            elif char == "[" and is_pattern:
                bracket = at
            elif char == sign:
                text = self._text[start : self._at - 1]
                return (
                    text
                    if sign == "\\"
                    else text.replace(f"\\{sign}", sign if sign not in "&(){}|+?." else f"\\{sign}")
                )
        raise UsageError(f"unmatched '{sign}'")

    def _rest(self) -> str:
        end = self._text.find("\n", self._at)
        end = len(self._text) if end < 0 else end
        text, self._at = self._text[self._at : end], end
        return text

    def _arguments(self, command: Command) -> None:
        letter = command.letter
        if letter == "s":
            command.substitution = self._substitution()
        elif letter == "y":
            sign = self._take()
            source, target = (re.sub(r"\\(.)", self._plain, self._until(sign, is_pattern=False)) for _ in range(2))
            if len(source) != len(target):
                raise UsageError("bad option in translation expression")
            command.table = {ord(a): b for a, b in zip(source, target, strict=True)}
        elif letter in "aic":
            command.text = self._words()
        elif letter in "qQ":
            code = _NUMBER.match(self._text, self._at)
            command.text, self._at = (code[0], code.end()) if code else ("", self._at)
        elif letter in ":bt":
            found = re.compile(r"[ \t]*([^\s;}]*)").match(self._text, self._at)
            command.text, self._at = (found[1], found.end()) if found else ("", self._at)
        elif letter not in "{}pPdDnNgGhHx=":
            raise UsageError(f"unsupported command {letter}")

    @staticmethod
    def _plain(found: re.Match[str]) -> str:
        return _ESCAPES.get(found[1], found[1])

    def _words(self) -> str:
        """Read what ``a``, ``i`` or ``c`` prints: the rest of the line, and of those that a backslash leads to."""
        self._skip(" \t")
        if self._peek() == "\\":
            self._at += 1
            self._skip(" \t")
            if self._peek() == "\n":
                self._at += 1
        lines = [self._rest()]
        while lines[-1].endswith("\\"):
            self._at += 1
            lines[-1] = lines[-1][:-1]
            lines.append(self._rest())
        return re.sub(r"\\(.)", self._plain, "\n".join(lines))

    def _substitution(self) -> Substitution:
        sign = self._take()
        pattern, replacement = self._until(sign), self._until(sign, is_pattern=False)
        flags = re.compile(r"[gpiI0-9]*").match(self._text, self._at)
        shown = flags.group() if flags else ""
        self._at += len(shown)
        if self._peek() not in ("", ";", "\n", " ", "\t", "}"):
            raise UsageError("bad option in substitution expression")
        number = _NUMBER.search(shown)
        expression = self._compiled(pattern, ignore_case="i" in shown.lower())
        return Substitution(expression, replacement, int(number.group()) if number else 1, "g" in shown, "p" in shown)
