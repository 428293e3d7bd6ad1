"""A kube-proxy, and what it chooses."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from kubelearn.cluster.kube_proxy.kube_proxy import Forward, KubeProxy
from kubelearn.cluster.timing import Timing
from tests.unit.network_fakes import FakeRegistry, service

IP = "10.96.5.5"
CLIENT = "10.244.2.9"
OUTSIDE = "172.18.0.1"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def make_proxy(registry: FakeRegistry, node: str = "worker", seed: int = 7, clock: Clock | None = None) -> KubeProxy:
    proxy = KubeProxy(registry, node, Timing(), random.Random(seed), clock or Clock())  # type: ignore[arg-type]
    proxy.load()
    return proxy


def addresses(count: int) -> list[str]:
    return [f"10.244.1.{number + 2}" for number in range(count)]


def chosen(proxy: KubeProxy, count: int, source: str = CLIENT, port: int = 80) -> list[str]:
    picks = []
    for _ in range(count):
        decision = proxy.route(IP, port, "TCP", source)
        assert isinstance(decision, Forward)
        picks.append(decision.endpoint.ip)
    return picks


def node_port_service(registry: FakeRegistry, **spec: Any) -> None:
    registry.store.put(
        "nodes",
        {"metadata": {"name": "worker"}, "status": {"addresses": [{"type": "InternalIP", "address": "172.18.0.3"}]}},
    )
    service(registry, "hello", IP, type="NodePort", ports=[{"port": 80, "nodePort": 30080}], **spec)


async def turns() -> None:
    for _ in range(6):
        await asyncio.sleep(0)
