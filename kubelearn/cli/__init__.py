"""The command line: ``kubelearn lab``, ``doctor``, ``kind``, ``kubectl``, ``up``.

``commands`` has what each subcommand does, ``jupyter`` the copy of the course that ``kubelearn lab`` opens, ``doctor`` the examination of a machine.
"""

from __future__ import annotations


def main() -> int:
    """Run the command line; the script ``kubelearn`` that pip installs calls it by this name."""
    from .commands import main as run

    return run()
