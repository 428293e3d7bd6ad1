"""Tools that try whether a machine is there: ping and traceroute."""

from __future__ import annotations

import asyncio
import contextlib

from kubelearn.cluster.containers.process import SIGINT, SIGTERM, Process, Program
from kubelearn.cluster.containers.tools.options import Given, UsageError, applet, duration, number
from kubelearn.cluster.network import NameNotFound

from .interfaces import interface_of

#: How long a pause between packets takes here that takes a second in life.
_INTERVAL = "0.2"


async def _address(process: Process, host: str) -> str:
    try:
        return (await process.network.resolve(host))[0]
    except NameNotFound:
        raise UsageError(f"bad address '{host}'") from None


@applet("[OPTIONS] HOST", "q4n", "cWwisI", operands=(1, 1))
async def _ping(process: Process, given: Given) -> int:
    """``ping``: without ``-c`` until Ctrl-C, then the sum."""
    host, size = given.operands[0], number(given.get("s", "56"))
    address = await _address(process, host)
    answers = await process.network.ping(address)
    stopped = asyncio.Event()
    process.handlers[SIGINT] = process.handlers[SIGTERM] = stopped.set
    process.print(f"PING {host} ({address}): {size} data bytes")
    sent, most = 0, number(given.get("c", "0"))
    pause = duration(given.get("i", _INTERVAL) if answers else given.get("W", "1"))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(duration(given.get("w")) if "w" in given else None):
            while not stopped.is_set() and (not most or sent < most):
                if answers and "q" not in given:
                    process.print(f"{size + 8} bytes from {address}: seq={sent} ttl=63 time=0.050 ms")
                sent += 1
                await process.stdout.drain()
                if sent != most or not answers:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(stopped.wait(), pause)
    received, lost = (sent, 0) if answers else (0, 100)
    process.print(f"\n--- {host} ping statistics ---")
    process.print(f"{sent} packets transmitted, {received} packets received, {lost}% packet loss")
    if answers:
        process.print("round-trip min/avg/max = 0.050/0.050/0.050 ms")
    return 0 if answers else 1


@applet("[-nI4] [-m MAXTTL] [-q PROBES] [-w WAIT_SEC] HOST", "nI4", "mqw", operands=(1, 2))
async def _traceroute(process: Process, given: Given) -> int:
    host, most, probes = given.operands[0], number(given.get("m", "30")), number(given.get("q", "3"))
    address = await _address(process, host)
    process.print(f"traceroute to {host} ({address}), {most} hops max, 46 byte packets")
    hops = await _hops(process, address)
    for index in range(1, most + 1):
        if index > len(hops):
            await asyncio.sleep(duration(given.get("w", "3")) * probes)
            process.print(f"{index:2}  {'  '.join('*' * probes)}")
            await process.stdout.drain()
            continue
        shown = hops[index - 1] if "n" in given else f"{hops[index - 1]} ({hops[index - 1]})"
        process.print(f"{index:2}  {shown}{'  0.010 ms' * probes}")
        if hops[index - 1] == address:
            break
    return 0


async def _hops(process: Process, address: str) -> list[str]:
    """Return who answers on the way: the node, the other node, and the goal itself, unless it is nobody's address."""
    net = process.network
    if address in (net.ip, "127.0.0.1"):
        return [address]
    way = [] if net.is_host else [interface_of(process).gateway]
    if not await net.ping(address):
        return way
    node = net.fabric.node_of(address)
    if node is not None and node.node != net.node and node.ip != address:
        way.append(node.ip)
    return [*way, address]


TOOLS: dict[str, Program] = {"ping": _ping, "traceroute": _traceroute}
