"""POSIX' regular expressions, as grep, sed, awk, expr and bash take them.

They are not Python's: of all matches that begin at the same place the longest counts, a basic expression has its
operators behind backslashes, and in brackets a backslash is itself. An expression is translated into the words of
the package ``regex``, which knows the longest match, and which stops an expression that would take for ever.
(POSIX, Base Definitions, 9; the extensions ``\\<``, ``\\w``, ``\\+`` … and the words of errors are glibc's.)
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    import regex

Match: TypeAlias = "regex.Match[str]"
_T = TypeVar("_T")

#: Processor time in seconds for all matches of one expression; containers share it with the whole cluster.
_LIMIT = 2.0
#: How often something may come again (RE_DUP_MAX), and how deep groups may be.
_MOST, _DEEPEST = 32_767, 50

_CLASSES = {
    "alnum": "A-Za-z0-9",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r" \t\n\r\f\v",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
#: Extensions of glibc, in the words of the package.
_EXTENSIONS = {
    "<": r"\m",
    ">": r"\M",
    "b": r"\b",
    "B": r"\B",
    "w": r"\w",
    "W": r"\W",
    "s": r"\s",
    "S": r"\S",
    "`": r"\A",
    "'": r"\Z",
}

_BAD = "Invalid regular expression"
_BRACKET = "Unmatched [, [^, [:, [., or [="
_GROUP = r"Unmatched ( or \("
_INTERVAL, _NO_INTERVAL = r"Unmatched \{", r"Invalid content of \{\}"
_REPEATED = "Invalid preceding regular expression"
_REFERENCE = "Invalid back reference"
_SIZE = "Regular expression too big"


class ExpressionError(Exception):
    """What is no expression, or takes too long; the text is what tools print."""


class _RegexError(Exception):
    """What regcomp refuses; the text is regerror's."""


class Expression:
    """An expression that is ready to be matched.

    Attributes:
        groups: how many groups it has.
    """

    def __init__(self, pattern: str, words: str, *, ignore_case: bool = False):
        """Compile what a pattern was translated to."""
        import regex  # not before the first one: every notebook's first cell would wait for it

        flags = regex.POSIX | regex.DOTALL | regex.ASCII | (regex.IGNORECASE if ignore_case else 0)
        self._pattern, self._compiled = pattern, regex.compile(words, flags)
        self._left = _LIMIT
        self.groups: int = self._compiled.groups

    def search(self, text: str) -> Match | None:
        """Return the first match in a text.

        Raises:
            ExpressionError: it takes too long.
        """
        return self._timed(lambda limit: self._compiled.search(text, timeout=limit))

    def match(self, text: str) -> Match | None:
        """Return the match at the beginning of a text."""
        return self._timed(lambda limit: self._compiled.match(text, timeout=limit))

    def matches(self, text: str) -> list[Match]:
        """Return all matches in a text."""
        return self._timed(lambda limit: list(self._compiled.finditer(text, timeout=limit)))

    def subn(self, replacement: Callable[[Match], str], text: str, count: int = 0) -> tuple[str, int]:
        """Replace matches, all of them by default; return the new text and how many there were."""
        return self._timed(lambda limit: self._compiled.subn(replacement, text, count=count, timeout=limit))

    def split(self, text: str) -> list[str]:
        """Return the pieces between the matches."""
        pieces, at = [], 0
        for found in self.matches(text):
            if found.end() > found.start():
                pieces.append(text[at : found.start()])
                at = found.end()
        return [*pieces, text[at:]]

    def _timed(self, find: Callable[[float], _T]) -> _T:
        begin = time.thread_time()
        try:
            if self._left <= 0:
                raise TimeoutError
            return find(self._left)
        except TimeoutError:
            raise ExpressionError(f"bad regex '{self._pattern}': it takes too long") from None
        finally:
            self._left -= time.thread_time() - begin


def compiled(pattern: str, *, extended: bool, ignore_case: bool = False) -> Expression:
    """Compile an expression as regcomp does.

    Raises:
        ExpressionError: it is none.
    """
    try:
        return Expression(pattern, _translated(pattern, extended=extended), ignore_case=ignore_case)
    except _RegexError as error:
        raise ExpressionError(f"bad regex '{pattern}': {error}") from None


def compiled_as_grep(patterns: list[str], around: str, kind: str, *, ignore_case: bool) -> Expression:
    """Compile expressions of which one must match, with grep's freedom: an operator without anything before it.

    Args:
        patterns: the expressions.
        around: what is put around each of them, with ``{}`` for it.
        kind: ``G`` for basic expressions, ``E`` for extended ones, ``F`` for texts that are themselves.
        ignore_case: whether capital letters are as good as small ones.

    Raises:
        ExpressionError: one of them is none; grep does not say why.
    """
    words = []
    for pattern in patterns:
        try:
            plain = re.escape(pattern) if kind == "F" else _translated(pattern, extended=kind == "E", strict=False)
            words.append(around.format(f"(?:{plain})"))
        except _RegexError:
            raise ExpressionError(f"bad regex '{pattern}'") from None
    return Expression(patterns[0], "|".join(words), ignore_case=ignore_case)


def _translated(pattern: str, *, extended: bool, strict: bool = True) -> str:
    """Return a POSIX expression in the words of the package ``regex``.

    Raises:
        _RegexError: it is none.
    """
    return _Translator(pattern, extended, strict).alternatives(0)


class _Translator:
    """Reads an expression from left to right."""

    def __init__(self, pattern: str, extended: bool, strict: bool):
        self._text, self._extended, self._strict = pattern, extended, strict
        self._at = 0
        self._closed: list[int] = []  # numbers of the groups that have ended
        self._groups = 0

    def alternatives(self, depth: int) -> str:
        """Translate up to the end of the group."""
        if depth > _DEEPEST:
            raise _RegexError(_SIZE)
        found = [self._branch(depth)]
        while self._accept("|"):
            found.append(self._branch(depth))
        return "|".join(found)

    def _branch(self, depth: int) -> str:
        words = ""
        is_first = True
        while self._at < len(self._text) and not self._next("|"):
            if self._next(")") and (depth or not self._extended):
                if not depth:
                    raise _RegexError(_GROUP)
                break
            atom, can_repeat = self._atom(depth, is_first)
            words += self._repeated(atom) if can_repeat else atom
            is_first = is_first and not can_repeat  # after ^, a star is still the first
        return words

    def _next(self, operator: str) -> bool:
        """Say whether an operator comes that a basic expression has behind a backslash."""
        return self._text.startswith(operator if self._extended else f"\\{operator}", self._at)

    def _accept(self, operator: str) -> bool:
        if not self._next(operator):
            return False
        self._at += len(operator) + (not self._extended)
        return True

    def _take(self) -> str:
        self._at += 1
        return self._text[self._at - 1]

    # What may come again

    def _atom(self, depth: int, is_first: bool) -> tuple[str, bool]:
        """Return a piece, and whether it can come again."""
        if self._accept("("):
            self._groups += 1
            number = self._groups
            inner = self.alternatives(depth + 1)
            if not self._accept(")"):
                raise _RegexError(_GROUP)
            self._closed.append(number)
            return f"({inner})", True
        if is_first and (bad := self._operator_without_operand()) is not None:
            return bad
        char = self._take()
        if char == "[":
            return self._bracket(), True
        if char == ".":
            return ".", True
        if char == "\\":
            return self._escaped()
        if char == "^" and (self._extended or is_first):
            return self._anchor("^")
        if char == "$" and (self._extended or self._at == len(self._text) or self._next("|") or self._next(")")):
            return self._anchor(r"\Z")
        return re.escape(char), True

    def _operator_without_operand(self) -> tuple[str, bool] | None:
        """Take an operator that has nothing before it; a star is then one itself in basic expressions."""
        if not self._extended and self._text[self._at] == "*":
            self._at += 1
            return r"\*", True
        operators = "*+?{" if self._extended else "{"
        operator = next((sign for sign in operators if self._next(sign)), None)
        if operator is None:
            return None
        if self._strict:
            raise _RegexError(_REPEATED)
        self._accept(operator)
        return ("", False) if self._extended else (re.escape(operator), True)

    def _anchor(self, words: str) -> tuple[str, bool]:
        if self._extended and self._text[self._at : self._at + 1] in set("*+?{"):
            if self._strict:
                raise _RegexError(_REPEATED)
            return f"(?:{words})", True
        return words, False

    def _escaped(self) -> tuple[str, bool]:
        if self._at == len(self._text):
            raise _RegexError("Trailing backslash")
        char = self._take()
        if char in "123456789":
            if int(char) not in self._closed:
                raise _RegexError(_REFERENCE)
            return f"(?:\\{char})", True
        if char in _EXTENSIONS:
            return _EXTENSIONS[char], char in "wWsS"
        return re.escape(char), True

    # Brackets

    def _bracket(self) -> str:
        """Translate ``[…]``; POSIX, 9.3.5."""
        begin = self._at
        if begin == len(self._text):
            raise _RegexError(_BAD)
        words = "[^" if self._text.startswith("^", self._at) else "["
        self._at += len(words) - 1
        is_first = True
        while self._at < len(self._text):
            if self._text[self._at] == "]" and not is_first:
                self._at += 1
                return f"{words}]"
            is_first = False
            words += self._member()
        raise _RegexError(_BRACKET)

    def _member(self) -> str:
        if self._text.startswith("[:", self._at):
            name, end, _ = self._text[self._at + 2 :].partition(":]")
            if not end:
                raise _RegexError(_BRACKET)
            if name not in _CLASSES:
                raise _RegexError("Invalid character class name")
            self._at += len(name) + 4
            return _CLASSES[name]
        low = self._character()
        following = self._text[self._at : self._at + 2]
        if len(following) < 2 or following[0] != "-" or following[1] == "]":
            return f"\\{low}" if not low.isalnum() else low
        self._at += 1
        high = self._character()
        if high < low:
            raise _RegexError("Invalid range end")
        return "-".join(each if each.isalnum() else f"\\{each}" for each in (low, high))

    def _character(self) -> str:
        """Take one character, or one that is named ``[.x.]`` or ``[=x=]``."""
        for sign in ".=":
            if self._text.startswith(f"[{sign}", self._at):
                name, end, _ = self._text[self._at + 2 :].partition(f"{sign}]")
                if not end or len(name) != 1:
                    raise _RegexError(_BRACKET if not end else "Invalid collation character")
                self._at += 5
                return name
        return self._take()

    # How often

    def _repeated(self, atom: str) -> str:
        times = 0
        while (how_often := self._quantifier(times)) is not None:
            atom = f"(?:{atom}){how_often}" if times or len(atom) > 1 else atom + how_often
            times += 1
        return atom

    def _quantifier(self, times: int) -> str | None:
        if self._text.startswith("*", self._at):
            sign = "*"
            self._at += 1
        else:
            sign = next((each for each in "+?{" if self._accept(each)), "")
        if not sign:
            return None
        if times and not self._extended and self._strict and sign in "*{":
            raise _RegexError(_REPEATED)  # RE_CONTEXT_INVALID_DUP
        return self._interval() if sign == "{" else sign

    def _interval(self) -> str | None:
        """Return how often, None where a brace is no more than that."""
        begin, end = self._at, self._text.find("}" if self._extended else r"\}", self._at)
        content = self._text[begin : end if end >= 0 else None]
        low, comma, high = content.partition(",")
        is_good = all(not each or each.isdecimal() for each in (low, high)) and bool(low or comma)
        if end < 0 or not is_good:
            if self._extended and not self._strict:
                self._at -= 1
                return None
            raise _RegexError(_INTERVAL if end < 0 else _NO_INTERVAL)
        least, most = int(low or 0), int(high) if high else None if comma else int(low)
        if most is not None and most < least:
            raise _RegexError(_NO_INTERVAL)
        if max(least, most or 0) > _MOST:
            raise _RegexError(_SIZE)
        self._at = end + (1 if self._extended else 2)
        return f"{{{least},{'' if most is None else most}}}"
