"""The programs of the environment that the course is installed in, and how a terminal finds them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

_NAME = "kubelearn"


def command(*words: str) -> str:
    """Return a command line that runs ``kubelearn`` of this environment.

    It works in a terminal in which the program may not be found by name.
    """
    own = _own()
    found = shutil.which(_NAME)
    if own is None:
        program = [sys.executable, "-m", _NAME]
    elif found is not None and os.path.samefile(found, own):
        program = [_NAME]
    else:
        program = [str(own)]
    line = [*program, *words]
    return subprocess.list2cmdline(line) if sys.platform == "win32" else shlex.join(line)


def expose() -> None:
    """Let what this process starts find the environment's programs by name, whether it is activated or not."""
    own = _own()
    folder = str(Path(sys.executable).parent if own is None else own.parent)
    rest = [part for part in os.environ.get("PATH", "").split(os.pathsep) if part and part != folder]
    os.environ["PATH"] = os.pathsep.join([folder, *rest])


def _own() -> Path | None:
    """Return the program that was installed with this package; None if there is none, as in an unpacked archive."""
    name = f"{_NAME}.exe" if sys.platform == "win32" else _NAME
    folders = (sysconfig.get_path("scripts"), sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user")))
    return next((path for path in (Path(folder) / name for folder in folders) if path.is_file()), None)
