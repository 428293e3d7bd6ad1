"""Tools on the pod's sockets: netstat and ss."""

from __future__ import annotations

import posixpath
from typing import NamedTuple

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.options import Given, applet

from .interfaces import show_routes

#: What fits in netstat's last column (PROGNAME_WIDTH), and what the kernel keeps of a program's name.
_OWNER, _NAME = 19, 15
#: The columns of ss: title, what stands before it, and whether it is aligned to the right.
_COLUMNS = (
    ("Netid", "", False),
    ("State", " ", False),
    ("Recv-Q", " ", False),
    ("Send-Q", " ", False),
    ("Local Address:", " ", True),
    ("Port", "", False),
    ("Peer Address:", " ", True),
    ("Port", "", False),
    ("Process", "", False),
)


class _Socket(NamedTuple):
    """One socket: an end is a host, empty for all addresses, and a port."""

    protocol: str
    state: str
    local: tuple[str, int]
    peer: tuple[str, int] | None = None
    owner: Process | None = None


def _sockets(process: Process, protocols: list[str], *, servers: bool, connected: bool) -> list[_Socket]:
    """Return what listens in the pod's network, and the connections to it."""
    found = []
    for (protocol, port), listener in sorted(process.network.listeners.items()):
        if protocol not in protocols:
            continue
        owner = process.processes.of_task(listener.task)
        if servers:
            local = ("127.0.0.1" if listener.loopback else "", port)
            state = "LISTEN" if protocol == "TCP" else "UNCONN"
            found.append(_Socket(protocol, state, local, owner=owner))
        clients = [(each.server, each.client) for each in listener.connections] if connected else []
        found += [_Socket(protocol, "ESTABLISHED", local, peer, owner) for local, peer in clients]
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
            process.print(line + (_owner(socket.owner).ljust(_OWNER + 1) if more else ""))
    if "x" in given or not given.any("tuw"):
        process.print(f"Active UNIX domain sockets ({what})")
        process.print("Proto RefCnt Flags       Type       State         I-Node Path")
    return 0


def _shown(end: tuple[str, int], everywhere: str) -> str:
    host, port = end
    return f"{host}:{port}" if host else f"{everywhere}{port}"


def _owner(process: Process | None) -> str:
    """Say whose a socket is, as netstat does; of another container's programs nobody can tell."""
    return "-" if process is None else f"{process.pid}/{posixpath.basename(process.argv[0])}"[:_OWNER]


_SS = {"tcp": "t", "udp": "u", "listening": "l", "numeric": "n", "processes": "p", "all": "a", "no-header": "H"}


@applet("[-tulanpH4]", "tulanpH4", operands=(0, 0), long=_SS)
async def _ss(process: Process, given: Given) -> int:
    protocols = _protocols(given)
    first = 0 if len(protocols) > 1 else 1
    rows = [] if "H" in given else [[title for title, _, _ in _COLUMNS]]
    for socket in _sockets(process, protocols, servers=given.any("la"), connected="l" not in given):
        state = {"ESTABLISHED": "ESTAB"}.get(socket.state, socket.state)
        queue = "4096" if state == "LISTEN" else "0"
        row = [socket.protocol.lower(), state, "0", queue, *_end(socket.local), *_end(socket.peer or ("", 0))]
        rows.append([*row, _users(socket.owner) if "p" in given else ""])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = list(zip(row, widths, _COLUMNS, strict=True))[first:]
        line = "".join(
            before + (text.rjust(width) if right else text.ljust(width)) for text, width, (_, before, right) in cells
        )
        process.print(line.removeprefix(" "))
    return 0


def _end(end: tuple[str, int]) -> tuple[str, str]:
    host, port = end
    return f"{host or '*'}:", str(port or "*")


def _users(owner: Process | None) -> str:
    return "" if owner is None else f'users:(("{posixpath.basename(owner.argv[0])[:_NAME]}",pid={owner.pid},fd=3))'


NETSTAT: dict[str, Program] = {"netstat": _netstat}
SS: dict[str, Program] = {"ss": _ss}
