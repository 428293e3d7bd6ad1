"""Where in the notebook something was made, so that running its cell again replaces it."""

from __future__ import annotations

from typing import Any, NamedTuple


class Place(NamedTuple):
    """Where a widget was made: the notebook's cell, empty where that is unknown, and the count of that run."""

    cell: str
    run: int

    def gives_way_to(self, later: Place, *, same_name: bool) -> bool:
        """Return whether what was made here is replaced by what is made later.

        Args:
            later: where that is made.
            same_name: whether both show the same. Where the cell is unknown, only that counts.
        """
        if self.cell != later.cell:
            return False
        return same_name or (bool(self.cell) and self.run != later.run)


def running(shell: Any) -> Place:
    """Return the place of the cell that runs in a shell of IPython, or in none."""
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    return Place((parent.get("metadata") or {}).get("cellId", ""), getattr(shell, "execution_count", 0))
