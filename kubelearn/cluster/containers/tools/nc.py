"""Tools that try whether somebody answers: nc and ping."""

from __future__ import annotations

import asyncio

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.network import NameNotFound, NetworkError

from .options import UsageError, number, split, tool


async def address_of(process: Process, host: str) -> str:
    """Return a host's first address, or its name when it has none."""
    try:
        return (await process.network.resolve(host))[0]
    except NetworkError:
        return host


async def _nc(process: Process) -> int:
    options, words = split(process.argv, "zvnu", "w")
    if len(words) != 2 or not words[1].isdigit():
        raise UsageError("usage: nc [-zv] [-w SEC] HOST PORT")
    try:
        connection = await process.network.connect(
            words[0], int(words[1]), timeout=float(number(options.get("w", "127")))
        )
    except NameNotFound:
        raise UsageError(f"bad address '{words[0]}'") from None
    except NetworkError as error:
        if "v" in options or "z" not in options:
            process.complain(f"nc: {words[0]} ({await address_of(process, words[0])}:{words[1]}): {error.reason}")
        return 1
    if "v" in options:
        process.complain(f"{words[0]} ({connection.peer[0]}:{words[1]}) open")
    if "z" not in options:
        stream = connection.open_stream()
        while chunk := await process.stdin.read():
            stream.write(chunk)
            await stream.drain()
        stream.end()
        while chunk := await stream.read():
            process.stdout.write(chunk)
    connection.close()
    return 0


async def _ping(process: Process) -> int:
    options, words = split(process.argv, "q", "cWwi")
    if not words:
        raise UsageError("usage: ping [-c COUNT] [-W SEC] HOST")
    count = number(options.get("c", "3"))
    try:
        address = (await process.network.resolve(words[0]))[0]
        answers = await process.network.ping(words[0])
    except NameNotFound:
        raise UsageError(f"bad address '{words[0]}'") from None
    process.print(f"PING {words[0]} ({address}): 56 data bytes")
    for index in range(count):
        if answers:
            process.print(f"64 bytes from {address}: seq={index} ttl=64 time=0.050 ms")
        await asyncio.sleep(float(number(options.get("W", "1"))) if not answers else 0.2)
    received, lost = (count, 0) if answers else (0, 100)
    process.print(f"\n--- {words[0]} ping statistics ---")
    process.print(f"{count} packets transmitted, {received} packets received, {lost}% packet loss")
    return 0 if answers else 1


TOOLS: dict[str, Program] = {"nc": tool(_nc), "ping": tool(_ping)}
