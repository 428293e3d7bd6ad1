"""The tools that images have on their PATH.

``options`` and ``inputs`` are what tools are made with.  A tool is a coroutine ``(process) -> exit code``, which
:func:`~kubelearn.cluster.containers.tools.options.tool` makes a program of; each module lists its own in a table:

* ``text`` (cat, sort, …) and ``patterns`` (grep, sed, awk), ``files`` (ls, rm, …) and ``tar``,
* ``printing`` (echo, printf), ``conditions`` (test), ``system`` (env, sleep, ps, …),
* ``curl``, ``wget``, ``dns`` (dig, nslookup, getent) and ``nc`` (nc, ping) for the network.
"""

from __future__ import annotations

from kubelearn.cluster.containers.process import Program
from kubelearn.cluster.containers.shell import sh

from . import conditions, curl, dns, files, nc, patterns, printing, system, tar, text, wget

_EVERYWHERE: dict[str, Program] = {
    **text.TOOLS,
    **patterns.TOOLS,
    **files.TOOLS,
    **tar.TOOLS,
    **printing.TOOLS,
    **conditions.TOOLS,
    **system.TOOLS,
    "sh": sh,
}
#: What busybox brings: no curl, dig or getent.
BUSYBOX: dict[str, Program] = {**_EVERYWHERE, **dns.TOOLS, **nc.TOOLS, **wget.TOOLS, "ash": sh}
#: What agnhost (Alpine) has: the same, and tools for the network.
ALPINE: dict[str, Program] = {**BUSYBOX, **dns.NETWORK, **curl.NETWORK, "bash": sh, "cat": text.CAT_COREUTILS}
#: What a Debian image such as nginx has.
DEBIAN: dict[str, Program] = {
    **_EVERYWHERE,
    **curl.NETWORK,
    "getent": dns.GETENT,
    "bash": sh,
    "cat": text.CAT_COREUTILS,
}
