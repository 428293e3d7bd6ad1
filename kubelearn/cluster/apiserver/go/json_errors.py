"""Why a text is not JSON, in the words of Go's encoding/json (scanner.go)."""

from __future__ import annotations

from typing import Final

_SPACE: Final = " \t\r\n"
_DIGITS: Final = "0123456789"
_HEX: Final = "0123456789abcdefABCDEF"
_END: Final = "unexpected end of JSON input"


class _SyntaxError(Exception):
    """The text is no JSON; the message says why."""


def syntax_error(body: bytes) -> str:
    """Return what Go says about a text that is not JSON; empty if it is JSON for Go."""
    text = body.decode("latin-1")  # Go looks at bytes
    try:
        position = _space(text, _value(text, _space(text, 0), "looking for beginning of value"))
        if position < len(text):
            _fail(text, position, "after top-level value")
    except _SyntaxError as error:
        return str(error)
    except RecursionError:
        return "exceeded max depth"
    return ""


def _fail(text: str, position: int, where: str) -> None:
    if position >= len(text):
        raise _SyntaxError(_END)
    character = text[position]
    shown = {"'": r"'\''", '"': "'\"'"}.get(character) or "'" + _quoted(character) + "'"
    raise _SyntaxError(f"invalid character {shown} {where}")


def _quoted(character: str) -> str:
    """Write a character as strconv.Quote does."""
    named = {
        "\a": r"\a",
        "\b": r"\b",
        "\f": r"\f",
        "\n": r"\n",
        "\r": r"\r",
        "\t": r"\t",
        "\v": r"\v",
        "\\": r"\\",
    }.get(character)
    if named:
        return named
    if character.isprintable():
        return character
    return f"\\x{ord(character):02x}" if ord(character) < 0x80 else f"\\u{ord(character):04x}"


def _space(text: str, position: int) -> int:
    while position < len(text) and text[position] in _SPACE:
        position += 1
    return position


def _value(text: str, position: int, where: str) -> int:
    """Return where a value ends that begins at a position."""
    first = text[position : position + 1]
    if first == "{":
        return _object(text, position + 1)
    if first == "[":
        return _array(text, position + 1)
    if first == '"':
        return _string(text, position + 1)
    if first and first in "-" + _DIGITS:
        return _number(text, position)
    for literal in ("true", "false", "null"):
        if first == literal[0]:
            return _literal(text, position, literal)
    _fail(text, position, where)
    raise AssertionError  # not reached


def _object(text: str, position: int) -> int:
    position = _space(text, position)
    if text[position : position + 1] == "}":
        return position + 1
    while True:
        if text[position : position + 1] != '"':
            _fail(text, position, "looking for beginning of object key string")
        position = _space(text, _string(text, position + 1))
        if text[position : position + 1] != ":":
            _fail(text, position, "after object key")
        position = _space(text, _value(text, _space(text, position + 1), "looking for beginning of value"))
        if text[position : position + 1] == "}":
            return position + 1
        if text[position : position + 1] != ",":
            _fail(text, position, "after object key:value pair")
        position = _space(text, position + 1)


def _array(text: str, position: int) -> int:
    position = _space(text, position)
    if text[position : position + 1] == "]":
        return position + 1
    while True:
        position = _space(text, _value(text, position, "looking for beginning of value"))
        if text[position : position + 1] == "]":
            return position + 1
        if text[position : position + 1] != ",":
            _fail(text, position, "after array element")
        position = _space(text, position + 1)


def _string(text: str, position: int) -> int:
    while True:
        character = text[position : position + 1]
        if character == '"':
            return position + 1
        if character == "\\":
            position += 1
            escape = text[position : position + 1]
            if escape == "u":
                for place in range(position + 1, position + 5):
                    if place >= len(text) or text[place] not in _HEX:
                        _fail(text, place, r"in \u hexadecimal character escape")
                position += 4
            elif not escape or escape not in 'bfnrt\\/"':
                _fail(text, position, "in string escape code")
        elif not character or character < " ":
            _fail(text, position, "in string literal")
        position += 1


def _number(text: str, position: int) -> int:
    if text[position] == "-":
        position += 1
        if text[position : position + 1] not in tuple(_DIGITS):
            _fail(text, position, "in numeric literal")
    if text[position] == "0":
        position += 1
    else:
        position = _digits(text, position)
    if text[position : position + 1] == ".":
        position += 1
        if text[position : position + 1] not in tuple(_DIGITS):
            _fail(text, position, "after decimal point in numeric literal")
        position = _digits(text, position)
    if text[position : position + 1] in ("e", "E"):
        position += 1
        if text[position : position + 1] in ("+", "-"):
            position += 1
        if text[position : position + 1] not in tuple(_DIGITS):
            _fail(text, position, "in exponent of numeric literal")
        position = _digits(text, position)
    return position


def _digits(text: str, position: int) -> int:
    while text[position : position + 1] in tuple(_DIGITS):
        position += 1
    return position


def _literal(text: str, position: int, literal: str) -> int:
    for offset, expected in enumerate(literal):
        if text[position + offset : position + offset + 1] != expected:
            _fail(text, position + offset, f"in literal {literal} (expecting '{expected}')")
    return position + len(literal)
