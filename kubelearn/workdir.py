"""The private folder of one connection: kubeconfig and kubectl's cache, gone when the connection ends."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

_PREFIX = "kubelearn-"


def create() -> Path:
    """Make a folder that only this user can enter; sweep those of processes that were killed."""
    sweep()
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))


def remove(folder: Path) -> None:
    """Remove a folder; kubectl may still be writing its cache, so what vanishes meanwhile is fine."""
    shutil.rmtree(folder, ignore_errors=True)


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user can read, whatever the umask.

    Raises:
        OSError: the file cannot be written.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, 0o600)
        file.write(text)


def sweep() -> None:
    """Remove folders whose process no longer runs."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        owner = folder.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdigit() and _is_mine(folder) and not runs(int(owner)):
            remove(folder)


def _is_mine(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        return not hasattr(os, "getuid") or folder.lstat().st_uid == os.getuid()
    return False


def runs(pid: int) -> bool:
    """Whether a process of this machine runs; True where that cannot be told."""
    if os.name != "posix":
        return True  # os.kill would end the process on Windows: leave its folder alone
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
