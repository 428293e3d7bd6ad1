"""Amounts of resources, as in ``cpu: 250m`` and ``memory: 64Mi`` (apimachinery/pkg/api/resource)."""

from __future__ import annotations

_SUFFIXES = {
    "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
    "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40, "Pi": 2.0**50, "Ei": 2.0**60,
}


def parse(quantity: str | int | float) -> float:
    """Return the value of a quantity.

    Raises:
        ValueError: it is none; the API does not let such a one pass.
    """
    text = str(quantity)
    for length in (2, 1):
        if text[-length:] in _SUFFIXES and not text[-length:].isdigit():
            return float(text[:-length]) * _SUFFIXES[text[-length:]]
    return float(text)
