"""Port-forward: bytes from the client's machine to a port of a pod.

kubectl speaks SPDY inside a WebSocket (see :mod:`.tunnel`); the Python client has a pair of channels for each port.
"""

from __future__ import annotations

import asyncio
import contextlib

from aiohttp import web

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.streams import BrokenPipe, Pipe

from .forwarding import Forwarder
from .kubelets import Kubelets
from .targets import kubelet_of
from .tunnel import TUNNEL, Tunnel
from .websocket import BASE64, PLAIN, V4, V4_BASE64, Channels, upgrade

_INPUT = 2**20


async def portforward_pod(
    request: web.Request, registry: Registry, kubelets: Kubelets, namespace: str, name: str
) -> web.StreamResponse:
    """``GET pods/NAME/portforward``"""
    pod = registry.get("pods", namespace, name)
    forwarder = Forwarder(kubelet_of(kubelets, pod), pod)
    tunnelled = TUNNEL in request.headers.get("Sec-WebSocket-Protocol", "")
    ports = [] if tunnelled else _ports(request)
    socket = await upgrade(request, (TUNNEL, V4, V4_BASE64, PLAIN, BASE64))
    if socket.ws_protocol == TUNNEL:
        await Tunnel(socket, forwarder).run()
    else:
        await _channels(Channels(socket), forwarder, ports)
    return socket


def _ports(request: web.Request) -> list[int]:
    texts = [part for value in request.query.getall("ports", []) for part in value.split(",")]
    if not texts:
        raise errors.bad_request('query parameter "port" is required')
    for text in texts:
        if not text.isdecimal() or not 1 <= int(text) <= 65535:
            raise errors.bad_request(f'unable to parse "{text}" as a port')
    return [int(text) for text in texts]


async def _channels(channels: Channels, forwarder: Forwarder, ports: list[int]) -> None:
    """Serve every port on its pair of channels, until all have ended or the client is gone."""
    inputs = [Pipe(_INPUT) for _ in ports]
    reader = asyncio.create_task(_read(channels, inputs))
    work = asyncio.create_task(_serve(channels, forwarder, ports, inputs))
    try:
        await asyncio.wait({reader, work}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        reader.cancel()
        work.cancel()
        await asyncio.gather(reader, work, return_exceptions=True)
    await channels.close()


async def _serve(channels: Channels, forwarder: Forwarder, ports: list[int], inputs: list[Pipe]) -> None:
    await asyncio.gather(*(_port(channels, forwarder, 2 * i, port, inputs[i]) for i, port in enumerate(ports)))


async def _port(channels: Channels, forwarder: Forwarder, channel: int, port: int, incoming: Pipe) -> None:
    async def send(data: bytes) -> None:
        await channels.send(channel, data)

    with contextlib.suppress(BrokenPipe):
        for each in (channel, channel + 1):
            await channels.send(each, port.to_bytes(2, "little"))
        failure = await forwarder.forward(port, incoming, send)
        if failure:
            await channels.send(channel + 1, failure.encode())


async def _read(channels: Channels, inputs: list[Pipe]) -> None:
    async for channel, data in channels.messages():
        if channel % 2 == 0 and channel // 2 < len(inputs) and data:
            # Bytes for a port whose server has gone have nowhere to go.
            with contextlib.suppress(BrokenPipe):
                inputs[channel // 2].write(data)
                await inputs[channel // 2].drain()
