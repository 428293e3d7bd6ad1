"""``$((…))``: whole numbers, variables, the operators of C."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from .syntax import ShellSyntaxError

_TOKEN = re.compile(
    r"\s*(0[xX][0-9a-fA-F]+|\d+|\$?[A-Za-z_]\w*|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||\*\*|\+\+|--"
    r"|[-+*/%]=|[-+*/%()<>!&|^~?:=])"
)
_LEVELS = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
    ("**",),
)
_ASSIGNMENTS = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>="})
_STEPS = {"++": 1, "--": -1}
_MOST_TOKENS = 1000


def evaluate(text: str, variables: Mapping[str, str], assign: Callable[[str, str], None] | None = None) -> int:
    """Return the value of an expression.

    Args:
        assign: takes name and value for ``=`` and its kin.

    Raises:
        ShellSyntaxError: it is none, or divides by zero.
    """
    tokens: list[str] = []
    position = 0
    while position < len(text.rstrip()):
        found = _TOKEN.match(text, position)
        if found is None or len(tokens) > _MOST_TOKENS:
            raise ShellSyntaxError("arithmetic syntax error")
        tokens.append(found.group(1))
        position = found.end()
    if not tokens:
        return 0
    reader = _Reader(tokens, variables, assign)
    value = reader.expression()
    if reader.next:
        raise ShellSyntaxError("arithmetic syntax error")
    return value


class _Reader:
    """Recursive descent that computes as it reads; what C would skip is read without effect."""

    def __init__(self, tokens: list[str], variables: Mapping[str, str], assign: Callable[[str, str], None] | None):
        self._tokens = tokens
        self._at = 0
        self._variables = variables
        self._assign = assign
        self._skipping = 0

    @property
    def next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, expected: str = "") -> str:
        token = self.next
        if not token or (expected and token != expected):
            raise ShellSyntaxError("arithmetic syntax error")
        self._at += 1
        return token

    def expression(self) -> int:
        """Read an assignment or a condition."""
        following = self._tokens[self._at + 1 : self._at + 2]
        if following and following[0] in _ASSIGNMENTS and re.match(r"\$?[A-Za-z_]", self.next):
            name, operator = self._take(), self._take()
            value = self.expression()
            if operator != "=":
                value = self._apply(operator[:-1], self._variable(name), value)
            if self._assign is not None and not self._skipping:
                self._assign(name, str(value))
            return value
        condition = self._binary(0)
        if self.next != "?":
            return condition
        self._take()
        first = self._maybe(self.expression, bool(condition))
        self._take(":")
        second = self._maybe(self.expression, not condition)
        return first if condition else second

    def _maybe(self, read: Callable[[], int], wanted: bool) -> int:
        self._skipping += not wanted
        try:
            return read()
        finally:
            self._skipping -= not wanted

    def _binary(self, level: int) -> int:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while self.next in _LEVELS[level]:
            operator = self._take()
            is_idle = (operator == "&&" and not left) or (operator == "||" and left)
            right = self._maybe(lambda: self._binary(level + 1), not is_idle)
            left = self._apply(operator, left, right)
        return left

    def _apply(self, operator: str, a: int, b: int) -> int:
        if operator in ("/", "%"):
            if b == 0:
                if self._skipping:
                    return 0
                raise ShellSyntaxError("divide by zero")
            quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
            return _wrap(quotient if operator == "/" else a - quotient * b)
        if operator == "**":
            return _wrap(pow(a, max(b, 0), 1 << 64))
        if operator in ("<<", ">>"):
            return _wrap(a << (b & 63) if operator == "<<" else a >> (b & 63))
        return _wrap(
            {
                "+": a + b,
                "-": a - b,
                "*": a * b,
                "|": a | b,
                "^": a ^ b,
                "&": a & b,
                "||": int(bool(a or b)),
                "&&": int(bool(a and b)),
                "==": int(a == b),
                "!=": int(a != b),
                "<": int(a < b),
                ">": int(a > b),
                "<=": int(a <= b),
                ">=": int(a >= b),
            }[operator]
        )

    def _unary(self) -> int:
        word = self._take()
        if word in _STEPS:
            return self._step(self._take(), _STEPS[word], before=True)
        if word in "+-!~":
            value = self._unary()
            return _wrap({"+": value, "-": -value, "!": int(not value), "~": ~value}[word])
        if word == "(":
            value = self.expression()
            self._take(")")
            return value
        if word[0].isdigit():
            base = 16 if word[:2] in ("0x", "0X") else 8 if re.fullmatch(r"0[0-7]+", word) else 10
            return _wrap(int(word, base))
        if self.next in _STEPS:
            return self._step(word, _STEPS[self._take()], before=False)
        return self._variable(word)

    def _step(self, name: str, step: int, *, before: bool) -> int:
        """``++x`` and ``x++``, and the same with ``--``."""
        value = self._variable(name)
        if self._assign is not None and not self._skipping:
            self._assign(name, str(_wrap(value + step)))
        return _wrap(value + step * before)

    def _variable(self, name: str) -> int:
        text = self._variables.get(name.lstrip("$"), "").strip() or "0"
        if not re.fullmatch(r"-?\d{1,20}", text):
            raise ShellSyntaxError("arithmetic syntax error")
        return int(text)


def _wrap(value: int) -> int:
    """Return what fits in 64 bits."""
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)
