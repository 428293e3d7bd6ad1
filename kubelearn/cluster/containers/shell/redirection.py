"""``>``, ``<`` and their kin: pointing a command's streams elsewhere for a while."""

from __future__ import annotations

import asyncio
import errno
import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.network import NameNotFound, NetworkError, Stream
from kubelearn.cluster.streams import BrokenPipe, NullReader, NullWriter, Writer

from . import wording
from .syntax import Redirect, ShellSyntaxError

if TYPE_CHECKING:
    from .interpreter import Shell

_SOCKET = re.compile(r"/dev/tcp/([^/]+)/(\d+)")
_MOST = 64 * 1024 * 1024


class Redirection:
    """The streams of a shell while one command runs; :meth:`undo` gives back those of before."""

    def __init__(self, shell: Shell):
        self._shell = shell
        self._process = shell.process
        self._before = (self._process.stdin, self._process.stdout, self._process.stderr)
        self._streams = dict(shell.streams)
        self._files: list[FileOutput] = []
        self._connections: list[Stream] = []

    async def apply(self, redirects: Iterable[Redirect]) -> bool:
        """Point the streams elsewhere; return False after an error, which has been told."""
        for redirect in redirects:
            target = await self._shell.expander.text(redirect.target)
            if redirect.operator == "<<":
                self._put(redirect.descriptor, Text(target.encode()))
            elif redirect.operator == "<<<":
                if wording.dialect(self._shell) != "bash":
                    raise ShellSyntaxError("syntax error: unexpected redirection")
                self._put(redirect.descriptor, Text(f"{target}\n".encode()))
            elif redirect.operator in (">&", "<&"):
                if not self._duplicate(redirect.descriptor, target):
                    return False
            elif (address := _SOCKET.fullmatch(target)) is not None and wording.dialect(self._shell) == "bash":
                if not await self._connect(redirect, target, address[1], int(address[2])):
                    return False
            elif not (
                self._input(redirect, target) if redirect.operator in ("<", "<>") else self._output(redirect, target)
            ):
                return False
        return True

    def undo(self, *, keep: bool = False) -> None:
        """Write out what is left, and give the shell its streams back unless they are to be kept (``exec >file``)."""
        if not keep:
            self._process.stdin, self._process.stdout, self._process.stderr = self._before
            self._shell.streams = self._streams
        for file in self._files:
            file.save()
            file.buffered = not keep
        if keep:
            self._shell.connections += self._connections
        else:
            hang_up(self._connections)

    async def _connect(self, redirect: Redirect, target: str, host: str, port: int) -> bool:
        """Make a descriptor a connection: bash's ``/dev/tcp/HOST/PORT``."""
        try:
            connection = await self._process.network.connect(host, port)
        except NameNotFound:
            self._process.complain(f"{self._shell.name}: {host}: Name does not resolve")
            wording.complain(self._shell, f"{target}: Invalid argument")
            return False
        except NetworkError as error:
            self._process.complain(f"{self._shell.name}: connect: {error.reason}")
            wording.complain(self._shell, f"{target}: {error.reason}")
            return False
        stream = connection.open_stream()
        self._connections.append(stream)
        self._put(redirect.descriptor, stream)
        return True

    def _duplicate(self, descriptor: int, target: str) -> bool:
        process = self._process
        if target == "-":
            closed = self._shell.streams.get(descriptor)
            self._put(descriptor, NullReader() if descriptor == 0 else NullWriter())
            self._shell.streams.pop(descriptor, None)
            if closed in self._shell.connections and closed not in self._shell.streams.values():
                self._shell.connections.remove(closed)
                hang_up([closed])
            return True
        known = {"0": process.stdin, "1": process.stdout, "2": process.stderr}
        known |= {str(number): stream for number, stream in self._shell.streams.items()}
        if target not in known:
            wording.complain(self._shell, f"{target}: Bad file descriptor")
            return False
        self._put(descriptor, known[target])
        return True

    def _put(self, descriptor: int, stream: Any) -> None:
        """Make a descriptor another stream."""
        if descriptor == 0:
            self._process.stdin = stream
        elif descriptor == 1:
            self._process.stdout = stream
        elif descriptor == 2:
            self._process.stderr = stream
        else:
            self._shell.streams[descriptor] = stream

    def _input(self, redirect: Redirect, target: str) -> bool:
        if target in ("/dev/stdin", "/proc/self/fd/0"):
            return True
        try:
            data = self._process.files.read(resolve(self._process.cwd, target))
        except OSError:
            wording.no_input(self._shell, target)
            return False
        self._put(redirect.descriptor, Text(data))
        return True

    def _output(self, redirect: Redirect, target: str) -> bool:
        if "C" in self._shell.options and redirect.operator == ">" and self._is_file(target):
            wording.no_overwriting(self._shell, target)
            return False
        stream = self._open(target, redirect.operator == ">>")
        if stream is None:
            return False
        self._put(redirect.descriptor, stream)
        if redirect.operator == "&>":
            self._process.stdout = self._process.stderr = stream
        return True

    def _is_file(self, target: str) -> bool:
        return not target.startswith("/dev/") and self._process.files.is_file(resolve(self._process.cwd, target))

    def _open(self, target: str, append: bool) -> Writer | None:
        process = self._process
        if target == "/dev/null":
            return NullWriter()
        if target in ("/dev/stdout", "/dev/stderr", "/proc/1/fd/1", "/proc/self/fd/1"):
            return process.stderr if target.endswith("stderr") else process.stdout
        path = resolve(process.cwd, target)
        try:
            process.files.write(path, b"", append=append)
        except FileNotFoundError:
            reason = ""
        except OSError as error:
            reason = error.strerror or str(error)
        else:
            self._files.append(FileOutput(process, path))
            return self._files[-1]
        wording.no_output(self._shell, target, reason)
        return None


def hang_up(connections: Iterable[Stream]) -> None:
    """Close connections as the end of a process does: the other side sees the end, and what came before it."""
    for stream in connections:
        stream.close()


class Text:
    """Input from a string."""

    def __init__(self, data: bytes):
        self._data = data
        self._at = 0

    async def read(self, limit: int = 65_536) -> bytes:
        """Return the next bytes, ``b""`` at the end."""
        chunk = self._data[self._at : self._at + limit]
        self._at += len(chunk)
        return chunk

    def write(self, _data: bytes) -> None:
        """Refuse: nothing is written to what was opened to be read."""
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    async def drain(self) -> None:
        """Nothing is ever in the way."""


class FileOutput:
    """Output to a file; small pieces are put together.

    Attributes:
        buffered: False once nobody will call :meth:`save` any more.
    """

    def __init__(self, process: Process, path: str):
        self._process = process
        self._path = path
        self._pending = bytearray()
        self._size = 0
        self.buffered = True

    def write(self, data: bytes) -> None:
        """Take more.

        Raises:
            BrokenPipe: the file is too large.
        """
        self._size += len(data)
        if self._size > _MOST:
            raise BrokenPipe
        self._pending += data
        if len(self._pending) > 4096 or not self.buffered:
            self.save()

    async def drain(self) -> None:
        """Write out what has come, and let others run."""
        self.save()
        await asyncio.sleep(0)

    def save(self) -> None:
        """Write out what has come."""
        if self._pending:
            self._process.files.write(self._path, bytes(self._pending), append=True)
            self._pending.clear()
