"""Pieces of the sentences that checks say."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def counted(number: int, what: str) -> str:
    """Return a number and a noun: ``1 pod``, ``2 pods``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def ports(numbers: Collection[int]) -> str:
    """Return ``port 80``, ``ports 80 and 9090``, or ``no port``."""
    if not numbers:
        return "no port"
    return f"port{'' if len(numbers) == 1 else 's'} {together(map(str, numbers))}"


def together(parts: Iterable[str]) -> str:
    """Return ``a``, ``a and b``, or ``a, b and c``."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def listed(names: Collection[str], nothing: str) -> str:
    """Return names as code, in their order; or what there is instead of them.

    >>> listed(["b", "a"], "no pod")
    '`a`, `b`'
    """
    return ", ".join(f"`{name}`" for name in sorted(names)) or nothing
