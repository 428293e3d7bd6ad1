"""Whoever is let in while a listener closes is served or cut off, and not left waiting."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import ssl
import warnings

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


class _Client:
    """A client in the middle of its TLS handshake, on the loop of the server."""

    def __init__(self, port: int):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self._heard = ssl.MemoryBIO()
        self._says = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._heard, self._says)
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setblocking(False)

    async def greet(self) -> None:
        """Do the handshake, and ask for something; what ends the handshake is not sent yet."""
        self._shake()
        self.send()
        async with asyncio.timeout(PATIENCE):
            while not self._says.pending:
                self._heard.write(await asyncio.get_running_loop().sock_recv(self.socket, 1 << 16))
                self._shake()
        self._tls.write(b"GET /version HTTP/1.1\r\nHost: kubernetes\r\n\r\n")

    def _shake(self) -> None:
        with contextlib.suppress(ssl.SSLWantReadError):
            self._tls.do_handshake()

    def send(self) -> None:
        with contextlib.suppress(OSError):  # it was cut off
            self.socket.sendall(self._says.read())


@pytest.mark.parametrize("turns", range(10))
def test_the_api_server_stops_while_a_handshake_ends(turns: int) -> None:
    async def main() -> _Client:
        server = ApiServer(Registry(Store()), {})
        await server.start()
        client = _Client(int(server.url.rpartition(":")[2]))
        await client.greet()
        loop = asyncio.get_running_loop()

        def send_in(turns: int) -> None:
            if turns:
                loop.call_soon(send_in, turns - 1)
            else:
                client.send()

        send_in(turns)
        await server.stop()
        return client

    with warnings.catch_warnings(record=True) as left:
        warnings.simplefilter("always", ResourceWarning)
        client = asyncio.run(main())
        gc.collect()
    client.socket.close()
    assert [str(warning.message) for warning in left] == []
