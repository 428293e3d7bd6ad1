"""How a script leaves what it is in, and what the shells of one script share."""

from __future__ import annotations

import asyncio

from .syntax import ShellSyntaxError

#: How many commands may be in one another, and how many subshells live at a time.
DEEPEST = MOST_SUBSHELLS = 200


class Exit(Exception):
    """``exit``: the shell ends."""

    def __init__(self, code: int):
        super().__init__(code)
        self.code = code


class Exhausted(ShellSyntaxError):
    """A script that calls or forks itself without end: everything stops."""


class Return(Exit):
    """``return``: the function ends."""


class LoopControl(Exception):
    """``break`` and ``continue``."""

    def __init__(self, kind: str, levels: int):
        super().__init__(kind)
        self.kind = kind
        self.levels = levels


class Shared:
    """What a shell and its subshells have in common."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[int]] = set()
        self.live = 0
