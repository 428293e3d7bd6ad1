"""Cells that run shell commands: they keep their output, fail kindly, and say what does not end."""

from __future__ import annotations

from . import cell


def prepare() -> None:
    """Make this kernel's ``!command`` and ``%%bash`` do so; safe to call again, does nothing outside IPython."""
    shell = cell.shell()
    if shell is None:
        return
    from . import commands, files, output, scripts

    output.keep()
    scripts.prepare(shell)
    files.prepare(shell)
    if cell.in_kernel():  # in a terminal, IPython's commands have that terminal
        commands.prepare(shell)
