"""``$((…))``: whole numbers, variables, the operators of C."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .syntax import ShellSyntaxError

_TOKEN = re.compile(r"\s*(\d+|\$?[A-Za-z_]\w*|\*\*|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%()<>!&|^~?:])")
_LEVELS = (("||",), ("&&",), ("|",), ("^",), ("&",), ("==", "!="), ("<", ">", "<=", ">="), ("<<", ">>"), ("+", "-"), ("*", "/", "%"))


def evaluate(text: str, variables: Mapping[str, str]) -> int:
    """Return the value of an expression.

    Raises:
        ShellSyntaxError: it is none, or divides by zero.
    """
    tokens, position = [], 0
    while position < len(text.rstrip()):
        found = _TOKEN.match(text, position)
        if found is None:
            raise ShellSyntaxError("arithmetic syntax error")
        tokens.append(found.group(1))
        position = found.end()
    if not tokens:
        return 0
    value, rest = _binary(tokens, 0, variables)
    if rest:
        raise ShellSyntaxError("arithmetic syntax error")
    return value


def _binary(tokens: list[str], level: int, variables: Mapping[str, str]) -> tuple[int, list[str]]:
    if level == len(_LEVELS):
        return _unary(tokens, variables)
    left, rest = _binary(tokens, level + 1, variables)
    while rest and rest[0] in _LEVELS[level]:
        operator = rest[0]
        right, rest = _binary(rest[1:], level + 1, variables)
        left = _apply(operator, left, right)
    return left, rest


def _apply(operator: str, a: int, b: int) -> int:
    if operator in ("/", "%"):
        if b == 0:
            raise ShellSyntaxError("divide by zero")
        quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        return quotient if operator == "/" else a - quotient * b
    if operator in ("<<", ">>"):
        return a << min(b, 63) if operator == "<<" else a >> min(b, 63)
    return {
        "+": a + b, "-": a - b, "*": a * b, "|": a | b, "^": a ^ b, "&": a & b, "||": int(bool(a or b)), "&&": int(bool(a and b)),
        "==": int(a == b), "!=": int(a != b), "<": int(a < b), ">": int(a > b), "<=": int(a <= b), ">=": int(a >= b)}[operator]


def _unary(tokens: list[str], variables: Mapping[str, str]) -> tuple[int, list[str]]:
    if not tokens:
        raise ShellSyntaxError("arithmetic syntax error")
    first, rest = tokens[0], tokens[1:]
    if first in "+-!~":
        value, rest = _unary(rest, variables)
        return {"+": value, "-": -value, "!": int(not value), "~": ~value}[first], rest
    if first == "(":
        value, rest = _binary(rest, 0, variables)
        if not rest or rest[0] != ")":
            raise ShellSyntaxError("arithmetic syntax error")
        return value, rest[1:]
    if first.isdigit():
        return int(first), rest
    text = variables.get(first.lstrip("$"), "0").strip() or "0"
    if not text.lstrip("-").isdigit():
        raise ShellSyntaxError("arithmetic syntax error")
    return int(text), rest
