"""Programs as files: where an image has them, and scripts, which an interpreter runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from .filesystem import FileSystem, resolve

Runnable = Callable[[Any], Awaitable[int]]


class Surroundings(Protocol):
    """What a process is among: files, programs, its folder and environment."""

    @property
    def files(self) -> FileSystem:
        """The container's files."""

    @property
    def programs(self) -> Mapping[str, Runnable]:
        """Name → program of the image."""

    @property
    def env(self) -> Mapping[str, str]:
        """The environment."""

    @property
    def cwd(self) -> str:
        """The working directory."""


#: What the file of a program of ours has in it: no script.
BINARY = b"\x7fELF"
#: Folders that a PATH has, in which a program is found wherever its image really has it.
_FOLDERS = frozenset(["", "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/usr/games"])
#: What Alpine and Debian have in /bin; their other tools are in /usr/bin.
_BIN = frozenset(
    """
    ash base64 bash busybox cat chmod chown cp date dd df dmesg echo egrep false fgrep getopt grep gunzip gzip hostname
    kill ln ls mkdir mktemp mount mv netstat ping printenv ps pwd rm rmdir sed sh sleep stat stty tar touch true uname
    usleep watch zcat
    """.split()  # noqa: SIM905 - it is easier to read
)
_SBIN = frozenset(["ifconfig", "ip", "route"])
#: Where servers are, and what comes with them.
_ELSEWHERE = {
    "httpd-foreground": "/usr/local/bin",
    "mongosh": "/usr/bin",
    "nginx": "/usr/sbin",
    "nginx-debug": "/usr/sbin",
    "python": "/usr/local/bin",
    "python3": "/usr/local/bin",
    "redis-cli": "/usr/local/bin",
    "redis-server": "/usr/local/bin",
}


def folder_of(name: str, *, plain: bool) -> str:
    """Return the folder in which a program is.

    Args:
        plain: whether its image is BusyBox', which has everything in /bin.
    """
    if plain:
        return "/bin"
    if name in _SBIN:
        return "/sbin"
    return _ELSEWHERE.get(name, "/bin" if name in _BIN else "/usr/bin")


def path_of(process: Surroundings, name: str) -> str:
    """Return where a program is that there is."""
    if "/" in name:
        return name
    return _on_path(process, name) or f"{folder_of(name, plain=is_plain(process.programs))}/{name}"


def _on_path(process: Surroundings, name: str) -> str:
    """Return the first file of a name in the folders of ``PATH``, empty for none."""
    folders = process.env.get("PATH", "").split(":")
    return next((path for folder in folders if folder and process.files.is_file(path := f"{folder}/{name}")), "")


def is_plain(programs: Mapping[str, Runnable]) -> bool:
    """Return whether programs are those of BusyBox' own image: Alpine's BusyBox is built with musl."""
    return "busybox" in programs and not getattr(programs["busybox"], "musl", False)


def files_of(programs: Iterable[str], entrypoint: tuple[str, ...], *, plain: bool) -> Mapping[str, bytes]:
    """Return the files that an image's programs are."""
    own = {word.rpartition("/")[2]: word for word in entrypoint[:1] if word.startswith("/")}
    return {own.get(name, f"{folder_of(name, plain=plain)}/{name}"): BINARY for name in sorted(programs)}


class NotExecutable(Exception):
    """A file that cannot be run."""


@dataclass(frozen=True)
class Script:
    """A file that another program runs: the one that its first line names, or a shell.

    Attributes:
        interpreter: what runs it.
        words: the interpreter's command line so far, with the file at its end.
        is_plain: whether it does not say what runs it; only a shell starts such a file.
    """

    interpreter: Runnable
    words: tuple[str, ...]
    is_plain: bool = False

    async def __call__(self, process: Any) -> int:
        """Run it."""
        process.argv = [*self.words, *process.argv[1:]]
        return await self.interpreter(process)


def find(process: Surroundings, name: str) -> Runnable | None:
    """Return what a command names: a program of the image, or a script.

    Raises:
        NotExecutable: it is a folder, or nobody may run it.
    """
    files, program = process.files, process.programs.get(name.rpartition("/")[2])
    if "/" not in name:
        if program is not None:
            return program
        path = _on_path(process, name)
    else:
        path = resolve(process.cwd, name)
        if files.is_dir(path):
            raise NotExecutable
    if not path or not files.is_file(path):
        return program if path.rpartition("/")[0] in _FOLDERS else None
    if not files.mode(path) & 0o111:
        raise NotExecutable
    data = files.read(path)
    return program if data == BINARY else _script(process, path, data)


def _script(process: Surroundings, path: str, data: bytes) -> Runnable | None:
    first = data.partition(b"\n")[0].decode(errors="replace")
    words = first.removeprefix("#!").split(maxsplit=1) if first.startswith("#!") else []
    if words[:1] == ["/usr/bin/env"]:
        words = words[1].split() if len(words) > 1 else []
    shown = (*words, path) if words else ("sh", path)
    interpreter = process.programs.get(shown[0].rpartition("/")[2])
    return None if interpreter is None else Script(interpreter, shown, is_plain=not words)
