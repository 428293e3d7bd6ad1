"""Tools on the pod's sockets: netstat and ss."""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.options import Given, applet

from .interfaces import show_routes


class _Socket(NamedTuple):
    """One socket: an end is a host, empty for all addresses, and a port."""

    protocol: str
    state: str
    local: tuple[str, int]
    peer: tuple[str, int] | None = None


def _sockets(process: Process, protocols: list[str], *, servers: bool, connected: bool) -> list[_Socket]:
    """Return what listens in the pod's network, and the connections to it."""
    found = []
    for (protocol, port), listener in sorted(process.network.listeners.items()):
        if protocol not in protocols:
            continue
        if servers:
            local = ("127.0.0.1" if listener.loopback else "", port)
            found.append(_Socket(protocol, "LISTEN" if protocol == "TCP" else "UNCONN", local))
        clients = [(each.server, each.client) for each in listener.connections] if connected else []
        found += [_Socket(protocol, "ESTABLISHED", local, peer) for local, peer in clients]
    return found


def _protocols(given: Given) -> list[str]:
    return [name for name, letter in (("TCP", "t"), ("UDP", "u")) if letter in given or not given.any("tuw")]


@applet("[-ral] [-tuwx] [-enp]", "raltuwxenp", operands=(0, 0))
async def _netstat(process: Process, given: Given) -> int:
    if "r" in given:
        show_routes(process, numeric="n" in given)
        return 0
    servers = given.any("al")
    what = "only servers" if "l" in given else "w/o servers"
    if "a" in given:
        what = "servers and established"
    more = "PID/Program name    " if "p" in given else ""
    if given.any("tuw") or "x" not in given:
        process.print(f"Active Internet connections ({what})")
        process.print(f"Proto Recv-Q Send-Q Local Address           Foreign Address         State       {more}")
        for socket in _sockets(process, _protocols(given), servers=servers, connected="l" not in given):
            state = "" if socket.state == "UNCONN" else socket.state
            local, peer = _shown(socket.local, ":::"), _shown(socket.peer, ":::") if socket.peer else ":::*"
            line = f"{socket.protocol.lower():<5} {0:6} {0:6} {local:<23} {peer:<23} {state:<12}"
            process.print(line + ("-".ljust(20) if more else ""))
    if "x" in given or not given.any("tuw"):
        process.print(f"Active UNIX domain sockets ({what})")
        process.print("Proto RefCnt Flags       Type       State         I-Node Path")
    return 0


def _shown(end: tuple[str, int], everywhere: str) -> str:
    host, port = end
    return f"{host}:{port}" if host else f"{everywhere}{port}"


@applet("[-tulanH4]", "tulanH4", operands=(0, 0), long={"tcp": "t", "udp": "u", "listening": "l", "numeric": "n"})
async def _ss(process: Process, given: Given) -> int:
    protocols = _protocols(given)
    named = len(protocols) > 1
    rows = []
    if "H" not in given:
        head = ["State", "Recv-Q", "Send-Q", "Local Address:Port", "Peer Address:Port"]
        rows.append((["Netid"] if named else []) + head)
    for socket in _sockets(process, protocols, servers=given.any("la"), connected="l" not in given):
        state = {"ESTABLISHED": "ESTAB"}.get(socket.state, socket.state)
        queue = "4096" if state == "LISTEN" else "0"
        row = [state, "0", queue, _shown(socket.local, "*:"), _shown(socket.peer, "*:") if socket.peer else "*:*"]
        rows.append(([socket.protocol.lower()] if named else []) + row)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        process.print(" ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
    return 0


NETSTAT: dict[str, Program] = {"netstat": _netstat}
SS: dict[str, Program] = {"ss": _ss}
