"""POSIX' regular expressions, as grep, sed and awk take them."""

from __future__ import annotations

import re

from .options import UsageError

_CLASSES = {
    "alnum": "A-Za-z0-9",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "digit": "0-9",
    "lower": "a-z",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


def translated(pattern: str, *, extended: bool) -> str:
    """Return an expression in Python's words; in a basic one, ``+?|(){}`` are plain unless escaped."""
    if not extended:
        pattern = re.sub(r"\\([+?|(){}])|([+?|(){}])", lambda m: m.group(1) or "\\" + m.group(2), pattern)
    for name, members in _CLASSES.items():
        pattern = pattern.replace(f"[:{name}:]", members)
    return pattern


def compiled(pattern: str, *, extended: bool, ignore_case: bool = False) -> re.Pattern[str]:
    """Compile an expression.

    Raises:
        UsageError: it is none.
    """
    text = translated(pattern, extended=extended)
    try:
        return re.compile(text, re.IGNORECASE if ignore_case else 0)
    except re.error:
        raise UsageError(f"bad regex '{text}'") from None
