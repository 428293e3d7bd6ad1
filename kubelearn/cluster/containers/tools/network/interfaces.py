"""Tools on the pod's interfaces and routes: ip, ifconfig, route."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.options import Given, Misuse, UsageError, applet, busybox_of, tool

_NOT_PERMITTED = 2
_ANY = "0.0.0.0"  # noqa: S104 - text of a table, nothing is bound
_CHANGES = frozenset({"add", "append", "change", "del", "delete", "flush", "replace", "set"})
_OBJECTS = ("address", "link", "neigh", "route")


@dataclass(frozen=True)
class _Interface:
    """``eth0`` of a pod, or of the node whose network a pod shares."""

    ip: str
    prefix: int
    gateway: str
    is_host: bool

    @property
    def mac(self) -> str:
        return ":".join(["9a", "2f", *(f"{int(part):02x}" for part in self.ip.split("."))])

    @property
    def network(self) -> str:
        keep = self.prefix // 8
        return ".".join([*self.ip.split(".")[:keep], *["0"] * (4 - keep)])

    @property
    def mask(self) -> str:
        keep = self.prefix // 8
        return ".".join(["255"] * keep + ["0"] * (4 - keep))

    @property
    def broadcast(self) -> str:
        keep = self.prefix // 8
        return ".".join([*self.ip.split(".")[:keep], *["255"] * (4 - keep)])

    @property
    def routes(self) -> list[str]:
        """The routing table, as ``ip`` prints it."""
        default = f"default via {self.gateway} dev eth0"
        if self.is_host:
            return [default, f"{self.network}/{self.prefix} dev eth0 scope link  src {self.ip}"]
        return [
            default,
            f"{self.network}/{self.prefix} via {self.gateway} dev eth0  src {self.ip}",
            f"{self.gateway} dev eth0 scope link  src {self.ip}",
        ]


def interface_of(process: Process) -> _Interface:
    """Return a container's ``eth0``: kindnet gives every node a /24, whose first address is the way out."""
    net = process.network
    prefix = 16 if net.is_host else 24
    keep = prefix // 8
    gateway = ".".join([*net.ip.split(".")[:keep], *["0"] * (3 - keep), "1"])
    return _Interface(net.ip, prefix, gateway, net.is_host)


def _is_iproute2(process: Process) -> bool:
    """Whether an image has the Linux tools of that name, which also bring ``ss``, and not BusyBox' alone."""
    return "ss" in process.programs or not busybox_of(process)


async def _ip(process: Process) -> int:
    words = process.argv[1:]
    options = []
    while words and words[0].startswith("-"):
        options.append(words.pop(0))
    brief = _is_iproute2(process) and any(option in ("-br", "-brief") for option in options)
    known = r"-(4|6|o|f|inet|oneline|br|brief|d|s)" if _is_iproute2(process) else r"-(4|6|o|f|inet|oneline)"
    if wrong := next((option for option in options if not re.fullmatch(known, option)), ""):
        raise Misuse(f"invalid argument '{wrong}' to 'ip'")
    if not words:
        raise Misuse
    chosen = next((name for name in _OBJECTS if name.startswith(words[0]) or words[0] == f"{name}s"), "")
    if words[0] == "addr" or chosen == "address":
        chosen = "address"
    if not chosen:
        return _unknown_object(process, words[0])
    rest = words[1:]
    if rest and rest[0] in _CHANGES:
        process.complain("ip: RTNETLINK answers: Operation not permitted")
        return _NOT_PERMITTED
    rest = [word for word in rest if word not in ("show", "list", "ls", "dev")]
    if chosen == "route":
        return _show_routes(process, rest)
    if chosen == "neigh":
        return 0
    if rest and rest[0] not in ("lo", "eth0"):
        unknown = 'Device "{}" does not exist.' if _is_iproute2(process) else "ip: can't find device '{}'"
        process.complain(unknown.format(rest[0]))
        return 1
    if "-6" not in options:
        for index, name in enumerate(("lo", "eth0"), 1):
            if not rest or rest[0] == name:
                if brief:
                    _show_briefly(process, name, with_address=chosen == "address")
                    continue
                _show_interface(process, index, name, with_address=chosen == "address", in_one_line="-o" in options)
    return 0


def _unknown_object(process: Process, name: str) -> int:
    if _is_iproute2(process):
        process.complain(f'Object "{name}" is unknown, try "ip help".')
        return 1
    raise Misuse(f"invalid argument '{name}' to 'ip'")


def _show_routes(process: Process, words: list[str]) -> int:
    interface = interface_of(process)
    apart = " " if _is_iproute2(process) else "  "
    if words[:1] == ["get"] and len(words) > 1:
        process.print(f"{words[1]} via {interface.gateway} dev eth0{apart}src {interface.ip}")
        return 0
    if words not in ([], ["default"]):
        raise UsageError(f"invalid argument '{words[0]}' to 'ip route'")
    for line in interface.routes[: len(words) or None]:
        process.print(f"{line.replace('  ', apart)} ")
    return 0


def _show_briefly(process: Process, name: str, *, with_address: bool) -> None:
    """Print an interface in one line, as ``ip -br`` of iproute2 does."""
    interface = interface_of(process)
    title, state = ("lo", "UNKNOWN") if name == "lo" else ("eth0@if5", "UP")
    if with_address:
        rest = "127.0.0.1/8 " if name == "lo" else f"{interface.ip}/{interface.prefix} "
    else:
        flags = "LOOPBACK,UP,LOWER_UP" if name == "lo" else "BROADCAST,MULTICAST,UP,LOWER_UP"
        rest = f"{'00:00:00:00:00:00' if name == 'lo' else interface.mac} <{flags}> "
    process.print(f"{title:<16} {state:<14} {rest}")


def _show_interface(process: Process, index: int, name: str, *, with_address: bool, in_one_line: bool) -> None:
    interface = interface_of(process)
    if name == "lo":
        head = "lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue{} qlen 1000"
        link, inet = "loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00", "127.0.0.1/8 scope host lo"
    else:
        flags = "BROADCAST,MULTICAST,UP,LOWER_UP" + ("" if _is_iproute2(process) else ",M-DOWN")
        head = f"eth0@if5: <{flags}> mtu 1500 qdisc noqueue{{}} "
        link = f"ether {interface.mac} brd ff:ff:ff:ff:ff:ff" + (" link-netnsid 0" if _is_iproute2(process) else "")
        inet = f"{interface.ip}/{interface.prefix} brd {interface.broadcast} scope global eth0"
    if in_one_line and with_address:
        process.print(f"{index}: {name}    inet {inet}\\       valid_lft forever preferred_lft forever")
        return
    state = f" state {'UNKNOWN' if name == 'lo' else 'UP'} group default" if _is_iproute2(process) else ""
    lines = [f"{index}: {head.format(state)}", f"    link/{link}"]
    if with_address:
        lines += [f"    inet {inet}", "       valid_lft forever preferred_lft forever"]
    process.print("\n".join(lines))


@applet("[-a] [INTERFACE]", "a")
async def _ifconfig(process: Process, given: Given) -> int:
    if len(given.operands) > 1:
        process.complain("ifconfig: SIOCSIFADDR: Operation not permitted")
        return 1
    wanted = given.operands or ["eth0", "lo"]
    if wanted[0] not in ("eth0", "lo"):
        raise UsageError(f"{wanted[0]}: error fetching interface information: Device not found")
    interface = interface_of(process)
    for name in wanted:
        if name == "eth0":
            process.print(f"eth0      Link encap:Ethernet  HWaddr {interface.mac.upper()}  ")
            inet = f"inet addr:{interface.ip}  Bcast:{interface.broadcast}  Mask:{interface.mask}"
            flags = "UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1"
        else:
            process.print("lo        Link encap:Local Loopback  ")
            inet, flags = "inet addr:127.0.0.1  Mask:255.0.0.0", "UP LOOPBACK RUNNING  MTU:65536  Metric:1"
        for line in (
            inet,
            flags,
            "RX packets:10 errors:0 dropped:0 overruns:0 frame:0",
            "TX packets:10 errors:0 dropped:0 overruns:0 carrier:0",
            f"collisions:0 txqueuelen:{1000 if name == 'lo' else 0} ",
            "RX bytes:840 (840.0 B)  TX bytes:840 (840.0 B)",
        ):
            process.print(f"          {line}")
        process.print("")
    return 0


@applet("[-n]", "ne")
async def _route(process: Process, given: Given) -> int:
    if given.operands:
        process.complain("route: SIOCADDRT: Operation not permitted")
        return 1
    show_routes(process, numeric="n" in given)
    return 0


def show_routes(process: Process, *, numeric: bool) -> None:
    """Print the routing table as ``route`` and ``netstat -r`` do."""
    interface = interface_of(process)
    process.print("Kernel IP routing table")
    process.print("Destination     Gateway         Genmask         Flags Metric Ref    Use Iface")
    rows = [(_ANY if numeric else "default", interface.gateway, _ANY, "UG")]
    if interface.is_host:
        rows.append((interface.network, _ANY, interface.mask, "U"))
    else:
        rows.append((interface.network, interface.gateway, interface.mask, "UG"))
        rows.append((interface.gateway, _ANY, "255.255.255.255", "UH"))
    for destination, gateway, mask, flags in rows:
        process.print(f"{destination:<15} {gateway:<15} {mask:<15} {flags:<5} 0      0        0 eth0")


TOOLS: dict[str, Program] = {
    "ip": tool(_ip, "[OPTIONS] address|route|link|neigh [ARGS]"),
    "ifconfig": _ifconfig,
    "route": _route,
}
