"""``/proc`` of a container, in outline: its processes, and what the kernel says of itself."""

from __future__ import annotations

import posixpath
import time
from collections.abc import Callable, Iterator, MutableMapping
from typing import TYPE_CHECKING

from .volume import Mount

if TYPE_CHECKING:
    from .process import Process

#: What ``uname -r`` says.
KERNEL = "6.12.48-kubelearn"
_NAME = 15
_STARTED = time.monotonic()


class ProcFiles(MutableMapping[str, bytes]):
    """The files below ``/proc``, made when somebody reads them."""

    def __init__(self, init: Process):
        """Show the processes that a container's first one sees."""
        self._init = init

    def _made(self) -> dict[str, Callable[[], bytes]]:
        found: dict[str, Callable[[], bytes]] = {
            "loadavg": lambda: b"0.10 0.10 0.10 1/200 100\n",
            "mounts": self._mounts,
            "sys/kernel/hostname": lambda: f"{self._init.hostname}\n".encode(),
            "sys/kernel/osrelease": lambda: f"{KERNEL}\n".encode(),
            "uptime": lambda: "{0:.2f} {0:.2f}\n".format(time.monotonic() - _STARTED).encode(),
            "version": lambda: f"Linux version {KERNEL} (gcc (Debian 14.2.0-19) 14.2.0) #1 SMP\n".encode(),
        }
        running = self._init.processes.running
        named = {str(process.pid): process for process in running}
        if running:
            named["self"] = running[-1]  # who reads it, is the last one that has started
        for name, process in named.items():
            found |= {f"{name}/{part}": make for part, make in self._parts(process).items()}
        return found

    def _parts(self, process: Process) -> dict[str, Callable[[], bytes]]:
        return {
            "cgroup": lambda: b"0::/\n",
            "cmdline": lambda: "".join(f"{word}\0" for word in process.argv).encode(),
            "comm": lambda: f"{_name(process)}\n".encode(),
            "environ": lambda: "".join(f"{name}={value}\0" for name, value in process.env.items()).encode(),
            "mounts": self._mounts,
            "status": lambda: _status(process),
        }

    def _mounts(self) -> bytes:
        lines = ["overlay / overlay rw,relatime 0 0"]
        for path, volume in self._init.files.mounts.items():
            lines.append(f"{volume.source} {path} {volume.kind} {'ro' if volume.read_only else 'rw'},relatime 0 0")
        return "".join(f"{line}\n" for line in lines).encode()

    def __getitem__(self, name: str) -> bytes:
        return self._made()[name]()

    def __contains__(self, name: object) -> bool:
        return name in self._made()

    def __iter__(self) -> Iterator[str]:
        return iter(self._made())

    def __len__(self) -> int:
        return len(self._made())

    def __setitem__(self, name: str, data: bytes) -> None:
        raise PermissionError(name)

    def __delitem__(self, name: str) -> None:
        raise PermissionError(name)


def mount(init: Process) -> None:
    """Mount ``/proc`` in a container that starts."""
    init.files.mount("/proc", Mount(ProcFiles(init), read_only=True, source="proc", kind="proc"))


def _name(process: Process) -> str:
    return posixpath.basename(process.argv[0])[:_NAME]


def _status(process: Process) -> bytes:
    user = process.user
    fields = {
        "Name": _name(process),
        "Umask": "0022",
        "State": "S (sleeping)",
        "Tgid": process.pid,
        "Pid": process.pid,
        "PPid": 0 if process.is_init else 1,
        "Uid": "\t".join([str(user.uid)] * 4),
        "Gid": "\t".join([str(user.gid)] * 4),
        "Groups": "".join(f"{group} " for group in sorted({user.gid, *user.groups})),
        "Threads": 1,
    }
    return "".join(f"{key}:\t{value}\n" for key, value in fields.items()).encode()
