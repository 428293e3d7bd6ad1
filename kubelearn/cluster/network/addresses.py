"""Which addresses there are and who has them."""

from __future__ import annotations

import ipaddress

from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import ObjectReader
from kubelearn.cluster.well_known import POD_PREFIX

from .errors import AddressNotAvailable

#: An address and a port.
Address = tuple[str, int]

#: The machine beside the nodes: gateway of kind's Docker network.
GATEWAY = "172.18.0.1"


class AddressPool:
    """The pod addresses of one node, given out in turn as CNI's ``host-local`` does.

    ``.1`` is the gateway.  An address that comes back is not given out again before all
    others have had their turn.
    """

    def __init__(self, cidr: str):
        network = ipaddress.IPv4Network(cidr)
        self._first = int(network.network_address) + 2
        self._last = int(network.broadcast_address) - 1
        self._next = self._first
        self._taken: set[int] = set()

    def allocate(self) -> str:
        """Return a free address.

        Raises:
            AddressNotAvailable: all are taken, in the words of the ``host-local`` plugin.
        """
        size = self._last - self._first + 1
        if len(self._taken) >= size:
            bounds = f"{ipaddress.IPv4Address(self._first - 1)}-{ipaddress.IPv4Address(self._last)}"
            raise AddressNotAvailable(
                f"failed to allocate for range 0: no IP addresses available in range set: {bounds}"
            )
        while self._next in self._taken:
            self._advance()
        found = self._next
        self._taken.add(found)
        self._advance()
        return str(ipaddress.IPv4Address(found))

    def _advance(self) -> None:
        self._next = self._first if self._next >= self._last else self._next + 1

    def release(self, address: str) -> None:
        """Take an address back."""
        self._taken.discard(int(ipaddress.IPv4Address(address)))


class NodeAddress:
    """What a node has: its own address and its range for pods."""

    def __init__(self, name: str, ip: str, pod_cidr: str):
        self.name = name
        self.ip = ip
        self.pod_cidr = pod_cidr
        self.pool = AddressPool(pod_cidr)


class NodeAddresses:
    """The nodes' addresses: what the Node objects say, else in the order of joining, as on kind."""

    def __init__(self, registry: ObjectReader):
        self._registry = registry
        self._nodes: dict[str, NodeAddress] = {}
        #: node address → name of the node
        self.by_ip: dict[str, str] = {}

    def __getitem__(self, name: str) -> NodeAddress:
        found = self._nodes.get(name)
        if found is None:
            found = self._nodes[name] = self._read(name)
            self.by_ip[found.ip] = name
        return found

    def first(self) -> NodeAddress | None:
        """Return the node that joined first: the control plane."""
        return next(iter(self._nodes.values()), None)

    def _read(self, name: str) -> NodeAddress:
        node: Object = self._registry.find("nodes", "", name) or {}
        number = len(self._nodes)
        listed = (node.get("status") or {}).get("addresses") or ()
        ip = next((item["address"] for item in listed if item["type"] == "InternalIP"), f"172.18.0.{number + 2}")
        return NodeAddress(name, ip, (node.get("spec") or {}).get("podCIDR") or f"{POD_PREFIX}{number}.0/24")
