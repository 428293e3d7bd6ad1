"""Numbers that may be percentages (K/pkg/apis/apps/validation, ValidatePositiveIntOrPercent)."""

from __future__ import annotations

import re
from typing import Any

from kubelearn.cluster.apiserver.errors import Cause, invalid_value

from . import names
from .causes import NOT_NEGATIVE

_percent = re.compile("[0-9]+%").fullmatch


def count_or_percent(value: Any, path: str) -> list[Cause]:
    """Check that a value is a number of things, or so many percent of them."""
    if isinstance(value, str):
        if _percent(value):
            return []
        why = names.regex_error(
            "a valid percent string must be a numeric string followed by an ending '%'", "[0-9]+%", "1%", "93%"
        )
        return [invalid_value(path, value, why)]
    return [invalid_value(path, value, NOT_NEGATIVE)] if value < 0 else []


def at_most_all(value: Any, path: str) -> list[Cause]:
    """Check that a value is not more than all."""
    too_much = isinstance(value, str) and amount(value) > 100
    return [invalid_value(path, value, "must not be greater than 100%")] if too_much else []


def amount(value: Any) -> int:
    """Return the number, or how many percent; 0 for what is neither."""
    if isinstance(value, str):
        number = value.removesuffix("%")
        return int(number) if number.isascii() and number.isdigit() else 0
    return int(value)
