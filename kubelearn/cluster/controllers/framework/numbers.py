"""Numbers that may be percentages (apimachinery/pkg/util/intstr)."""

from __future__ import annotations


def scaled(value: int | str, of: int, *, round_up: bool) -> int:
    """Return a number, or so many percent of another (GetScaledValueFromIntOrPercent)."""
    if isinstance(value, int):
        return value
    percent = int(value.rstrip("%")) * of
    return -(-percent // 100) if round_up else percent // 100
