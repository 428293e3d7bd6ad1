"""Cluster IPs and node ports: who has which, and which is next.

What is taken is read from the stored Services each time, so that nothing has to be given
back: a deleted Service, or one that was never stored, holds nothing.  Within one write the
allocators remember what they handed out.
Source: K/pkg/registry/core/service/ipallocator and portallocator, release 1.36.
"""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Callable, Iterable

from kubelearn.cluster.apiserver.validation import addresses
from kubelearn.cluster.meta import Object

SERVICE_RANGE = "10.96.0.0/16"
NODE_PORTS = range(30000, 32768)
#: The port that a dry run shows; nothing is allocated then.
_DRY_RUN_PORT = 32769


class AllocationError(Exception):
    """A number cannot be had; the message is the real allocator's."""


def static_band(size: int, divisor: int, low: int, high: int) -> int:
    """Return how many numbers at the start of a range are left to people who choose their own."""
    return 0 if size <= low else max(low, min(size // divisor, high))


class _Pool:
    """Offsets of a range, of which some are taken."""

    def __init__(self, size: int, band: int, taken: set[int], rng: random.Random):
        self.size = size
        self._band = band
        self._taken = taken
        self._random = rng

    def take(self, offset: int) -> bool:
        if offset in self._taken:
            return False
        self._taken.add(offset)
        return True

    def take_any(self, suits: Callable[[int], bool] = lambda _: True) -> int | None:
        """Take an offset that suits: of the dynamic band, or of the static one when that is full."""
        for start, stop in ((self._band, self.size), (0, self._band)):
            width = stop - start
            if width:
                first = self._random.randrange(width)
                for step in range(width):
                    offset = start + (first + step) % width
                    if suits(offset) and self.take(offset):
                        return offset
        return None


class ClusterIPAllocator:
    """Hands out addresses of the service range (IPv4)."""

    def __init__(self, taken: Iterable[str], rng: random.Random, cidr: str = SERVICE_RANGE, dry_run: bool = False):
        """Make an allocator for one write.

        Args:
            taken: addresses that Services have.
            rng: where an automatic address is looked for first.
            cidr: the service range.
            dry_run: check, but allocate nothing; what is taken goes unnoticed then, as in the real one.
        """
        self._network = ipaddress.IPv4Network(cidr)
        # The network and the broadcast address are no addresses to give.
        self._first = int(self._network.network_address) + 1
        size = self._network.num_addresses - 2
        offsets = {
            int(address) - self._first
            for address in map(addresses.parse, taken)
            if isinstance(address, ipaddress.IPv4Address)
        }
        self._pool = _Pool(size, static_band(size, 16, 16, 256), offsets, rng)
        self._dry_run = dry_run

    def allocate(self, text: str) -> None:
        """Take an address that somebody chose.

        Raises:
            AllocationError: it is out of the range, or taken.
        """
        address = addresses.parse(text)
        if not isinstance(address, ipaddress.IPv4Address) or address not in self._network:
            raise AllocationError("the provided network does not match the current range")
        offset = int(address) - self._first
        if not 0 <= offset < self._pool.size:
            raise AllocationError(
                f"the provided IP ({address}) is not in the valid range. The range of valid IPs is {self._network}"
            )
        if not self._dry_run and not self._pool.take(offset):
            raise AllocationError("provided IP is already allocated")

    def allocate_next(self) -> str:
        """Take any free address.

        Raises:
            AllocationError: there is none.
        """
        if self._dry_run:
            return str(self._network.network_address)
        offset = self._pool.take_any()
        if offset is None:
            raise AllocationError("range is full")
        return str(ipaddress.IPv4Address(self._first + offset))


class NodePortAllocator:
    """Hands out ports that every node keeps for Services."""

    def __init__(
        self,
        taken: Iterable[int],
        rng: random.Random,
        ports: range = NODE_PORTS,
        dry_run: bool = False,
        in_use: Callable[[int], bool] = lambda _: False,
    ):
        """Make an allocator for one write; the arguments are as for :class:`ClusterIPAllocator`.

        Args:
            in_use: whether somebody else listens on a port; an automatic port is none of those.
        """
        self._ports = ports
        self._in_use = in_use
        self._dry_run = dry_run
        self._shown = _DRY_RUN_PORT
        offsets = {port - ports.start for port in taken}
        self._pool = _Pool(len(ports), static_band(len(ports), 32, 16, 128), offsets, rng)

    def allocate(self, port: int) -> None:
        """Take a port that somebody chose.

        Raises:
            AllocationError: it is out of the range, or taken.
        """
        if self._dry_run:
            return
        if port not in self._ports:
            raise AllocationError(
                "provided port is not in the valid range. The range of valid ports is "
                f"{self._ports.start}-{self._ports.stop - 1}"
            )
        if not self._pool.take(port - self._ports.start):
            raise AllocationError("provided port is already allocated")

    def allocate_next(self) -> int:
        """Take any free port.

        Raises:
            AllocationError: there is none.
        """
        if self._dry_run:
            self._shown += 1
            return self._shown - 1
        offset = self._pool.take_any(lambda offset: not self._in_use(self._ports.start + offset))
        if offset is None:
            raise AllocationError("range is full")
        return self._ports.start + offset


def cluster_ips(services: Iterable[Object]) -> list[str]:
    """Return the addresses that Services have."""
    return [ip for service in services for ip in service["spec"].get("clusterIPs") or () if ip != "None"]


def node_ports(services: Iterable[Object]) -> set[int]:
    """Return the node ports that Services have, those for health checks included."""
    found: set[int] = set()
    for service in services:
        found.update(node_ports_of(service["spec"]))
        if service["spec"].get("healthCheckNodePort"):
            found.add(service["spec"]["healthCheckNodePort"])
    return found


def node_ports_of(spec: Object) -> set[int]:
    """Return the node ports of one Service's ports."""
    return {port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")}
