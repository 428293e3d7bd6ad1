"""How many in-cluster requests a second: name, Service, connection, GET, close.

Run with ``python -m tests.benchmarks.network``; the goal is 20,000 a second.
"""

from __future__ import annotations

import asyncio
import time

from tests.unit.network_fakes import FakeCluster, Who, endpoint, endpoint_slice, service

_COUNT, _ROUNDS = 20_000, 3
_HEADERS = [(b"user-agent", b"curl/8.9.1"), (b"accept", b"*/*")]


async def rate(cluster: FakeCluster, host: str) -> float:
    """Return the best of some rounds of separate requests to a host, per second."""
    client, best = cluster.attach("client", "worker2"), 0.0
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        for _ in range(_COUNT):
            connection = await client.connect(host, 80)
            await connection.request("GET", "/hostname", _HEADERS)
            connection.close()
        best = max(best, _COUNT / (time.perf_counter() - start))
    return best


async def main() -> None:
    cluster = FakeCluster()
    cluster.start_dns()
    nets = [cluster.attach(f"hello-{number}") for number in range(3)]
    for net in nets:
        net.listen(8080, _Trivial())
    service(cluster.registry, "hello", "10.96.5.5")
    endpoint_slice(cluster.registry, "hello", [endpoint(net.ip) for net in nets])
    cluster.sync()
    for host in ("hello", "hello.course.svc", "10.96.5.5"):
        print(f"{host:<20} {await rate(cluster, host):>9,.0f} requests per second")


class _Trivial(Who):
    """Does not remember requests: here there are many."""

    async def __call__(self, scope: object, receive: object, send: object) -> None:
        self.scopes.clear()
        await super().__call__(scope, receive, send)


if __name__ == "__main__":
    asyncio.run(main())
