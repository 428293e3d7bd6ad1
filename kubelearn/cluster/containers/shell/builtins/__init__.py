"""Commands that are part of the shell, because they change it.

``declaring`` is what each of them declares: in which shells it is there, its options, its usage. ``variables`` and
``settings`` change what the shell knows, ``leaving`` how its script goes on, ``reading`` takes lines, ``getopts``
options, ``jobs``, ``signals`` and ``traps`` are for processes, ``names`` tell what a name stands for, ``places`` where
the shell is, ``printing`` what a shell prints itself, ``limits`` what its programs may do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.cluster.containers.shell.wording import dialect

from . import getopts, jobs, leaving, limits, names, places, printing, reading, settings, signals, traps, variables
from .declaring import Builtin

if TYPE_CHECKING:
    from kubelearn.cluster.containers.shell.state import ShellState

_MODULES = (getopts, jobs, leaving, limits, names, places, printing, reading, settings, signals, traps, variables)
_ALL: dict[str, Builtin] = {name: builtin for module in _MODULES for name, builtin in module.BUILTINS.items()}


def find(shell: ShellState, name: str) -> Builtin | None:
    """Return the command of a name that a shell has built in."""
    found = _ALL.get(name)
    return found if found is not None and dialect(shell) in found.options else None
