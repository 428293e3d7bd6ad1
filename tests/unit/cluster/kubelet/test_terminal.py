"""The line discipline of a container's terminal."""

from __future__ import annotations

import asyncio

import pytest

from kubelearn.cluster.kubelet.terminal import Terminal
from kubelearn.cluster.streams import Buffer, Pipe


async def typed(keys: bytes, reads: int = 1) -> tuple[list[bytes], bytes, int]:
    """Type keys and return what the program reads, what is shown, and how often it was interrupted."""
    screen, interrupts, source = Buffer(), [0], Pipe()

    def interrupt() -> None:
        interrupts[0] += 1

    terminal = Terminal(screen, interrupt)
    source.write(keys)
    source.end()
    await terminal.type(source)
    terminal.end()
    return [await terminal.read() for _ in range(reads)], bytes(screen.data), interrupts[0]


@pytest.mark.parametrize(
    ("keys", "read", "shown"),
    [
        (b"ls\r", [b"ls\n"], b"ls\r\n"),
        (b"lx\x7fs\r", [b"ls\n"], b"lx\b \bs\r\n"),
        (b"\x7f\r", [b"\n"], b"\r\n"),
        ("é\x7fe\r".encode(), [b"e\n"], "é\b \be\r\n".encode()),
        (b"rm -r\x15ls\r", [b"ls\n"], b"rm -r" + b"\b \b" * 5 + b"ls\r\n"),
        (b"l\x1b[Ds\x1bOA\r", [b"ls\n"], b"ls\r\n"),
        (b"a\rb\r", [b"a\n", b"b\n"], b"a\r\nb\r\n"),
        (b"\x04after\r", [b"", b"after\n", b""], b"after\r\n"),
        (b"half\x04", [b"half", b""], b"half"),
    ],
)
async def test_keys(keys: bytes, read: list[bytes], shown: bytes) -> None:
    assert await typed(keys, len(read)) == (read, shown, 0)


async def test_interrupt_forgets_the_line() -> None:
    assert await typed(b"sleep\x03ls\r") == ([b"ls\n"], b"sleep^C\r\nls\r\n", 1)


async def test_a_program_reads_less_than_a_line() -> None:
    terminal = Terminal(Buffer(), lambda: None)
    source = Pipe()
    source.write(b"abc\r")
    reading = asyncio.create_task(terminal.type(source))
    assert [await terminal.read(1) for _ in range(4)] == [b"a", b"b", b"c", b"\n"]
    source.end()
    await reading


async def test_output_returns_to_the_start_of_the_line() -> None:
    screen = Buffer()
    Terminal(screen, lambda: None).write(b"a\nb\n")
    assert bytes(screen.data) == b"a\r\nb\r\n"
