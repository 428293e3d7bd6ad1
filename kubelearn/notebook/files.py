"""``%%writefile`` says in a line why a file cannot be written."""

from __future__ import annotations

import functools
import sys
from typing import Any


def prepare(shell: Any) -> None:
    """Wrap the cell magic of a shell, once."""
    original = shell.find_cell_magic("writefile")
    if original is None or hasattr(original, "fails_kindly"):
        return

    @functools.wraps(original)
    def writefile(line: str, cell: str) -> None:
        try:
            original(line, cell)
        except OSError as error:
            why = error.strerror or str(error)
            print(f"The file was not written: {why}: {error.filename or line.strip()}", file=sys.stderr)

    writefile.fails_kindly = True  # type: ignore[attr-defined]
    shell.register_magic_function(writefile, "cell", "writefile")
