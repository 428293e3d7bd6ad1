"""Closing a listener without losing whom it has just let in, and leaving nobody behind."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import weakref
from collections.abc import Iterable
from typing import Protocol

#: A connection that was accepted becomes a transport in the next turn of the event loop, and its protocol
#: hears of it in the one after that.
_TURNS = 2
#: Seconds in which a connection that is cut off should be closed by its transport.
_PATIENCE = 1.0


class _Socket(Protocol):
    def fileno(self) -> int: ...


async def stop_accepting(sockets: Iterable[_Socket]) -> None:
    """Let no more connections in, and wait until those that were accepted are the business of their protocols.

    Call it before ``Server.close()``, which by itself forgets a connection that was accepted in the turn of the
    event loop before it: nobody owns its socket any more, and its client waits until it is collected as garbage.

    Args:
        sockets: on which a server listens.
    """
    loop = asyncio.get_running_loop()
    for listener in sockets:
        with contextlib.suppress(NotImplementedError):  # Windows' loop accepts and makes the transport in one turn
            loop.remove_reader(listener)
    for _ in range(_TURNS):
        await asyncio.sleep(0)


class Listener(socket.socket):
    """A socket on which a server listens, and which knows whom it has let in.

    The server knows of a connection when its TLS handshake has ended, and forgets it while a farewell is under way.
    """

    def __init__(self, host: str, port: int):
        """Listen on an address.

        Raises:
            OSError: the port is taken.
        """
        with socket.create_server((host, port)) as plain:
            super().__init__(plain.family, plain.type, plain.proto, plain.detach())
        self._accepted: weakref.WeakSet[socket.socket] = weakref.WeakSet()

    def accept(self) -> tuple[socket.socket, tuple[str, int]]:
        """Let somebody in."""
        connection, address = super().accept()
        self._accepted.add(connection)
        return connection, address

    async def cut_off(self) -> None:
        """End what is left of the connections, and wait until their transports have closed them, at most a second."""
        for connection in self._open():
            with contextlib.suppress(OSError):  # the other side was quicker
                connection.shutdown(socket.SHUT_RDWR)
        loop = asyncio.get_running_loop()
        end = loop.time() + _PATIENCE
        while self._open() and loop.time() < end:  # noqa: ASYNC110 - a socket tells nobody that it is closed
            await asyncio.sleep(0)

    def _open(self) -> list[socket.socket]:
        return [connection for connection in self._accepted if connection.fileno() >= 0]
