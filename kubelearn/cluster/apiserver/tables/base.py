"""What all tables share: columns, ages, shortened lists (K/pkg/printers)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ... import meta
from ...meta import Object

NONE, UNKNOWN, UNSET = "<none>", "<unknown>", "<unset>"
_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 365 * 86400


@dataclass(frozen=True)
class Column:
    """A column; priority 1 is shown only with ``-o wide``."""

    name: str
    priority: int = 0
    type: str = "string"
    format: str = ""

    @property
    def definition(self) -> Object:
        return {"name": self.name, "type": self.type, "format": self.format, "description": self.name, "priority": self.priority}


NAME = Column("Name", format="name")
AGE = Column("Age")


def number(name: str, priority: int = 0) -> Column:
    return Column(name, priority, "integer")


Cells = Callable[[Object], list[Any]]


@dataclass(frozen=True)
class Printer:
    """How one resource looks in a table."""

    columns: tuple[Column, ...]
    cells: Cells


def age(text: str | None, now: float | None = None) -> str:
    """Return how long ago a time stamp was, as kubectl shows it (apimachinery duration.HumanDuration)."""
    if not text:
        return UNKNOWN
    return duration((time.time() if now is None else now) - meta.seconds_of(text))


def duration(seconds: float) -> str:
    """Write a span of time with at most two units."""
    total = int(seconds)
    if seconds < -1:
        return "<invalid>"
    if total <= 0:
        return "0s"
    for limit, write in _STEPS:
        if total < limit:
            return write(total)
    years, days = divmod(total // _DAY, 365)
    return f"{years}y{days}d" if years < 8 and days else f"{years}y"


def _two(total: int, unit: int, name: str, smaller: int, rest: str) -> str:
    whole, left = divmod(total, unit)
    return f"{whole}{name}{left // smaller}{rest}" if left // smaller else f"{whole}{name}"


_STEPS: tuple[tuple[int, Callable[[int], str]], ...] = (
    (2 * _MINUTE, lambda t: f"{t}s"),
    (10 * _MINUTE, lambda t: _two(t, _MINUTE, "m", 1, "s")),
    (3 * _HOUR, lambda t: f"{t // _MINUTE}m"),
    (8 * _HOUR, lambda t: _two(t, _HOUR, "h", _MINUTE, "m")),
    (2 * _DAY, lambda t: f"{t // _HOUR}h"),
    (8 * _DAY, lambda t: _two(t, _DAY, "d", _HOUR, "h")),
    (2 * _YEAR, lambda t: f"{t // _DAY}d"),
)


def created(obj: Object) -> str:
    return age(obj["metadata"].get("creationTimestamp"))


def first(items: Iterable[str], limit: int, separator: str = ",") -> str:
    """Join the first items and say how many more there are."""
    listed = list(items)
    text = separator.join(listed[:limit])
    return text if len(listed) <= limit else f"{text} + {len(listed) - limit} more..."


def labels(pairs: dict[str, str] | None) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted((pairs or {}).items())) or NONE
