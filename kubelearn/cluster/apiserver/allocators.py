"""Which ClusterIPs and node ports are taken, and which one comes next.

Both split their range: the lower band is left to those who choose a value themselves, and a
value that is chosen for you comes from the upper band while it lasts
(K/pkg/registry/core/service/ipallocator and portallocator).
"""

from __future__ import annotations

import ipaddress
import random

NETWORK = ipaddress.ip_network("10.96.0.0/16")
PORTS = range(30000, 32768)
#: Sizes of the lower bands: clamp(size/16, 16, 256) and clamp(size/32, 16, 128).
_STATIC_ADDRESSES, _STATIC_PORTS = 256, 86


class Allocator:
    """Hands out numbers of a range, each once.

    Attributes:
        low, high: first and last number.
    """

    def __init__(self, low: int, high: int, static: int):
        self.low, self.high, self._static = low, high, static
        self._taken: set[int] = set()

    def take(self, number: int) -> bool:
        """Take one number; return False when it is taken already."""
        if number in self._taken:
            return False
        self._taken.add(number)
        return True

    def next(self, chance: random.Random) -> int | None:
        """Take a free number: a random start in the upper band, then upwards; the lower band last."""
        for low, high in ((self.low + self._static, self.high), (self.low, self.low + self._static - 1)):
            size = high - low + 1
            start = chance.randrange(size)
            for step in range(size):
                number = low + (start + step) % size
                if self.take(number):
                    return number
        return None

    def release(self, number: int) -> None:
        self._taken.discard(number)

    def is_taken(self, number: int) -> bool:
        return number in self._taken


class ClusterIPs(Allocator):
    """The Service addresses of a cluster; network and broadcast address are nobody's."""

    def __init__(self) -> None:
        super().__init__(int(NETWORK.network_address) + 1, int(NETWORK.broadcast_address) - 1, _STATIC_ADDRESSES)

    def contains(self, address: str) -> bool:
        return self.low <= int(ipaddress.ip_address(address)) <= self.high


class NodePorts(Allocator):
    """The node ports of a cluster."""

    def __init__(self) -> None:
        super().__init__(PORTS.start, PORTS.stop - 1, _STATIC_PORTS)


def number(address: str) -> int:
    return int(ipaddress.ip_address(address))


def address(value: int) -> str:
    return str(ipaddress.ip_address(value))
