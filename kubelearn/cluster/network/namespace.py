"""A network namespace: what the containers of one pod share, and what they see of the network."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kubelearn.cluster.coredns.records import Answer, Question
from kubelearn.cluster.well_known import LOOPBACK, is_ipv4

from .connection import Connection
from .errors import AddressInUse, ConnectionRefused, ConnectionTimedOut, NameNotFound, NetworkError, NoRoute
from .listener import Listener, Server
from .resolv import Host, Hosts, ResolvConf
from .tls import Certificate

if TYPE_CHECKING:
    from .fabric import Network

#: Linux gives up a connection attempt after this many seconds (``tcp_syn_retries`` 6).
CONNECT_TIMEOUT = 135.0
_FIRST_RETRANSMISSION = 1.0
DNS_PORT = 53
#: ``net.ipv4.ip_local_port_range``
_FIRST_PORT, _LAST_PORT = 32768, 60999


class PodNetwork:
    """The network as one pod, or one node, has it.

    Attributes:
        ip: the pod's address; all its containers share it.
        node: name of the node.
        hostname: what ``hostname`` prints.
        etc: the files that all containers of the pod have in ``/etc``, by their names: ``hosts``, ``hostname`` and
            ``resolv.conf``. Whoever changes them changes what names stand for.
        is_host: whether this is a node's own network (also that of pods with ``hostNetwork``).
        pod: namespace and name of the pod that the address belongs to; None for a node's.
        listeners: (protocol, port) → who listens; shared by everything with this address.
        fabric: the network that it belongs to.
        attached: False once the pod is gone.
    """

    def __init__(
        self,
        fabric: Network,
        ip: str,
        node: str,
        hostname: str,
        resolv: ResolvConf,
        hosts: str,
        *,
        is_host: bool = False,
        pod: tuple[str, str] | None = None,
        listeners: dict[tuple[str, int], Listener] | None = None,
    ):
        self.fabric = fabric
        self.ip = ip
        self.node = node
        self.hostname = hostname
        self._managed_hosts = hosts
        self.etc = {"hostname": f"{hostname}\n".encode(), "resolv.conf": resolv.text().encode()}
        self.manage_hosts()
        self._resolv = self.etc["resolv.conf"], resolv
        self._hosts = self.etc["hosts"], Hosts(self.etc["hosts"])
        self.is_host = is_host
        self.pod = pod
        self.listeners: dict[tuple[str, int], Listener] = {} if listeners is None else listeners
        self.attached = True
        self._own: list[Listener] = []
        self._last_port = _FIRST_PORT - 1

    def listen(
        self,
        port: int,
        server: Server,
        protocol: str = "TCP",
        *,
        tls: Certificate | None = None,
        loopback: bool = False,
    ) -> Listener:
        """Listen on a port of all the pod's addresses, or of 127.0.0.1 alone.

        Args:
            port: 0 for any free port.
            server: an ASGI application, or an object with ``serve(stream)``,
                or for UDP one with ``datagram(data, client)``.
            protocol: ``TCP`` or ``UDP``.
            tls: for a server whose clients have to speak TLS.
            loopback: listen on 127.0.0.1 only.

        Raises:
            AddressInUse: another container of the pod, or another program, has the port.
        """
        if not port:
            port = next(free for free in range(_FIRST_PORT, _LAST_PORT) if (protocol, free) not in self.listeners)
        if (protocol, port) in self.listeners:
            raise AddressInUse
        listener = self.listeners[protocol, port] = Listener(
            self.listeners, port, server, protocol, tls=tls, loopback=loopback
        )
        self._own = [known for known in self._own if not known.closed]
        self._own.append(listener)
        return listener

    def close(self) -> None:
        """End everything that listens through this view of the network."""
        for listener in self._own:
            listener.close()
        self._own.clear()

    # Connections

    async def connect(self, host: str, port: int, *, timeout: float | None = None, protocol: str = "TCP") -> Connection:
        """Open a connection.

        Args:
            host: name or address.
            timeout: seconds to wait for an answer; None waits as long as Linux does.

        Raises:
            NameNotFound: the name has no address.
            ConnectionRefused: nobody listens, or the Service has no endpoints.
            ConnectionTimedOut: nobody answered.
            NoRoute: the address is not of this cluster.
        """
        return await self.connect_to(await self.lookup(host), port, timeout=timeout, protocol=protocol)

    async def connect_to(
        self, host: Host, port: int, *, timeout: float | None = None, protocol: str = "TCP"
    ) -> Connection:
        """Open a connection to a host whose name is looked up already; see :meth:`connect`."""
        await self.fabric.breathe()
        failure: NetworkError | None = None
        for address in host.addresses:
            try:
                return await self._open(address, port, timeout, protocol)
            except (ConnectionRefused, NoRoute) as error:  # a name may have more addresses
                failure = error
        raise failure or NameNotFound(host.name)

    async def _open(self, address: str, port: int, timeout: float | None, protocol: str) -> Connection:
        left = CONNECT_TIMEOUT if timeout is None else min(timeout, CONNECT_TIMEOUT)
        retransmission = _FIRST_RETRANSMISSION
        while True:
            try:
                listener, client, server, decision = self.fabric.route(self, address, port, protocol)
                break
            except ConnectionTimedOut as lost:
                # Linux sends the first packet again after 1, 3, 7 … s; by then there may be a rule for it.
                pause = left if lost.pinned else min(retransmission, left)
                await asyncio.sleep(pause)
                left -= pause
                retransmission *= 2
                if left <= 0:
                    raise
        local_port = self._ephemeral_port()
        return Connection(listener, (self.ip, local_port), (address, port), (client, local_port), server, decision)

    def _ephemeral_port(self) -> int:
        self._last_port = _FIRST_PORT if self._last_port >= _LAST_PORT else self._last_port + 1
        return self._last_port

    async def exchange(
        self, host: str, port: int, data: Any, *, timeout: float | None = None, protocol: str = "UDP"
    ) -> Any:
        """Send a datagram and return the answer to it.

        Raises:
            ConnectionRefused: nobody listens.
            ConnectionTimedOut: no answer in time; without a time the wait is that of a name server.
        """
        await self.fabric.breathe()
        address = host if is_ipv4(host) else (await self.lookup(host)).addresses[0]
        return await self._exchange(address, port, data, timeout, protocol)

    async def _exchange(self, address: str, port: int, data: Any, timeout: float | None, protocol: str) -> Any:
        reply = None
        failure = ConnectionTimedOut()
        try:
            listener, client, _, _ = self.fabric.route(self, address, port, protocol)
            if listener.is_datagram:
                reply = listener.server.datagram(data, (client, self._ephemeral_port()))  # type: ignore[union-attr]
        except ConnectionTimedOut as error:
            failure = error
        if reply is None:
            timing = self.fabric.timing
            await asyncio.sleep(timing.scaled(timing.dns_timeout) if timeout is None else timeout)
            raise failure
        return reply

    async def ping(self, host: str) -> bool:
        """Return whether an address answers ICMP: pods and nodes do, ClusterIPs do not, as no machine has them.

        Raises:
            NameNotFound: the name has no address.
        """
        await self.fabric.breathe()
        address = (await self.lookup(host)).addresses[0]
        return address.startswith("127.") or (self.attached and self.fabric.has(address))

    # Names

    @property
    def resolv(self) -> ResolvConf:
        """The pod's ``/etc/resolv.conf`` as it is now."""
        data = self.etc["resolv.conf"]
        if data is not self._resolv[0]:
            self._resolv = data, ResolvConf.read(data)
        return self._resolv[1]

    @property
    def hosts(self) -> Hosts:
        """The pod's ``/etc/hosts`` as it is now."""
        data = self.etc["hosts"]
        if data is not self._hosts[0]:
            self._hosts = data, Hosts(data)
        return self._hosts[1]

    def manage_hosts(self) -> None:
        """Write ``/etc/hosts`` anew, as the kubelet does when a container starts."""
        self.etc["hosts"] = self._managed_hosts.encode()

    async def resolve(self, name: str) -> list[str]:
        """Return the addresses of a name, by ``/etc/hosts`` and then by the search list.

        Raises:
            NameNotFound: it has none.
        """
        return (await self.lookup(name)).addresses

    async def lookup(self, name: str) -> Host:
        """Return addresses and canonical name, as ``getent hosts`` prints them.

        Raises:
            NameNotFound: there is no such name.
        """
        if is_ipv4(name):
            return Host(name, [name])
        if name == "::1":
            return Host("localhost", [LOOPBACK])
        found = self.hosts.find(name)
        if found is not None:
            return found
        for candidate in self.resolv.candidates(name):
            try:
                answer = await self.query(candidate)
            except NetworkError as error:  # no name server answers: no other name will do better
                raise NameNotFound(name, temporary=True, trace=error.trace) from error
            if answer.answers and (addresses := answer.addresses()):
                return Host(answer.canonical_name, addresses)
        raise NameNotFound(name)

    async def query(self, name: str, rtype: str = "A", *, server: str | None = None, protocol: str = "UDP") -> Answer:
        """Ask a name server one question; the search list is not used.

        Args:
            name: full name, with or without final dot.
            server: name or address of the server; by default those of ``resolv`` in turn.
            protocol: ``UDP``, or ``TCP`` as with ``dig +tcp``.

        Raises:
            ConnectionRefused, ConnectionTimedOut, NoRoute: no server answered.
            NameNotFound: ``server`` is a name that does not exist.
        """
        if server is None:
            servers = self.resolv.nameservers
        else:
            servers = [server if is_ipv4(server) else (await self.resolve(server))[0]]
        failure: NetworkError = ConnectionRefused("no name server is configured")
        question = Question(name, rtype.upper())
        for address in servers:
            try:
                answer: Answer = await self._exchange(address, DNS_PORT, question, None, protocol.upper())
            except NetworkError as error:
                failure = error
                continue
            return answer if server is None else replace(answer, server=address)
        raise failure

    def __repr__(self) -> str:
        return f"<PodNetwork {self.hostname} {self.ip} on {self.node}>"
