"""Tokens of an awk program."""

from __future__ import annotations

import re
from typing import NamedTuple

KEYWORDS = frozenset(
    {
        "BEGIN",
        "END",
        "break",
        "continue",
        "delete",
        "do",
        "else",
        "exit",
        "for",
        "function",
        "getline",
        "if",
        "in",
        "next",
        "print",
        "printf",
        "return",
        "while",
    }
)
FUNCTIONS = frozenset(
    {
        "atan2",
        "close",
        "cos",
        "exp",
        "fflush",
        "gsub",
        "index",
        "int",
        "length",
        "log",
        "match",
        "rand",
        "sin",
        "split",
        "sprintf",
        "sqrt",
        "srand",
        "strftime",
        "sub",
        "substr",
        "systime",
        "tolower",
        "toupper",
    }
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"} | {
    char: char for char in '\\"/'
}
_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r]+|\\\n|\#[^\n]*)
    |(?P<newline>\n)
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)
    |(?P<string>"(?:\\.|[^"\\\n])*")
    |(?P<call>[A-Za-z_]\w*(?=\())
    |(?P<name>[A-Za-z_]\w*)
    |(?P<op>&&|\|\||\+\+|--|\+=|-=|\*=|/=|%=|\^=|\*\*=|\*\*|==|!=|<=|>=|>>|!~|[-+*/%^!<>=~?:,;(){}\[\]$|])
    """,
    re.VERBOSE,
)
_REGEX = re.compile(r"/((?:\\.|\[[^\]\n]*\]|[^/\\\n])*)/")
_ESCAPED = re.compile(r"\\(?:([0-7]{1,3})|(x[0-9A-Fa-f]{1,2}|.))", re.DOTALL)
#: After these, a slash divides.
_ENDS = frozenset({")", "]", "++", "--"})


class Token(NamedTuple):
    """A piece of a program: ``number``, ``string``, ``regex``, ``name``, ``call``, ``op``, ``keyword`` or ``end``."""

    kind: str
    value: str


class AwkSyntaxError(Exception):
    """A program that cannot be read; the text is what awk says."""


def tokens(program: str) -> list[Token]:
    """Return the tokens of a program.

    Raises:
        AwkSyntaxError: a character begins none.
    """
    found: list[Token] = []
    at = 0
    while at < len(program):
        last = found[-1] if found else Token("op", "")
        divides = last.kind in ("number", "string", "name", "regex") or last.value in _ENDS
        regex = None if divides else _REGEX.match(program, at)
        if regex is not None:
            found.append(Token("regex", _ESCAPED.sub(_of_pattern, regex[1])))
            at = regex.end()
            continue
        match = _TOKEN.match(program, at)
        if (program[at] == '"' and match is None) or (program[at] == "/" and not divides):
            raise AwkSyntaxError("Unexpected end of string")
        if match is None:
            raise AwkSyntaxError("Unexpected token")
        at = match.end()
        if match.lastgroup != "space":
            found.append(_token(str(match.lastgroup), match.group()))
    return [*found, Token("newline", "\n"), Token("end", "")]


def _token(kind: str, text: str) -> Token:
    if kind in ("name", "call") and text in KEYWORDS:
        return Token("keyword", text)
    if kind == "name" and text in FUNCTIONS:
        return Token("call", text)  # length, without brackets
    if kind == "string":
        return Token(kind, unescaped(text[1:-1]))
    if text in ("**", "**="):
        text = text.replace("**", "^")
    return Token(kind, text)


def unescaped(text: str) -> str:
    """Return a text without its escapes."""
    return _ESCAPED.sub(lambda found: _meant(found) or found[0], text)


def _of_pattern(found: re.Match[str]) -> str:
    """Return what an escape is between slashes: those that awk does not read itself are the expression's."""
    return str(found[0]) if found[2] == "\\" else _meant(found) or str(found[0])


def _meant(found: re.Match[str]) -> str:
    """Return the character that an escape stands for, nothing if it is none."""
    octal, letter = found.groups()
    if octal:
        return chr(int(octal, 8) & 255)
    return chr(int(letter[1:], 16)) if letter[1:] else _ESCAPES.get(letter, "")
