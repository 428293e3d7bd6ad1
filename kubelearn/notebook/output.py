"""``!command`` in a notebook shows all of its output."""

from __future__ import annotations

import functools
import sys
from typing import Any


def keep() -> None:
    """Make ``!command`` lose no output.

    IPython reads commands through pexpect, with a pause every 50 ms. pexpect 4.9 asks whether the
    command lives *after* it has found nothing to read: a command that writes and ends in between
    (about one of 500 under load) is taken to have said nothing.
    """
    if sys.platform == "win32":
        return  # there, IPython runs commands in another way
    import pexpect

    if not hasattr(pexpect.spawn.read_nonblocking, "__wrapped__"):
        pexpect.spawn.read_nonblocking = reading_again(pexpect.spawn.read_nonblocking, pexpect.EOF)


def reading_again(read: Any, end: type[Exception]) -> Any:
    """Return a ``read_nonblocking`` that reads once more at the end, for what came in the meantime."""

    @functools.wraps(read)
    def read_nonblocking(spawn: Any, size: int = 1, timeout: float | None = -1) -> Any:
        try:
            return read(spawn, size, timeout)
        except end:
            return read(spawn, size, 0)

    return read_nonblocking
