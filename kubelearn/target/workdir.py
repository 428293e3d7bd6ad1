"""Private folders of this process, gone when they are no longer needed.

They hold kubeconfigs, certificates and kubectl's cache.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

_PREFIX = "kubelearn-"


class PrivateFolder:
    """A temporary folder that only this user can enter.

    Systems sweep their temporary folders, some after three days. What was written here is remembered,
    and :meth:`restore` writes it again.

    Attributes:
        path: where it is.
    """

    def __init__(self) -> None:
        self.path = create()
        self._files: dict[str, str] = {}

    def write(self, name: str, text: str) -> Path:
        """Write a private file and return its path.

        Raises:
            OSError: the file cannot be written.
        """
        path = self.path / name
        write_private(path, text)
        self._files[name] = text
        return path

    def restore(self) -> None:
        """Write files again that have gone; those that are there stay as they are.

        Raises:
            OSError: they cannot be written, or somebody else has made a folder of this name.
        """
        missing = [name for name in self._files if not (self.path / name).exists()]
        if not missing:
            return
        with contextlib.suppress(FileExistsError):
            self.path.mkdir(mode=0o700)
        if not is_private(self.path):
            raise PermissionError(f"{self.path} belongs to somebody else: restart the kernel")
        for name in missing:
            write_private(self.path / name, self._files[name])

    def remove(self) -> None:
        """Remove the folder and all that is in it."""
        self._files.clear()
        remove(self.path)


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


def is_private(folder: Path) -> bool:
    """Whether this is a folder, no link to one, that belongs to this user and that nobody else may enter."""
    with contextlib.suppress(OSError):
        found = folder.lstat()
        return stat.S_ISDIR(found.st_mode) and is_ours_alone(found)
    return False


def is_ours_alone(found: os.stat_result) -> bool:
    """Whether a file or folder belongs to this user, and nobody else may read or write it.

    On Windows the user's temporary folder is private by inheritance.
    """
    return not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o077)


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
    return not _has_ended(pid)


def _has_ended(pid: int) -> bool:
    """Whether a process was killed, and only its parent has not asked for it yet."""
    import psutil  # most starts find nothing that another process has left

    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False
