"""The notebook's cell that runs now, as far as IPython tells."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple


class Place(NamedTuple):
    """Where and when something was made in a notebook.

    Attributes:
        cell: the cell's id; empty where that is unknown.
        run: the count of that run.
        code: the cell's text; empty outside notebooks.
    """

    cell: str
    run: int
    code: str

    def gives_way_to(self, later: Place, *, same_name: bool) -> bool:
        """Whether what was made here is replaced by what is made later.

        Args:
            later: where that is made.
            same_name: whether both show the same. Where the cell is unknown, only that counts.
        """
        if self.cell != later.cell:
            return False
        return same_name or (bool(self.cell) and self.run != later.run)

    def repeats(self, other: Place) -> bool:
        """Whether this is a later run of the same cell; one that nobody names is known by its text."""
        if self.run == other.run:
            return False
        return self.cell == other.cell if self.cell or other.cell else bool(self.code) and self.code == other.code


def current() -> Place:
    """Return where the running code stands; outside notebooks that is nowhere."""
    found = shell()
    parent = found.get_parent() if hasattr(found, "get_parent") else {}
    cell = (parent.get("metadata") or {}).get("cellId", "")
    code = (parent.get("content") or {}).get("code", "")
    return Place(cell, getattr(found, "execution_count", 0), code)


def shell() -> Any:
    """Return IPython's shell, or None outside IPython."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def in_kernel() -> bool:
    """Whether this is the kernel of a notebook, and not a script or a terminal."""
    return getattr(shell(), "kernel", None) is not None
