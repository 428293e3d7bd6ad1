"""Cells that run shell commands: they keep their output, fail kindly, and say what does not end."""

from __future__ import annotations

import sys
from typing import Any


def prepare() -> None:
    """Make this kernel's ``!command`` and ``%%bash`` do so; safe to call again, does nothing outside IPython."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return
    from . import commands, files, output, scripts

    output.keep()
    scripts.prepare(shell)
    files.prepare(shell)
    if hasattr(shell, "kernel"):  # in a terminal, IPython's commands have that terminal
        commands.prepare(shell)
