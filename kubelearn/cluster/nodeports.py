"""NodePorts on this machine: real listeners on 127.0.0.1 that lead into the cluster.

Inside the cluster a nodePort needs no listener: kube-proxy's rules catch its connections.
For a browser on the machine somebody has to listen.  Each connection enters the cluster at the
control plane's node, as kind's ``extraPortMappings`` have it, and goes the way that kube-proxy
decides there.  HTTP/1.1 is spoken with the client.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct
from functools import partial
from typing import TYPE_CHECKING, Protocol

from .events.recorder import EventRecorder
from .listening import stop_accepting
from .meta import Object
from .network import Connection, Network, NetworkError
from .network.http1 import serve
from .well_known import LOOPBACK, ServiceKey, service_key

if TYPE_CHECKING:
    from .apiserver.registry.registry import Registry

#: Types of Services that have nodePorts.
_TYPES = ("NodePort", "LoadBalancer")
_COMPONENT = "kube-proxy"
#: How often ports are tried again that something else had, in seconds.
_AGAIN = 1.0


class Recorder(Protocol):
    """What :class:`~kubelearn.cluster.events.recorder.EventRecorder` does."""

    def event(self, obj: Object, kind: str, reason: str, message: str) -> object:
        """Record something that happened to an object."""


class NodePorts:
    """Opens and closes the machine's listeners as Services come and go.

    Attributes:
        open_ports: nodePort → the Service that it belongs to.
    """

    def __init__(self, registry: Registry, network: Network, recorder: Recorder | None = None):
        """Prepare; :meth:`run` opens the listeners.

        Args:
            registry: the API.
            network: the cluster's network.
            recorder: where Warning events go.
        """
        self._registry = registry
        self._network = network
        self._recorder: Recorder = recorder or EventRecorder(registry, _COMPONENT)
        self._servers: dict[int, asyncio.Server] = {}
        self._clients: set[asyncio.Task[None]] = set()
        self._refused: set[tuple[str, int]] = set()
        self._lock = asyncio.Lock()
        self.open_ports: dict[int, ServiceKey] = {}

    async def run(self) -> None:
        """Follow Services until cancelled, then close everything."""
        try:
            async with asyncio.TaskGroup() as group:
                again = group.create_task(self._try_again())
                await self._follow()
                again.cancel()
        finally:
            await self.close()

    async def _follow(self) -> None:
        with contextlib.closing(self._registry.watch("services")) as watch:
            for service in self._registry.list("services"):
                await self.update(service)
            async for event in watch:
                if event.type == "DELETED":
                    await self.remove(event.object)
                else:
                    await self.update(event.object)

    async def _try_again(self) -> None:
        """Open what was refused as soon as whoever had the port is gone."""
        while True:
            await asyncio.sleep(_AGAIN)
            if self._refused:
                async with self._lock:
                    for service in self._registry.list("services"):
                        await self._fit(service)

    async def update(self, service: Object) -> None:
        """Open and close listeners so that they fit a Service."""
        async with self._lock:
            await self._fit(service)

    async def _fit(self, service: Object) -> None:
        key, wanted = service_key(service), node_ports(service)
        for port in [port for port, owner in self.open_ports.items() if owner == key and port not in wanted]:
            await self._stop(port)
        for port in wanted:
            if port not in self.open_ports:
                await self._open(port, service)

    async def remove(self, service: Object) -> None:
        """Close the listeners of a Service that is gone."""
        async with self._lock:
            for port in [port for port, owner in self.open_ports.items() if owner == service_key(service)]:
                await self._stop(port)
        self._refused = {item for item in self._refused if item[0] != service["metadata"].get("uid", "")}

    async def _open(self, port: int, service: Object) -> None:
        try:
            self._servers[port] = await asyncio.start_server(self._accept, LOOPBACK, port)
        except OSError as error:
            self._report(port, service, error)
            return
        self._refused.discard((service["metadata"].get("uid", ""), port))
        self.open_ports[port] = service_key(service)

    def _report(self, port: int, service: Object, error: OSError) -> None:
        """Say once that a port cannot be opened; the cluster goes on, and inside it the nodePort works."""
        item = (service["metadata"].get("uid", ""), port)
        if item in self._refused:
            return
        self._refused.add(item)
        why = os.strerror(error.errno or 0).lower()
        message = (
            f"nodePort {port} can't be opened on {LOOPBACK}:{port} of this machine: {why}. "
            "Inside the cluster it works; to use it from this machine, free the port or choose another nodePort"
        )
        self._recorder.event(service, "Warning", "NodePortNotOpened", message)

    async def _stop(self, port: int) -> None:
        """Stop listening; connections that are open go on, as through kube-proxy's rules."""
        server = self._servers.pop(port)
        try:
            await stop_accepting(server.sockets)
        finally:
            server.close()
            del self.open_ports[port]

    async def close(self) -> None:
        """Close all listeners and connections."""
        for port in list(self.open_ports):
            await self._stop(port)
        clients = list(self._clients)
        for task in clients:
            task.cancel()
        await asyncio.gather(*clients, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._forward(reader, writer))
        self._clients.add(task)
        task.add_done_callback(self._clients.discard)
        task.add_done_callback(lambda _: writer.close())  # a task that is cancelled before it begins closes nothing

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection into the cluster.

        The choice of the pod is made here, when the connection comes: all requests on it
        go to the same pod.
        """
        connection: Connection | None = None
        try:
            port = writer.get_extra_info("sockname")[1]
            connection = await self._network.outside.connect(self._network.entrance(), port)
            connection.on_reset = partial(_hang_up, connection, writer)
            await serve(reader, writer, connection)
        except (NetworkError, ConnectionError):
            # Refused, never answered, or broken in the middle.  As the client was let in already,
            # the nearest thing is a reset.
            _reset(writer)
        finally:
            if connection is not None:
                connection.close()


def _hang_up(connection: Connection, writer: asyncio.StreamWriter) -> None:
    """Let a client that waits for nothing see that its pod has ended; who waits for an answer is cut off."""
    if not connection.busy:
        writer.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Cut a client off: without lingering, closing sends RST instead of FIN."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def is_in_use(port: int) -> bool:
    """Return whether something on this machine listens on a port of the loopback: another cluster, for example."""
    with socket.socket() as probe:
        if os.name == "posix":
            # As asyncio's servers do: connections that have ended do not keep a port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
    return False


def node_ports(service: Object) -> list[int]:
    """Return the TCP nodePorts of a Service."""
    spec = service["spec"]
    if spec.get("type") not in _TYPES:
        return []
    return [
        port["nodePort"]
        for port in spec.get("ports") or ()
        if port.get("nodePort") and port.get("protocol", "TCP") == "TCP"
    ]
