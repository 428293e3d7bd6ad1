"""Cluster IPs and node ports (K/pkg/registry/core/service/ipallocator and portallocator)."""

from __future__ import annotations

import ipaddress
import random

import pytest

from kubelearn.cluster.apiserver.kinds.service.allocators import (
    AllocationError,
    ClusterIPAllocator,
    NodePortAllocator,
    static_band,
)


def _rng() -> random.Random:
    return random.Random(7)


@pytest.mark.parametrize(
    ("size", "divisor", "low", "high", "band"),
    [
        (16, 16, 16, 256, 0),
        (254, 16, 16, 256, 16),
        (1022, 16, 16, 256, 63),
        (65534, 16, 16, 256, 256),
        (2768, 32, 16, 128, 86),
        (16, 32, 16, 128, 0),
    ],
)
def test_static_band(size: int, divisor: int, low: int, high: int, band: int) -> None:
    assert static_band(size, divisor, low, high) == band


def test_automatic_addresses_leave_the_static_band_alone() -> None:
    allocator = ClusterIPAllocator([], _rng())
    found = [ipaddress.IPv4Address(allocator.allocate_next()) for _ in range(300)]
    assert len(set(found)) == 300
    assert min(found) >= ipaddress.IPv4Address("10.96.1.1")
    assert max(found) <= ipaddress.IPv4Address("10.96.255.254")


@pytest.mark.parametrize("address", ["10.96.0.1", "10.96.1.0", "10.96.200.7", "10.96.255.254"])
def test_chosen_address(address: str) -> None:
    allocator = ClusterIPAllocator(["10.96.0.2"], _rng())
    allocator.allocate(address)
    with pytest.raises(AllocationError, match=r"^provided IP is already allocated$"):
        allocator.allocate(address)


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("address", ["10.0.0.5", "10.97.0.0", "fd00::1"])
def test_address_of_another_network(address: str, dry_run: bool) -> None:
    with pytest.raises(AllocationError, match=r"^the provided network does not match the current range$"):
        ClusterIPAllocator([], _rng(), dry_run=dry_run).allocate(address)


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("address", ["10.96.0.0", "10.96.255.255"])
def test_address_that_is_none_to_give(address: str, dry_run: bool) -> None:
    with pytest.raises(AllocationError) as caught:
        ClusterIPAllocator([], _rng(), dry_run=dry_run).allocate(address)
    assert (
        str(caught.value)
        == f"the provided IP ({address}) is not in the valid range. The range of valid IPs is 10.96.0.0/16"
    )


def test_full_range_falls_back_to_the_static_band_and_then_fails() -> None:
    allocator = ClusterIPAllocator([], _rng(), "10.96.0.0/27")
    found = [allocator.allocate_next() for _ in range(30)]
    assert all(int(ip.rpartition(".")[2]) > 16 for ip in found[:14])
    assert all(int(ip.rpartition(".")[2]) <= 16 for ip in found[14:])
    with pytest.raises(AllocationError, match=r"^range is full$"):
        allocator.allocate_next()


def test_dry_run_allocates_nothing() -> None:
    allocator = ClusterIPAllocator(["10.96.0.50"], _rng(), dry_run=True)
    allocator.allocate("10.96.0.50")
    assert allocator.allocate_next() == allocator.allocate_next() == "10.96.0.0"
    ports = NodePortAllocator({30080}, _rng(), dry_run=True)
    ports.allocate(30080)
    ports.allocate(80)
    assert ports.allocate_next() not in range(30000, 32768)


def test_an_automatic_port_is_none_that_the_machine_uses() -> None:
    first = NodePortAllocator((), _rng()).allocate_next()
    second = NodePortAllocator((), _rng(), in_use=lambda port: port == first).allocate_next()
    assert second == first + 1
    NodePortAllocator((), _rng(), in_use=lambda port: True).allocate(30080)
    with pytest.raises(AllocationError, match="range is full"):
        NodePortAllocator((), _rng(), in_use=lambda port: True).allocate_next()


def test_automatic_node_ports() -> None:
    allocator = NodePortAllocator(set(), _rng())
    found = [allocator.allocate_next() for _ in range(2768)]
    assert sorted(found) == list(range(30000, 32768))
    assert min(found[:2682]) == 30086
    with pytest.raises(AllocationError, match=r"^range is full$"):
        allocator.allocate_next()


@pytest.mark.parametrize("port", [80, 8080, 29999, 32768, 99999, -1])
def test_node_port_out_of_range(port: int) -> None:
    with pytest.raises(AllocationError) as caught:
        NodePortAllocator(set(), _rng()).allocate(port)
    assert str(caught.value) == "provided port is not in the valid range. The range of valid ports is 30000-32767"


def test_node_port_taken() -> None:
    with pytest.raises(AllocationError, match=r"^provided port is already allocated$"):
        NodePortAllocator({30080}, _rng()).allocate(30080)
