"""``registry.k8s.io/kube-proxy``: what the kube-proxy pods run, and tools to look at its rules.

``iptables-save`` prints the node's rules.  ``explain`` tells how the last connections of
the node's pods were balanced, which no real kube-proxy does::

    kubectl exec -n kube-system kube-proxy-x4k2p -- explain -n 3 --service course/hello

The balancing itself is :mod:`kubelearn.cluster.kube_proxy.kube_proxy`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kubelearn.cluster import meta
from kubelearn.cluster.containers.process import SIGTERM, Process, Program

from .health_checks import HealthChecks

if TYPE_CHECKING:
    from kubelearn.cluster.kube_proxy.kube_proxy import KubeProxy
    from kubelearn.cluster.network import Receive, Scope, Send

#: The image that the cluster runs.
REFERENCE = f"registry.k8s.io/kube-proxy:{meta.VERSION}"
HEALTH_PORT = 10256
_METRICS_PORT = 10249
_EXPLAIN_USAGE = """\
Usage: explain [-n COUNT] [--service NAMESPACE/NAME] [--source IP]
Show how the last connections of this node to Services were decided, newest last.
Each node decides for the connections that its own pods open: ask the kube-proxy of the client's node.
"""


def _proxy(process: Process) -> KubeProxy:
    return process.network.fabric.proxies[process.network.node]


async def _health(scope: Scope, _receive: Receive, send: Send) -> None:
    status = 200 if scope["path"] in ("/healthz", "/livez") else 404
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def _metrics(scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer on the node's own address what ``curl localhost:10249/proxyMode`` asks there."""
    known = {"/proxyMode": b"iptables", "/healthz": b"ok"}
    body = known.get(scope["path"], b"404 page not found\n")
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200 if scope["path"] in known else 404, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def kube_proxy(process: Process) -> int:
    """Stand for the node's kube-proxy until SIGTERM; its rules stay when it ends, as on a real node."""
    stopped = asyncio.Event()
    process.handlers[SIGTERM] = stopped.set
    listeners = [
        process.network.listen(HEALTH_PORT, _health),
        process.network.listen(_METRICS_PORT, _metrics, loopback=True),
    ]
    proxy = _proxy(process)
    checks = HealthChecks(process.network, proxy)
    checks.sync()
    proxy.on_sync = checks.sync
    process.print('"Using iptables proxy"')
    process.print(f'"Successfully retrieved node IP(s)" IPs=["{process.network.ip}"]')
    process.print('"Starting service config controller"\n"Starting endpoint slice config controller"')
    try:
        await stopped.wait()
    finally:
        proxy.on_sync = lambda: None
        checks.close()
        for listener in listeners:
            listener.close()
    return 0


async def iptables_save(process: Process) -> int:
    """``iptables-save [-t nat|filter]``"""
    match process.argv[1:]:
        case []:
            table = ""
        case ["-t" | "--table", ("nat" | "filter") as table]:
            pass
        case _:
            process.complain("Usage: iptables-save [-t nat|filter]")
            return 2
    process.stdout.write(_proxy(process).rules(table).encode())
    await process.stdout.drain()
    return 0


async def explain(process: Process) -> int:
    """``explain [-n COUNT] [--service NAMESPACE/NAME] [--source IP]``"""
    options = {"-n": "1", "--service": "", "--source": ""}
    words = iter(process.argv[1:])
    for word in words:
        value = next(words, None)
        if word not in options or value is None or (word == "-n" and not value.isdigit()):
            process.complain(_EXPLAIN_USAGE.rstrip())
            return 0 if word in ("-h", "--help") else 2
        options[word] = value
    decisions = _proxy(process).explain(int(options["-n"]), options["--service"], options["--source"])
    if not decisions:
        process.complain("explain: no such connection yet on this node")
        return 1
    for decision in decisions:
        process.print(f"{decision.source} -> {decision.destination}")
        for step in decision.trace:
            process.print(f"  {step}")
    await process.stdout.drain()
    return 0


PROGRAMS: dict[str, Program] = {"kube-proxy": kube_proxy, "iptables-save": iptables_save, "explain": explain}
