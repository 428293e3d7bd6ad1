"""A Service ``hello``, and a client that asks for it."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.network import (
    PodNetwork,
)
from tests.unit.network_fakes import FakeCluster, Who, endpoint, endpoint_slice, service

IP = "10.96.5.5"


def hello(cluster: FakeCluster, pods: int = 3, **spec: Any) -> list[tuple[PodNetwork, Who]]:
    """A Service hello with some pods."""
    served = [cluster.serve(f"hello-{number}", ("worker", "worker2")[number % 2]) for number in range(pods)]
    service(cluster.registry, "hello", IP, **spec)
    endpoint_slice(cluster.registry, "hello", [endpoint(net.ip, net.node) for net, _ in served])
    cluster.sync()
    return served


async def get(client: PodNetwork, host: str, port: int = 80, target: str = "/") -> str:
    connection = await client.connect(host, port, timeout=0.01)
    response = await connection.request("GET", target)
    connection.close()
    return response.body.decode()
