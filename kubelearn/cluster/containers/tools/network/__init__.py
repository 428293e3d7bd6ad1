"""Tools on the network: ``interfaces`` (ip, ifconfig, route), ``sockets`` (netstat, ss), ``reach`` (ping, traceroute),
``nc`` (and telnet), ``wget`` and ``curl``."""

from __future__ import annotations

from kubelearn.cluster.containers.process import Program

from . import interfaces, reach, sockets, wget
from .curl import CURL
from .nc import NC, NC_OPENBSD, TELNET
from .sockets import SS

__all__ = ["CURL", "NC", "NC_OPENBSD", "SS", "TELNET", "TOOLS", "WGET"]

WGET: dict[str, Program] = wget.TOOLS
#: What BusyBox has, besides its nc, telnet and wget.
TOOLS: dict[str, Program] = {**interfaces.TOOLS, **sockets.NETSTAT, **reach.TOOLS}
