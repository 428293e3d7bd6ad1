"""What tools on text read, files or standard input, and the lines they write."""

from __future__ import annotations

import re

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process

from .options import read_all
from .troubles import trouble


async def inputs(process: Process, names: list[str]) -> tuple[list[tuple[str, bytes]], int]:
    """Return the named files, or standard input, and 1 if one of them could not be read."""
    if not names:
        return [("", await read_all(process))], 0
    found: list[tuple[str, bytes]] = []
    status = 0
    for name in names:
        if name == "-":
            found.append((name, await read_all(process)))
            continue
        try:
            found.append((name, process.files.read(resolve(process.cwd, name))))
        except OSError as error:
            process.complain(f"{process.argv[0]}: {trouble(process, name, error)}")
            status = 1
    return found, status


def lines_of(data: bytes, end: bytes = b"\n") -> list[bytes]:
    """Return lines, each with its end if it has one; nothing else ends a line, as ``bytes.splitlines`` has it."""
    return re.findall(rb"[^%b]*%b|[^%b]+" % (end, end, end), data)


async def read_lines(process: Process, names: list[str], end: str = "\n") -> tuple[list[str], int]:
    """Return the lines of all inputs in a row, and the exit code as :func:`inputs` does.

    Args:
        end: what a line ends with: a newline, or ``\\0``.
    """
    found, status = await inputs(process, names)
    text = b"".join(data for _, data in found).decode(errors="replace")
    return text.removesuffix(end).split(end) if text else [], status


def write_lines(process: Process, lines: list[str], target: str = "", end: str = "\n") -> None:
    """Write lines to a file, or to standard output; nothing at all when there are none.

    Raises:
        OSError: the file cannot be written.
    """
    data = "".join(f"{line}{end}" for line in lines).encode()
    if target:
        process.files.write(resolve(process.cwd, target), data)
    elif data:
        process.stdout.write(data)
