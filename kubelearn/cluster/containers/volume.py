"""What is mounted into containers: files by their path below the mount, shared by all that mount them.

A name that ends with ``/`` is an empty directory.  A volume whose only name is ``""`` is a single file.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from typing import Final

Files = MutableMapping[str, bytes]
#: The name of a volume that is a file.
FILE: Final = ""
_DATA: Final = "..data"


class Kept(dict[str, bytes]):
    """Files that containers write, and that outlive them.

    Attributes:
        modes: permissions by name, of those that somebody has changed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.modes: dict[str, int] = {}


class Folder(MutableMapping[str, bytes]):
    """Part of other files: those below a folder, which is made if it is not there."""

    def __init__(self, files: Files, path: str):
        """Show a folder.

        Args:
            files: of which it is a part; they change with it.
            path: the folder in them.
        """
        self._files = files
        self._prefix = f"{path}/"
        if not any(name.startswith(self._prefix) for name in files):
            files[self._prefix] = b""

    def really(self, name: str) -> tuple[Files, str]:
        """Return the files of which this is a part, and a file's name there."""
        return self._files, self._prefix + name

    def __getitem__(self, name: str) -> bytes:
        if name == FILE:  # the folder itself
            raise KeyError(name)
        return self._files[self._prefix + name]

    def __setitem__(self, name: str, data: bytes) -> None:
        self._files[self._prefix + name] = data

    def __delitem__(self, name: str) -> None:
        del self._files[self._prefix + name]
        self._files.setdefault(self._prefix, b"")

    def __iter__(self) -> Iterator[str]:
        begin = len(self._prefix)
        return iter(
            [name[begin:] for name in self._files if name.startswith(self._prefix) and len(name) > begin],
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)


class SingleFile(MutableMapping[str, bytes]):
    """One file of others, mounted as such."""

    def __init__(self, files: Files, path: str):
        self._files = files
        self._path = path

    def really(self, _name: str) -> tuple[Files, str]:
        """Return the files of which this is one, and its name there."""
        return self._files, self._path

    def __getitem__(self, name: str) -> bytes:
        if name != FILE:
            raise KeyError(name)
        return self._files[self._path]

    def __setitem__(self, name: str, data: bytes) -> None:
        if name != FILE:
            raise NotADirectoryError(name)
        self._files[self._path] = data

    def __delitem__(self, name: str) -> None:
        raise PermissionError(name)  # a mount point is busy

    def __iter__(self) -> Iterator[str]:
        return iter((FILE,))

    def __len__(self) -> int:
        return 1


class Projection(dict[str, bytes]):
    """Files that Kubernetes writes, and replaces all at once (K/pkg/volume/util/atomic_writer.go).

    Attributes:
        stamp: name of the directory that really holds them; ``..data`` is a link to it, and each file to ``..data``.
        modes: permissions by name.
    """

    def __init__(self, files: dict[str, bytes], modes: dict[str, int], stamp: str):
        super().__init__(files)
        self.modes = modes
        self.stamp = stamp

    def replace(self, files: dict[str, bytes], modes: dict[str, int], stamp: str) -> None:
        """Replace everything."""
        self.clear()
        self.update(files)
        self.modes, self.stamp = modes, stamp

    def links(self) -> dict[str, str]:
        """Return the symbolic links, and where they lead."""
        tops = {name.split("/")[0] for name in self}
        return {_DATA: self.stamp, **{top: f"{_DATA}/{top}" for top in tops}}

    def real_name(self, name: str) -> str:
        """Return the name of a file that may be reached through the directory that really holds it."""
        first, _, rest = name.partition("/")
        return rest if first in (_DATA, self.stamp) else name


@dataclass(frozen=True)
class Mount:
    """A volume in a container.

    Attributes:
        files: its files.
        read_only: whether the container may only read them.
        source: what ``mount`` shows as the device.
        kind: what it shows as the type of the file system.
    """

    files: Files
    read_only: bool = False
    source: str = "/dev/vda1"
    kind: str = "ext4"


def modes_of(files: Files, name: str) -> tuple[dict[str, int], str] | None:
    """Return where the permissions of a file are kept, and under which name; None if they are not."""
    if isinstance(files, Folder | SingleFile):
        return modes_of(*files.really(name))
    return (files.modes, name) if isinstance(files, Kept | Projection) else None
