"""Cells that run shell commands: they keep their output, fail kindly, and say what does not end.

- ``cell``: the cell that runs now.
- ``commands`` and ``output``: what ``!command`` does here; ``scripts``: ``%%bash``; ``files``: ``%%writefile``.
- ``endless``: which commands do not end by themselves, and what to do instead. It reads them with ``shell_text``
  (the commands in a text), ``kubectl_words`` (those of kubectl) and ``inside`` (programs in a container).
- ``stopping``: what a cell has started ends when the cell is stopped.
"""

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
