"""awk's arithmetic, and its own functions."""

from __future__ import annotations

import math
import random
import re
import time
from collections.abc import Callable

from kubelearn.cluster.containers.expressions import Match

from .machine import AwkError, Machine
from .values import Input, Value, formatted, number, text, whole

_NUMERIC: dict[str, Callable[[float], float]] = {
    "cos": math.cos,
    "exp": math.exp,
    "int": lambda value: float(math.trunc(value)) if math.isfinite(value) else value,
    "log": lambda value: math.log(value) if value > 0 else math.nan,
    "sin": math.sin,
    "sqrt": lambda value: math.sqrt(value) if value >= 0 else math.nan,
}


def arithmetic(sign: str, left: float, right: float) -> float:
    """Return what an operator makes of two numbers.

    Raises:
        AwkError: a division by zero.
    """
    if sign in "/%" and right == 0:
        raise AwkError("Division by zero")
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    if sign == "*":
        return left * right
    if sign == "/":
        return left / right
    if sign == "%":
        return math.fmod(left, right) if math.isfinite(left) else math.nan
    try:
        return math.pow(left, right)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.inf if left == 0 else math.nan


class Functions:
    """The functions that take values and return one; ``split``, ``sub`` and ``match`` also set variables."""

    def __init__(self, machine: Machine):
        self._machine = machine
        self._chance = random.Random(0)

    def call(self, name: str, values: list[Value]) -> Value:
        """Return what a function returns of values."""
        if name in _NUMERIC:
            return _NUMERIC[name](number(values[0]) if values else 0.0)
        words = [text(value) for value in values]
        if name == "substr":
            return _part(words[0], values[1:])
        if name == "sprintf":
            return formatted(words[0], values[1:])
        if name == "match":
            return self._match(words[0], words[1])
        simple: dict[str, Callable[[], Value]] = {
            "atan2": lambda: math.atan2(number(values[0]), number(values[1])),
            "close": lambda: 0.0 if self._machine.close(words[0]) else -1.0,
            "fflush": lambda: 0.0,
            "index": lambda: float(words[0].find(words[1]) + 1),
            "length": lambda: float(len(words[0] if words else text(self._machine.field(0)))),
            "rand": self._chance.random,
            "srand": lambda: self._seed(values),
            "strftime": lambda: time.strftime(words[0], time.gmtime(number(values[1]) if values[1:] else None)),
            "systime": lambda: float(int(time.time())),
            "tolower": lambda: words[0].lower(),
            "toupper": lambda: words[0].upper(),
        }
        return simple[name]()

    def _seed(self, values: list[Value]) -> float:
        self._chance.seed(number(values[0]) if values else time.time())
        return 0.0

    def _match(self, subject: str, expression: str) -> float:
        found = self._machine.pattern(expression).search(subject)
        start, length = (found.start() + 1, len(found.group())) if found else (0, -1)
        self._machine.set("RSTART", float(start))
        self._machine.set("RLENGTH", float(length))
        return float(start)

    def split(self, subject: str, array: str, separator: Value | None) -> float:
        """``split``: put the pieces of a text into an array, and return how many there are."""
        sign = text(self._machine.get("FS") if separator is None else separator)
        pieces = self._machine.split(subject, sign)
        found = self._machine.array(array)
        found.clear()
        found.update({str(at): Input(piece) for at, piece in enumerate(pieces, 1)})
        return float(len(pieces))

    def substitute(self, expression: str, replacement: str, subject: str, *, everywhere: bool) -> tuple[str, int]:
        """``sub`` and ``gsub``: return the new text, and how often something was replaced."""

        def filled(found: Match) -> str:
            def part(each: re.Match[str]) -> str:
                return str(found.group() if each[0] == "&" else each[1])

            return re.sub(r"\\(.)|&", part, replacement, flags=re.DOTALL)

        return self._machine.pattern(expression).subn(filled, subject, count=0 if everywhere else 1)


def _part(subject: str, values: list[Value]) -> str:
    """``substr``: characters are counted from 1."""
    start = max(whole(values[0]) - 1, 0)
    length = whole(values[1]) if len(values) > 1 else len(subject)
    return subject[start : start + max(length, 0)]
