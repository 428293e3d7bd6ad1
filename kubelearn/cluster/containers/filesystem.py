"""The files of a container: in memory, and no way out of it."""

from __future__ import annotations

import errno
import os
import posixpath
import secrets
from collections.abc import Callable, Iterable, Mapping

from .volume import FILE, Files, Mount, Projection, modes_of

#: What every image has; ``/`` and then the others, as names in a container.
_DIRECTORIES = frozenset(
    {
        "/",
        *(
            f"/{name}"
            for name in ("bin", "dev", "etc", "home", "proc", "root", "run", "tmp", "usr", "usr/bin", "var", "var/run")
        ),
    }
)

#: Files without end, of which one reading gives so much; nothing is in the first.
_DEVICES: dict[str, Callable[[], bytes]] = {
    "/dev/null": bytes,
    "/dev/zero": lambda: bytes(65536),
    "/dev/random": lambda: secrets.token_bytes(65536),
    "/dev/urandom": lambda: secrets.token_bytes(65536),
}
#: What a container may write, in bytes; a real node would evict a pod that fills its disk.
CAPACITY = 64 * 2**20


def resolve(cwd: str, path: str) -> str:
    """Return an absolute path without ``.`` and ``..``."""
    return "/" + posixpath.normpath(posixpath.join(cwd, path)).lstrip("/")


def _above(paths: Iterable[str]) -> set[str]:
    """Return the directories in which paths are, up to the root."""
    found: set[str] = set()
    while parents := {posixpath.dirname(path) for path in paths} - found:
        found |= parents
        paths = parents
    return found


def _tops(names: Iterable[str], prefix: str) -> set[str]:
    """Return what comes next in the names that begin so."""
    return {name[len(prefix) :].split("/")[0] for name in names if name.startswith(prefix)} - {""}


def permissions(mode: int) -> str:
    """Return permissions as ``ls -l`` shows them, ``rwxr-xr-x``."""
    return "".join(letter if mode >> (8 - bit) & 1 else "-" for bit, letter in enumerate("rwxrwxrwx"))


def _error(number: int, path: str) -> OSError:
    """Return what the operating system raises; a read-only file system is a lack of permission here."""
    kind = PermissionError if number == errno.EROFS else OSError  # which makes the kind that the number has
    return kind(number, os.strerror(number), path)


class FileSystem:
    """Files by absolute path, and volumes mounted among them."""

    __slots__ = ("_directories", "_files", "_modes", "_mounts", "_programs", "_sealed")

    def __init__(
        self,
        files: dict[str, bytes] | None = None,
        programs: Mapping[str, bytes] | None = None,
        *,
        sealed: bool = False,
    ):
        """Begin with an image's files.

        Args:
            programs: those that its programs are, which all its containers share.
            sealed: whether only what is mounted may be written.
        """
        self._sealed = sealed
        self._files = dict(files or {})
        self._programs = programs or {}
        self._modes: dict[str, int] = {}
        self._directories = {*_DIRECTORIES, *_above((*self._files, *self._programs))}
        self._mounts: dict[str, Mount] = {}

    def mount(self, path: str, volume: Mount) -> None:
        """Show a volume's files at a path; all containers of a pod share the volume."""
        self._mounts[resolve("/", path)] = volume

    @property
    def sealed(self) -> bool:
        """Whether only what is mounted may be written."""
        return self._sealed

    @property
    def mounts(self) -> dict[str, Mount]:
        """What is mounted, by path."""
        return self._mounts

    def _mount_of(self, path: str) -> str | None:
        """Return where a volume is mounted that holds a path, and hides what else would be there."""
        found = (mount for mount in self._mounts if path == mount or path.startswith(mount + "/"))
        return max(found, key=len, default=None)

    def _where(self, path: str) -> tuple[Files, str, bool]:
        """Return what holds a path, the key in it, and whether it may be changed."""
        best = self._mount_of(path)
        if best is None:
            return self._files, path, not self._sealed
        volume = self._mounts[best]
        name = path[len(best) + 1 :]
        if isinstance(volume.files, Projection):
            name = volume.files.real_name(name)
        return volume.files, name, not volume.read_only

    def link(self, path: str) -> str:
        """Return where a symbolic link leads; empty if there is none at a path."""
        parent, name = posixpath.split(path)
        volume = self._mounts.get(parent)
        return volume.files.links().get(name, "") if volume is not None and isinstance(volume.files, Projection) else ""

    def mode(self, path: str) -> int:
        """Return the permissions of a file or directory."""
        if self.is_dir(path):
            return 0o755
        if path in self._modes:
            return self._modes[path]
        files, name, _ = self._where(path)
        if (kept := modes_of(files, name)) is not None:
            return kept[0].get(kept[1], 0o644)
        return 0o755 if path in self._programs and path not in files else 0o644

    def chmod(self, path: str, mode: int) -> None:
        """Change the permissions of a file; the container's users are not emulated, so that only ``x`` matters."""
        files, name, _ = self._where(path)
        modes, key = modes_of(files, name) or (self._modes, path)
        modes[key] = mode

    def read(self, path: str) -> bytes:
        """Return a file's content.

        Raises:
            FileNotFoundError, IsADirectoryError
        """
        if path in _DEVICES:
            return _DEVICES[path]()
        files, key, _ = self._where(path)
        if key in files:
            return files[key]
        if files is self._files and path in self._programs:
            return self._programs[path]
        raise _error(errno.EISDIR if self.is_dir(path) else errno.ENOENT, path)

    def write(self, path: str, data: bytes, append: bool = False) -> None:
        """Write a file.

        Raises:
            FileNotFoundError: the directory is missing.
            IsADirectoryError, NotADirectoryError, PermissionError
            OSError: the disk is full.
        """
        if path == "/dev/null":
            return
        if self.is_dir(path):
            raise _error(errno.EISDIR, path)
        self._check_parent(path)
        files, key, writable = self._where(path)
        if not writable:
            raise _error(errno.EROFS, path)
        before = files.get(key, b"")
        if len(data) + sum(map(len, files.values())) - (0 if append else len(before)) > CAPACITY:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        files[key] = before + data if append else data

    def _check_parent(self, path: str) -> None:
        parent = posixpath.dirname(path)
        if not self.is_dir(parent):
            raise _error(errno.ENOTDIR if self.is_file(parent) else errno.ENOENT, path)

    def is_file(self, path: str) -> bool:
        """Return whether there is a file at a path."""
        files, key, _ = self._where(path)
        return key in files or (files is self._files and path in self._programs)

    def is_dir(self, path: str) -> bool:
        """Return whether there is a directory at a path; one of a volume exists as long as a file is below it."""
        if path in self._mounts:
            return FILE not in self._mounts[path].files
        if any(mount.startswith(f"{path}/") for mount in self._mounts):
            return True
        files, key, _ = self._where(path)
        if files is self._files:
            return path in self._directories
        if isinstance(files, Projection) and not key:  # the directory that really holds the files
            return True
        return any(name.startswith(f"{key}/") for name in files)

    def exists(self, path: str) -> bool:
        """Return whether there is anything at a path."""
        return path in _DEVICES or self.is_file(path) or self.is_dir(path)

    def mkdir(self, path: str, parents: bool = False) -> None:
        """Make a directory.

        Raises:
            FileNotFoundError: its parent is missing.
            FileExistsError, NotADirectoryError, PermissionError
        """
        if self.exists(path):
            if parents and self.is_dir(path):
                return
            raise _error(errno.EEXIST, path)
        parent = posixpath.dirname(path)
        if parents and not self.exists(parent):
            self.mkdir(parent, parents=True)
        self._check_parent(path)
        files, key, writable = self._where(path)
        if not writable:
            raise _error(errno.EROFS, path)
        if files is self._files:
            self._directories.add(path)
        else:
            files[f"{key}/"] = b""  # an empty directory of a volume: the other containers see it, too

    def remove(self, path: str) -> None:
        """Remove a file.

        Raises:
            FileNotFoundError, IsADirectoryError, PermissionError
            OSError: it is mounted.
        """
        files, key, writable = self._where(path)
        if not self.is_file(path):
            raise _error(errno.EISDIR if self.is_dir(path) else errno.ENOENT, path)
        if path in self._mounts:
            raise _error(errno.EBUSY, path)
        if not writable:
            raise _error(errno.EROFS, path)
        files.pop(key, None)
        modes, name = modes_of(files, key) or (self._modes, path)
        modes.pop(name, None)
        if files is self._files and path in self._programs:
            self._programs = {name: data for name, data in self._programs.items() if name != path}
        parent = posixpath.dirname(path)
        if not self.is_dir(parent):  # a volume's: its last file has gone, the directory stays
            self.mkdir(parent, parents=True)

    def rmdir(self, path: str) -> None:
        """Remove an empty directory.

        Raises:
            FileNotFoundError, NotADirectoryError, PermissionError
            OSError: it is not empty, or mounted.
        """
        if path in self._mounts:
            raise _error(errno.EBUSY, path)
        if self.listdir(path):
            raise _error(errno.ENOTEMPTY, path)
        files, key, writable = self._where(path)
        if not writable or path in _DIRECTORIES:
            raise _error(errno.EROFS, path)
        self._directories.discard(path)
        files.pop(f"{key}/", None)

    def remove_tree(self, path: str) -> None:
        """Remove a directory and everything in it.

        Raises:
            FileNotFoundError, PermissionError
            OSError: it is mounted, or something in it; the rest has gone then.
        """
        if not self.exists(path):
            raise _error(errno.ENOENT, path)
        if self.is_file(path):
            self.remove(path)
            return
        inside = path.rstrip("/") + "/"
        for name in [name for name in self.walk() if name.startswith(inside) and name not in self._mounts]:
            self.remove(name)
        self._directories = {name for name in self._directories if name != path and not name.startswith(path + "/")}
        files, key, _ = self._where(path)
        if files is not self._files:
            for name in [name for name in files if name.startswith(f"{key}/" if key else "")]:
                del files[name]
        busy = next((mount for mount in self._mounts if mount == path or mount.startswith(inside)), None)
        if busy is not None:
            raise _error(errno.EBUSY, busy)

    def walk(self) -> list[str]:
        """Return the paths of all files."""
        found = {name for name in (*self._files, *self._programs) if self._mount_of(name) is None}
        for mount, volume in self._mounts.items():
            names = (f"{mount}/{name}" if name else mount for name in volume.files if not name.endswith("/"))
            found.update(name for name in names if self._mount_of(name) == mount)
        return sorted(found)

    def listdir(self, path: str) -> list[str]:
        """Return the names in a directory.

        Raises:
            FileNotFoundError, NotADirectoryError
        """
        if not self.is_dir(path):
            raise _error(errno.ENOTDIR if self.is_file(path) else errno.ENOENT, path)
        prefix = path.rstrip("/") + "/"
        found = _tops(self._mounts, prefix)
        files, key, _ = self._where(path)
        if files is self._files:
            found |= _tops((*files, *self._programs, *self._directories), prefix)
        else:
            found |= _tops(files, f"{key}/" if key else "")
        if isinstance(files, Projection) and path in self._mounts:
            found |= {*files.links(), files.stamp}
        return sorted(found)
