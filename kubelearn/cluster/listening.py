"""Closing a listener without losing whom it has just let in."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Protocol

#: A connection that was accepted becomes a transport in the next turn of the event loop, and its protocol
#: hears of it in the one after that.
_TURNS = 2


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
