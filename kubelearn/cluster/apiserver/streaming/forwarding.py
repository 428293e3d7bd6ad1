"""One forwarded connection: from a client's bytes to a port inside a pod, and back."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Awaitable, Callable

from kubelearn.cluster.meta import Object, name_of, namespace_of
from kubelearn.cluster.network import Connection, ConnectionRefused, NetworkError, Stream
from kubelearn.cluster.streams import Pipe

from .kubelets import Kubelet

_LOCALHOST = "127.0.0.1"
Send = Callable[[bytes], Awaitable[None]]


class Forwarder:
    """Connects to ports of one pod, from inside it."""

    def __init__(self, kubelet: Kubelet, pod: Object):
        self._kubelet = kubelet
        self._namespace = namespace_of(pod)
        self._name = name_of(pod)
        # containerd's name for the pod, which its messages tell
        self._sandbox = hashlib.sha256(str(pod["metadata"].get("uid", "")).encode()).hexdigest()

    async def forward(self, port: int, incoming: Pipe, send: Send) -> str:
        """Carry bytes both ways until the pod's side ends.

        Args:
            port: of the pod.
            incoming: what the client sends; abandoned at the end.
            send: takes what the pod sends.

        Returns:
            What went wrong in the words of the kubelet, ``""`` when nothing did.
        """
        try:
            connection = await self._connect(port)
        except NetworkError as error:
            incoming.abandon()
            return self._failure(port, error)
        try:
            await _carry(connection.open_stream(), incoming, send)
        except NetworkError as error:
            return self._failure(port, error)
        finally:
            incoming.abandon()
            connection.close()
        return ""

    async def _connect(self, port: int) -> Connection:
        network = self._kubelet.network_of(self._namespace, self._name)
        if network is None or not network.attached:
            raise NetworkError("network namespace is closed")
        return await network.connect(_LOCALHOST, port)

    def _failure(self, port: int, error: NetworkError) -> str:
        # The client puts "an error occurred forwarding LOCAL -> REMOTE: " before it.
        why = str(error)
        if isinstance(error, ConnectionRefused):
            refused = "connect: connection refused"
            why = (
                f'failed to connect to localhost:{port} inside namespace "{self._sandbox}", '
                f"IPv4: dial tcp4 {_LOCALHOST}:{port}: {refused} IPv6 dial tcp6 [::1]:{port}: {refused} "
            )
        space = f"/var/run/netns/cni-{uuid.UUID(hex=self._sandbox[:32])}"
        return (
            f"error forwarding port {port} to pod {self._sandbox}, uid : "
            f'failed to execute portforward in network namespace "{space}": {why}'
        )


async def _carry(stream: Stream, incoming: Pipe, send: Send) -> None:
    upload = asyncio.create_task(_upload(stream, incoming))
    try:
        while data := await stream.read():
            await send(data)
    finally:
        upload.cancel()
        await asyncio.gather(upload, return_exceptions=True)
        stream.close()


async def _upload(stream: Stream, incoming: Pipe) -> None:
    """Pass the client's bytes on.

    A server that has gone ends it with ConnectionReset, which the reading side sees as well.
    """
    while data := await incoming.read():
        stream.write(data)
        await stream.drain()
    stream.end()
