"""The command line: ``kubelearn lab``, ``copy``, ``doctor``, ``kind``, ``kubectl``, ``shell``, ``up``.

- ``commands``: the subcommands, their options, and what each does.
- ``jupyter``: the copy of the course that ``kubelearn lab`` opens; ``blank``: notebooks without their stored outputs.
- ``doctor``: the examination of a machine.
- ``shell``: a shell whose kubectl reaches a notebook's cluster; ``shells``: how each kind of shell is started.
"""

from __future__ import annotations


def main() -> int:
    """Run the command line; the script ``kubelearn`` that pip installs calls it by this name."""
    from .commands import main as run

    return run()
