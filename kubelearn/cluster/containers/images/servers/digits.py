"""Digits of pi, which several images compute."""

from __future__ import annotations

#: So many digits are computed in a moment, and shown by Python without asking.
MOST = 4000


def pi(digits: int) -> str:
    """Return pi with so many digits, the last one rounded (Machin's formula)."""
    unit = 10 ** (digits + 9)
    value = 4 * (4 * _arctan(5, unit) - _arctan(239, unit))
    text = str((value + 5 * 10**9) // 10**10)
    return f"{text[0]}.{text[1:]}" if digits > 1 else text


def _arctan(number: int, unit: int) -> int:
    """Return the arcus tangent of 1/number, times a unit."""
    power = total = unit // number
    divisor = 1
    while power:
        power //= -number * number
        divisor += 2
        total += power // divisor
    return total
