"""Tools that ask for names.

``getent`` is the C library's, ``busybox`` has its nslookup of before and after 1.29, ``dig`` and ``lookups`` (host,
nslookup) are BIND's; ``records`` is what the latter share.
"""

from __future__ import annotations

from kubelearn.cluster.containers.process import Program

from . import busybox, dig, getent, lookups

__all__ = ["BIND", "GETENT", "nslookup_of"]

GETENT: dict[str, Program] = {"getent": getent.getent}
#: BIND's tools, as Alpine's bind-tools and Debian's dnsutils bring them.
BIND: dict[str, Program] = {"dig": dig.DIG, **lookups.TOOLS}
nslookup_of = busybox.nslookup_of
