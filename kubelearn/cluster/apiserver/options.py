"""What a request asks of a write, for all who take part in it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

#: The warnings of the request that is being answered; every answer has them, errors and watches too.
WARNINGS: Final[ContextVar[list[str]]] = ContextVar("warnings")


@dataclass
class WriteOptions:
    """Options of a write (metav1.CreateOptions, UpdateOptions, PatchOptions)."""

    manager: str
    dry_run: bool
    validation: str
    force: bool
    warnings: list[str] = field(default_factory=list)
