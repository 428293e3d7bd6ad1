"""The program of the coredns pods: DNS on port 53, metrics, health."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from kubelearn.cluster.containers.process import SIGTERM, Process, Program
from kubelearn.cluster.coredns.records import Answer, Question, Record

from .corefile import Configuration, CorefileError

if TYPE_CHECKING:
    from kubelearn.cluster.coredns.resolver import Dns
    from kubelearn.cluster.network import Address, Receive, Scope, Send

VERSION = "1.14.2"
#: The image that the cluster runs.
REFERENCE = f"registry.k8s.io/coredns/coredns:v{VERSION}"
#: Seconds for which it goes on after SIGTERM (plugin ``health``).
LAMEDUCK = 5.0
#: Seconds between two looks at the Corefile (plugin ``reload``).
RELOAD: Final = 30.0
#: The least of them at a cluster's quickest pace.
_LEAST_RELOAD: Final = 0.02
#: Bytes of a record's data beside names and addresses.
_FIXED: Final = {"A": 4, "AAAA": 16, "SOA": 20, "SRV": 6, "MX": 2}


class DnsServer:
    """What listens on port 53 of a coredns pod.

    Questions and answers travel as objects; who sends bytes gets no answer.

    Attributes:
        served: how many questions it has answered, by record type.
    """

    def __init__(self, dns: Dns, log: Callable[[str], None] | None = None):
        """Answer from the cluster's names.

        Args:
            log: is given a line about each query.
        """
        self._dns = dns
        self._log = log
        self.served: dict[str, int] = {}

    def datagram(self, data: Any, client: Address) -> Answer | None:
        """Answer one question."""
        if type(data) is not Question:
            return None
        start = time.perf_counter()
        self.served[data.type] = self.served.get(data.type, 0) + 1
        answer = self._dns.answer(data.name, data.type)
        if self._log is not None:
            self._log(_line(client, answer, time.perf_counter() - start))
        return answer

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
    try:
        configuration = Configuration(process)
    except (CorefileError, OSError) as error:
        process.print(f"{error}")
        return 1
    server = DnsServer(network.fabric.dns, configuration.log)
    health = HealthServer(server)
    listeners = [network.listen(53, server, protocol) for protocol in ("UDP", "TCP")]
    listeners += [network.listen(port, health) for port in (8080, 8181, 9153)]
    process.print(".:53")
    configuration.say()
    process.print(f"CoreDNS-{VERSION}\nlinux/amd64, kubelearn")
    stopped = asyncio.Event()
    process.handlers[SIGTERM] = stopped.set
    try:
        await _until(stopped, configuration, max(network.fabric.timing.scaled(RELOAD), _LEAST_RELOAD))
        await network.fabric.timing.pause(LAMEDUCK)  # answer on while the nodes' kube-proxies learn of the end
    finally:
        for listener in listeners:
            listener.close()
    process.print("[INFO] SIGTERM: Shutting down servers then terminating")
    return 0


async def _until(stopped: asyncio.Event, configuration: Configuration, pause: float) -> None:
    """Look at the Corefile from time to time until the end."""
    while not stopped.is_set():
        try:
            await asyncio.wait_for(stopped.wait(), pause)
        except TimeoutError:
            configuration.look_again()


def _line(client: Address, answer: Answer, seconds: float) -> str:
    """Return what the plugin ``log`` writes of a query (its format ``common``)."""
    name, rtype = f"{answer.question.name.rstrip('.')}.".lower(), answer.question.type
    asked = 12 + len(name) + 1 + 4
    size = asked + sum(map(_length, (*answer.answers, *answer.authority, *answer.additional)))
    flags = ["qr", *(["aa"] if answer.authoritative else []), "rd", *(["ra"] if answer.recursion_available else [])]
    return (
        f'[INFO] {client[0]}:{client[1]} - {random.randrange(65536)} "{rtype} IN {name} udp {asked} false 512" '
        f"{answer.rcode} {','.join(flags)} {size} {seconds:.9f}s"
    )


def _length(record: Record) -> int:
    """Return how many bytes a record takes in a message without compression."""
    names = [word for word in record.data.split() if word.endswith(".")]
    return len(record.name) + 11 + _FIXED.get(record.type, 0) + sum(len(name) + 1 for name in names)


async def _reply(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


PROGRAMS: dict[str, Program] = {"coredns": program}
