"""What all tables share: columns, ages, shortened lists (K/pkg/printers, release 1.36).

Descriptions of columns are short and this project's own; the real server repeats the documentation
of the field behind the column there, and kubectl shows neither.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kubelearn.cluster.meta import Object

from .validation import quantities

NONE, UNKNOWN, UNSET = "<none>", "<unknown>", "<unset>"
_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 365 * 86400


@dataclass(frozen=True)
class Column:
    """One column (metav1.TableColumnDefinition); priority 1 is shown only with ``-o wide``."""

    name: str
    description: str
    type: str = "string"
    format: str = ""
    priority: int = 0

    @property
    def definition(self) -> Object:
        """The column as ``meta.v1.TableColumnDefinition``."""
        return {
            "name": self.name,
            "type": self.type,
            "format": self.format,
            "description": self.description,
            "priority": self.priority,
        }


def wide(name: str, description: str) -> Column:
    """A column that ``kubectl get`` shows with ``-o wide`` only."""
    return Column(name, description, priority=1)


def integer(name: str, description: str) -> Column:
    """A column of whole numbers."""
    return Column(name, description, "integer")


NAME = Column("Name", "Name of the object, unique within its namespace", format="name")
AGE = Column("Age", "Time since the object was created")
CONTAINERS = wide("Containers", "Names of each container in the template.")
IMAGES = wide("Images", "Images referenced by each container in the template.")

Cells = Callable[[Object], list[Any]]


class Printer:
    """How one resource looks in a table.

    Attributes:
        definitions: the columns, ready to be sent.
        cells: makes the cells of one object, one for each column, wide or not.
        conditions: makes the row's conditions, None or empty for none.
    """

    def __init__(
        self, columns: Iterable[Column], cells: Cells, conditions: Callable[[Object], list[Object]] | None = None
    ):
        self.definitions = [column.definition for column in columns]
        self.cells = cells
        self.conditions = conditions


@functools.lru_cache(8192)
def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def age(text: str | None) -> str:
    """Return how long ago a time stamp was, as kubectl shows it."""
    return duration(time.time() - _seconds(text)) if text else UNKNOWN


def between(start: str, end: str | None) -> str:
    """Return the time from one time stamp to another, or to now."""
    return duration((_seconds(end) if end else time.time()) - _seconds(start))


def duration(seconds: float) -> str:
    """Write a span of time with at most two units (apimachinery/pkg/util/duration, HumanDuration)."""
    total = int(seconds)
    if total < 0:
        return "<invalid>" if total < -1 else "0s"
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


def name_of(obj: Object) -> str:
    """Return the name, empty when there is none."""
    name: str = obj["metadata"].get("name", "")
    return name


def created(obj: Object) -> str:
    """Return the age since the creation."""
    return age(obj["metadata"].get("creationTimestamp"))


def part(obj: Object, name: str) -> Object:
    """Return ``spec`` or ``status``; a bookmark has neither."""
    found: Object = obj.get(name) or {}
    return found


def first(items: Iterable[str], limit: int = 3, separator: str = ",") -> str:
    """Join the first items and say how many more there are."""
    listed = list(items)
    text = separator.join(listed[:limit])
    return text if len(listed) <= limit else f"{text} + {len(listed) - limit} more..."


def labels(pairs: dict[str, str] | None) -> str:
    """Write labels or an equality selector (labels.FormatLabels)."""
    return ",".join(f"{key}={value}" for key, value in sorted((pairs or {}).items())) or NONE


def containers(template: Object | None) -> list[str]:
    """Return the names and the images of a pod template's containers."""
    listed = ((template or {}).get("spec") or {}).get("containers") or ()
    return [",".join(item["name"] for item in listed), ",".join(item.get("image", "") for item in listed)]


def load_balancer(status: Object) -> list[str]:
    """Return the addresses that a load balancer gave, sorted, each once."""
    ingress = (status.get("loadBalancer") or {}).get("ingress") or ()
    return sorted({address for entry in ingress if (address := entry.get("ip") or entry.get("hostname"))})


def quantity(value: str | int | float | None) -> str:
    """Write a quantity as the server does; one that is missing is 0."""
    return "0" if value is None else quantities.canonical(value)
