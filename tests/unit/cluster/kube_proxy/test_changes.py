"""How rules follow Services and their endpoints."""

from __future__ import annotations

import asyncio
import random

import pytest

from kubelearn.cluster.kube_proxy.bounded_frequency import BoundedFrequencyRunner
from kubelearn.cluster.kube_proxy.kube_proxy import KubeProxy, Refused
from kubelearn.cluster.timing import Timing
from tests.unit.cluster.kube_proxy.proxies import CLIENT, IP, Clock, chosen, make_proxy, node_port_service, turns
from tests.unit.network_fakes import SLICES, FakeRegistry, endpoint, endpoint_slice, service


def test_only_changes_that_matter_are_noticed(registry: FakeRegistry) -> None:
    service(registry, "hello", IP)
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2")])
    proxy = make_proxy(registry)
    services, slices = registry.watch("services"), registry.watch(SLICES)
    labelled = service(registry, "hello", IP)
    labelled["metadata"]["labels"] = {"a": "b"}
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2")])
    assert [proxy.observe(event) for event in (*services.pending(), *slices.pending())] == [False, False]
    service(registry, "hello", IP, sessionAffinity="ClientIP")
    assert [proxy.observe(event) for event in services.pending()] == [True]


def test_deleted_service_leaves_nothing(registry: FakeRegistry) -> None:
    node_port_service(registry)
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2")])
    proxy = make_proxy(registry)
    watches = registry.watch("services"), registry.watch(SLICES)
    registry.store.delete("services", "course", "hello")
    registry.store.delete(SLICES, "course", "hello-abcde")
    for watch in watches:
        for event in watch.pending():
            proxy.observe(event)
    assert proxy.route(IP, 80, "TCP", CLIENT) is not None  # the rules are not rewritten yet
    proxy.sync()
    assert proxy.route(IP, 80, "TCP", CLIENT) is None
    assert proxy.route("172.18.0.3", 30080, "TCP", CLIENT, to_node=True) is None
    assert proxy.service_ports() == []


def test_address_taken_over_by_another_service(registry: FakeRegistry) -> None:
    service(registry, "zold", IP)
    endpoint_slice(registry, "zold", [endpoint("10.244.1.2")])
    proxy = make_proxy(registry)
    watch = registry.watch("services")
    slices = registry.watch(SLICES)
    registry.store.delete("services", "course", "zold")
    service(registry, "anew", IP)
    endpoint_slice(registry, "anew", [endpoint("10.244.1.3")])
    for event in (*reversed(watch.pending()), *slices.pending()):
        proxy.observe(event)
    proxy.sync()
    assert chosen(proxy, 3) == ["10.244.1.3"] * 3


def test_bounded_frequency_burst_then_interval() -> None:
    clock, runs = Clock(), []
    runner = BoundedFrequencyRunner(lambda: runs.append(clock.now), 1.0, clock=clock)
    assert [runner.try_run(), runner.try_run()] == [0.0, 0.0]
    clock.now += 0.25
    assert runner.try_run() == pytest.approx(0.75)
    clock.now += 0.75
    assert runner.try_run() == 0.0
    clock.now += 5
    assert [runner.try_run(), runner.try_run()] == [0.0, 0.0]
    assert runner.try_run() == pytest.approx(1.0)
    assert len(runs) == 5


async def test_run_follows_the_api(registry: FakeRegistry) -> None:
    proxy = KubeProxy(registry, "worker", Timing(pace=0), random.Random(1))  # type: ignore[arg-type]
    task = asyncio.create_task(proxy.run())
    await asyncio.sleep(0)
    service(registry, "hello", IP)
    await turns()
    assert isinstance(proxy.route(IP, 80, "TCP", CLIENT), Refused)
    endpoint_slice(registry, "hello", [endpoint("10.244.1.2")])
    await turns()
    assert chosen(proxy, 1) == ["10.244.1.2"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert registry.store.watchers() == 0


async def test_rules_lag_after_a_burst(registry: FakeRegistry) -> None:
    proxy = KubeProxy(registry, "worker", Timing(pace=0.02), random.Random(1))  # type: ignore[arg-type]
    task = asyncio.create_task(proxy.run())
    await turns()
    for number in range(4):
        service(registry, f"hello-{number}", f"10.96.5.{number + 1}")
        await turns()
    assert [proxy.route(f"10.96.5.{number + 1}", 80, "TCP", CLIENT) is not None for number in range(4)] == [
        True,
        True,
        False,
        False,
    ]
    async with asyncio.timeout(5):
        while proxy.route("10.96.5.4", 80, "TCP", CLIENT) is None:
            await asyncio.sleep(0)
    assert proxy.syncs == 4  # load, two of the burst, and one for the other two
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
