"""Whoever is let in while a listener closes is served or cut off, and not left waiting."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest

from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.server import ApiServer
from kubelearn.cluster.listening import stop_accepting
from kubelearn.cluster.store import Store

#: Turns of the event loop between a client's connection and the end of the listener: accepted is it in one of them.
TURNS = range(6)
PATIENCE = 10.0


async def _greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"hello")
    writer.close()


def _end_of(client: socket.socket) -> bytes:
    """Return what a client hears before it is cut off.

    Raises:
        TimeoutError: it waits in vain.
    """
    client.settimeout(PATIENCE)
    heard = b""
    with client, contextlib.suppress(ConnectionResetError):
        while received := client.recv(100):
            heard += received
    return heard


@pytest.mark.parametrize("turns", TURNS)
def test_a_listener_closes(turns: int) -> None:
    async def main() -> socket.socket:
        server = await asyncio.start_server(_greet, "127.0.0.1", 0)
        address = server.sockets[0].getsockname()
        client = socket.create_connection(address)
        for _ in range(turns):
            await asyncio.sleep(0)
        await stop_accepting(server.sockets)
        server.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address)
        return client

    assert _end_of(asyncio.run(main())) in (b"", b"hello")


@pytest.mark.parametrize("turns", TURNS)
def test_the_api_server_stops(turns: int) -> None:
    async def main() -> list[socket.socket]:
        server = ApiServer(Registry(Store()), {})
        await server.start()
        clients = [socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) for _ in range(10)]
        for _ in range(turns):
            await asyncio.sleep(0)
        await server.stop()
        return clients

    assert [_end_of(client) for client in asyncio.run(main())] == [b""] * 10
