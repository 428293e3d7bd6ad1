"""``getent``: names as programs see them, from ``/etc/hosts`` and from DNS."""

from __future__ import annotations

from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.containers.tools.options import Given, Misuse, applet
from kubelearn.cluster.network import NameNotFound

_DATABASES = ("ahosts", "ahostsv4", "hosts")


@applet("hosts NAME...", operands=(2, None))
async def getent(process: Process, given: Given) -> int:
    """``getent hosts NAME...``"""
    database, *names = given.operands
    if database not in _DATABASES:
        raise Misuse(f"Unknown database: {database}")
    status = 0
    for name in names:
        try:
            host = await process.network.lookup(name)
        except NameNotFound:
            status = 2
            continue
        for address in host.addresses:
            process.print(f"{address:<15} {host.name}" if len(address) > 15 else f"{address:<16}{host.name}")
    return status
