"""The programs of the environment that the course is installed in, and how a terminal finds them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import threading
from pathlib import Path

_NAME = "kubelearn"
#: Folders that this process has put on its PATH for itself: the learner's terminal does not have them.
_added: set[str] = set()
#: Python 3.11 makes its paths when they are asked for first, and other threads that ask meanwhile miss some.
_one_at_a_time = threading.Lock()


def command(*words: str) -> str:
    """Return a command line that runs ``kubelearn`` of this environment.

    It works in a terminal in which the program may not be found by name.
    """
    own = _own()
    terminals = [part for part in os.environ.get("PATH", "").split(os.pathsep) if part not in _added]
    found = shutil.which(_NAME, path=os.pathsep.join(terminals))
    if own is None:
        program = [sys.executable, "-m", _NAME]
    elif found is not None and os.path.samefile(found, own):
        program = [_NAME]
    else:
        program = [str(own)]
    line = [*program, *words]
    return subprocess.list2cmdline(line) if sys.platform == "win32" else shlex.join(line)


def expose() -> None:
    """Let the terminals that this process starts find the environment's programs, whether it is activated or not."""
    own = _own()
    folder = str(Path(sys.executable).parent if own is None else own.parent)
    put_first(folder)
    _added.discard(folder)


def put_first(folder: str) -> None:
    """Let what this process starts find the programs of a folder before all others."""
    present = [part for part in os.environ.get("PATH", "").split(os.pathsep) if part]
    if folder not in present:
        _added.add(folder)
    os.environ["PATH"] = os.pathsep.join([folder, *(part for part in present if part != folder)])


def alone(program: str, folder: Path) -> str:
    """Return a folder to put first for one program's sake: its own has others, which would hide the environment's.

    Args:
        program: path of the program.
        folder: a private folder, in which nothing else is.
    """
    link = folder / Path(program).name
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(program)
    except OSError:  # Windows lets not everybody make links
        return str(Path(program).parent)
    return str(folder)


def folders() -> list[Path]:
    """Return where this environment has its programs; those of ``pip install --user`` come second."""
    return [Path(scripts()), Path(scripts(sysconfig.get_preferred_scheme("user")))]


def scripts(scheme: str = "") -> str:
    """Return where an installation scheme has its programs, by default this environment's."""
    with _one_at_a_time:
        return sysconfig.get_path("scripts", scheme or sysconfig.get_default_scheme())


def _own() -> Path | None:
    """Return the program that was installed with this package; None if there is none, as in an unpacked archive."""
    name = f"{_NAME}.exe" if sys.platform == "win32" else _NAME
    return next((path for path in (folder / name for folder in folders()) if path.is_file()), None)
