"""Programs of containers, run without a container."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from kubelearn.cluster.containers.filesystem import FileSystem
from kubelearn.cluster.containers.images import ImageRegistry
from kubelearn.cluster.containers.process import Process, execute
from kubelearn.cluster.containers.tools import BUSYBOX
from kubelearn.cluster.network import PodNetwork
from kubelearn.cluster.streams import Buffer

FILES = {"/etc/hostname": b"pod\n", "/data/a.txt": b"A\n", "/data/b.txt": b"B\n", "/data/c.log": b"C\n"}


class Input:
    """Standard input from a string."""

    def __init__(self, data: bytes):
        self.data = data

    async def read(self, limit: int = 65_536) -> bytes:
        chunk, self.data = self.data[:limit], self.data[limit:]
        return chunk


def process(*argv: str, stdin: str = "", network: Any = None, programs: Any = BUSYBOX, **more: Any) -> Process:
    return Process(
        list(argv),
        {"HOME": "/root", "COLOUR": "blue"},
        FileSystem(FILES),
        network,
        "pod",
        programs,
        stdin=Input(stdin.encode()),
        stdout=Buffer(),
        stderr=Buffer(),
        **more,
    )


async def run(*argv: str, seconds: float = 60, **more: Any) -> tuple[int, str, str]:
    """Run a program; return exit code, output and error output."""
    running = process(*argv, **more)
    async with asyncio.timeout(seconds):
        code = await execute(running.programs[argv[0]], running)
    assert isinstance(running.stdout, Buffer)
    assert isinstance(running.stderr, Buffer)
    return code, running.stdout.data.decode(), running.stderr.data.decode()


def image_process(
    reference: str,
    network: PodNetwork,
    *args: str,
    command: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Process:
    """Return the first process of an image's container; the rest is as in a container's definition."""
    image = ImageRegistry().pull(reference)
    words = [*command, *args] if command else [*image.entrypoint, *(args or image.cmd)]
    return Process(
        words,
        {**image.env, **(env or {})},
        FileSystem({**image.files, **(files or {})}, image.executables),
        network,
        network.hostname,
        image.programs,
        stdout=Buffer(),
        stderr=Buffer(),
    )


def start(process: Process) -> asyncio.Task[int]:
    """Start what a process' command line names."""
    program = process.program(process.argv[0])
    assert program is not None
    return asyncio.ensure_future(program(process))  # type: ignore[arg-type]


def printed(process: Process) -> str:
    """Return all that a process has printed, errors last."""
    assert isinstance(process.stdout, Buffer)
    assert isinstance(process.stderr, Buffer)
    return (process.stdout.data + process.stderr.data).decode()
