"""The tools that images have on their PATH.

``options`` is what a tool declares its command line with, ``inputs`` and ``commands`` are what tools read and run.
The tools are in folders, ``text``, ``awk``, ``files``, ``system``, ``dns`` and ``network``, each with tables from name
to program; here they become what a distribution has.
"""

from __future__ import annotations

from functools import cache

from kubelearn.cluster.containers.process import Program
from kubelearn.cluster.containers.shell import sh

from . import awk, dns, files, network, system, text
from .options import BusyBox

__all__ = ["ALPINE", "BUSYBOX", "DEBIAN", "busybox"]

_EVERYWHERE: dict[str, Program] = {**text.TOOLS, **awk.TOOLS, **files.TOOLS, **system.TOOLS, "sh": sh}
#: When a release was built, as its banner says.
_BUILT = {
    "1.28": "2018-05-22 17:00:17",
    "1.30": "2019-05-09 01:23:43",
    "1.34": "2022-04-13 00:26:55",
    "1.35": "2022-12-28 01:14:13",
    "1.36": "2023-05-18 22:34:17",
    "1.37": "2024-09-26 21:31:42",
}


@cache
def busybox(version: str = "1.36.1") -> dict[str, Program]:
    """Return what a busybox image of a version has: no curl, dig or getent."""
    built = _BUILT.get(".".join(version.split(".")[:2]), _BUILT["1.37"])
    return {**_busybox(BusyBox(version, built), version), **network.TELNET}


def _busybox(program: BusyBox, version: str) -> dict[str, Program]:
    return {
        **_EVERYWHERE,
        **text.BUSYBOX,
        **network.TOOLS,
        **network.NC,
        **network.WGET,
        "nslookup": dns.nslookup_of(version),
        "ash": sh,
        "busybox": program,
    }


#: What the image ``busybox:1.36`` brings.
BUSYBOX: dict[str, Program] = busybox()
#: What agnhost has: Alpine's BusyBox, bind-tools, curl, netcat-openbsd, iproute2 and bash.
ALPINE: dict[str, Program] = {
    **_busybox(BusyBox("1.36.1", "2024-06-12 15:08:25", musl=True), "1.36.1"),
    **dns.GETENT,
    **dns.BIND,
    **network.CURL,
    **network.NC_OPENBSD,
    **network.SS,
    "bash": sh,
}
#: What a Debian image has; some, such as nginx, bring curl.
DEBIAN: dict[str, Program] = {
    **_EVERYWHERE,
    **dns.GETENT,
    "hostname": system.HOSTNAME_DEBIAN,
    "bash": sh,
}
