"""The tools that images have on their PATH."""

from __future__ import annotations

from kubelearn.cluster.containers.process import Program
from kubelearn.cluster.containers.shell import sh

from . import dns, http, nc, system, tar, text, wget

#: What busybox brings: no curl, dig or getent.
BUSYBOX: dict[str, Program] = {
    **text.TOOLS,
    **system.TOOLS,
    **dns.TOOLS,
    **nc.TOOLS,
    **wget.TOOLS,
    **tar.TOOLS,
    "sh": sh,
    "ash": sh,
}
#: What agnhost (Alpine) has: the same, and tools for the network.
ALPINE: dict[str, Program] = {**BUSYBOX, **dns.NETWORK, **http.NETWORK, "bash": sh, "cat": text.CAT_COREUTILS}
#: What a Debian image such as nginx has.
DEBIAN: dict[str, Program] = {
    **text.TOOLS,
    **system.TOOLS,
    **tar.TOOLS,
    **http.NETWORK,
    "getent": dns.GETENT,
    "sh": sh,
    "bash": sh,
    "cat": text.CAT_COREUTILS,
}
