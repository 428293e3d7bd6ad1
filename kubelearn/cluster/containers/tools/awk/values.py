"""awk's values: numbers, texts, and texts of the input that are numbers if they look like one."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_CONVERSION = re.compile(r"%([-+ #0]{0,5})(\d{0,5})(?:\.(\d{0,5}))?([a-zA-Z%])")
#: Whole numbers below this are shown as such.
_WHOLE = 2.0**63


class Input(str):
    """A text that came from outside: it is compared as a number if it looks like one."""

    __slots__ = ()


Value = float | str
#: What a variable is that nobody has set.
UNSET = Input()


def number(value: Value) -> float:
    """Return the number with which a value begins, 0 without one."""
    if isinstance(value, str):
        found = _NUMBER.match(value)
        return float(found.group()) if found else 0.0
    return value


def whole(value: Value) -> int:
    """Return a value's whole part, as C's ``long long`` holds it."""
    found = number(value)
    return int(found) if abs(found) < _WHOLE else -int(_WHOLE)


def text(value: Value) -> str:
    """Return a value as it is printed."""
    if isinstance(value, str):
        return value
    if abs(value) < _WHOLE and value == int(value):
        return str(int(value))
    return f"{value:.6g}"


def truth(value: Value) -> bool:
    """Return whether a value counts as true."""
    if isinstance(value, Input):
        return bool(number(value)) if _looks_like_number(value) else bool(value)
    return bool(value)


def _looks_like_number(value: str) -> bool:
    found = _NUMBER.match(value)
    return found is not None and not value[found.end() :].strip()


def compare(left: Value, right: Value) -> float:
    """Return a number below, at or above 0: values are compared as numbers if both are or look like some."""
    both = [
        isinstance(value, float) or (isinstance(value, Input) and (not value or _looks_like_number(value)))
        for value in (left, right)
    ]
    if all(both):
        return number(left) - number(right)
    one, other = text(left), text(right)
    return float((one > other) - (one < other))


def formatted(form: str, values: list[Value]) -> str:
    """Return what ``sprintf`` makes of a format and values."""
    rest = iter(values)

    def shown(found: re.Match[str]) -> str:
        flags, width, precision, letter = found.groups()
        if letter == "%":
            return "%"
        value = next(rest, UNSET)
        size = f"%{flags}{width}" + (f".{precision}" if precision is not None else "")
        if letter in "diouxX":
            return f"{size}{'d' if letter in 'iu' else letter}" % whole(value)
        if letter in "eEfFgG":
            return f"{size}{letter}" % number(value)
        if letter == "c":
            return f"{size}s" % (chr(whole(value) & 255) if isinstance(value, float) else value[:1])
        return f"{size}s" % text(value)

    return _CONVERSION.sub(shown, form)
