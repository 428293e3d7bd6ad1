"""The program of the coredns pods: DNS on port 53, metrics, health."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from kubelearn.cluster.containers.process import SIGTERM, Process, Program
from kubelearn.cluster.coredns.records import Answer, Question

if TYPE_CHECKING:
    from kubelearn.cluster.coredns.resolver import Dns
    from kubelearn.cluster.network import Address, Receive, Scope, Send

VERSION = "1.14.2"
#: The image that the cluster runs.
REFERENCE = f"registry.k8s.io/coredns/coredns:v{VERSION}"
#: Seconds for which it goes on after SIGTERM (plugin ``health``).
LAMEDUCK = 5.0
COREFILE = """\
.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
"""


class DnsServer:
    """What listens on port 53 of a coredns pod.

    Questions and answers travel as objects; who sends bytes gets no answer.

    Attributes:
        served: how many questions it has answered, by record type.
    """

    def __init__(self, dns: Dns):
        self._dns = dns
        self.served: dict[str, int] = {}

    def datagram(self, data: Any, _client: Address) -> Answer | None:
        """Answer one question."""
        if type(data) is not Question:
            return None
        self.served[data.type] = self.served.get(data.type, 0) + 1
        return self._dns.answer(data.name, data.type)

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """HTTP on port 53 is not understood."""
        await _reply(send, 400, b"")


class HealthServer:
    """``/health`` on 8080, ``/ready`` on 8181, ``/metrics`` on 9153."""

    def __init__(self, server: DnsServer):
        self._server = server

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        path = scope["path"]
        if path in ("/health", "/ready"):
            await _reply(send, 200, b"OK")
        elif path == "/metrics":
            lines = ["# TYPE coredns_dns_requests_total counter"]
            lines += [
                f'coredns_dns_requests_total{{proto="udp",server="dns://:53",type="{t}",zone="."}} {n}'
                for t, n in sorted(self._server.served.items())
            ]
            await _reply(send, 200, "\n".join(lines).encode() + b"\n")
        else:
            await _reply(send, 404, b"404 page not found\n")


async def program(process: Process) -> int:
    """Run CoreDNS until SIGTERM (``/coredns -conf /etc/coredns/Corefile``)."""
    network = process.network
    server = DnsServer(network.fabric.dns)
    health = HealthServer(server)
    listeners = [network.listen(53, server, protocol) for protocol in ("UDP", "TCP")]
    listeners += [network.listen(port, health) for port in (8080, 8181, 9153)]
    process.print(f".:53\n[INFO] plugin/reload: Running configuration\nCoreDNS-{VERSION}\nlinux/amd64, kubelearn")
    stopped = asyncio.Event()
    process.handlers[SIGTERM] = stopped.set
    try:
        await stopped.wait()
        await network.fabric.timing.pause(LAMEDUCK)  # answer on while the nodes' kube-proxies learn of the end
    finally:
        for listener in listeners:
            listener.close()
    process.print("[INFO] SIGTERM: Shutting down servers then terminating")
    return 0


async def _reply(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


PROGRAMS: dict[str, Program] = {"coredns": program}
