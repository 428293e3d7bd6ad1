"""TLS in bytes, for clients outside the cluster, which encrypt what they send to a NodePort or a forwarded port."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from kubelearn.cluster.streams import PIPE_CAPACITY, Reader, Writer

from .errors import ConnectionReset
from .tls import FileCertificate

_Result = TypeVar("_Result")

#: The first byte of a client that speaks TLS.
HANDSHAKE = b"\x16"


class Encrypted:
    """The server's end of an encrypted byte stream: a Reader and Writer of what the client says in it."""

    def __init__(self, reader: Reader, writer: Writer, certificate: FileCertificate, first: bytes):
        """Prepare; :meth:`start` has to follow.

        Args:
            reader: from the client.
            writer: to the client.
            certificate: what the server shows.
            first: bytes that were read already.
        """
        self._reader = reader
        self._writer = writer
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._incoming.write(first)
        self._tls = _context(certificate).wrap_bio(self._incoming, self._outgoing, server_side=True)

    async def start(self) -> None:
        """Shake hands.

        Raises:
            ConnectionReset: the client does not want to.
        """
        try:
            await self._until(self._tls.do_handshake)
        except ssl.SSLError as error:
            raise ConnectionReset(f"TLS: {error}") from error

    async def read(self, limit: int = PIPE_CAPACITY) -> bytes:
        """Return some bytes, ``b""`` at the end.

        Raises:
            ConnectionReset: what came is not what the client encrypted.
        """
        try:
            return await self._until(lambda: self._tls.read(limit))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""
        except ssl.SSLError as error:
            raise ConnectionReset(f"TLS: {error}") from error

    def write(self, data: bytes) -> None:
        """Send bytes."""
        if data:
            self._tls.write(data)
            self._flush()

    async def drain(self) -> None:
        """Wait until the client has caught up."""
        await self._writer.drain()

    async def end(self) -> None:
        """Say that nothing follows, so that the client knows that it has all."""
        with suppress(ssl.SSLError):  # the client's own end need not have come
            self._tls.unwrap()
        self._flush()
        await self._writer.drain()

    async def _until(self, step: Callable[[], _Result]) -> _Result:
        """Do something that may need more bytes of the client."""
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                pass
            finally:
                self._flush()
            if data := await self._reader.read(PIPE_CAPACITY):
                self._incoming.write(data)
            else:
                self._incoming.write_eof()

    def _flush(self) -> None:
        if data := self._outgoing.read():
            self._writer.write(data)


@lru_cache(16)
def _context(certificate: FileCertificate) -> ssl.SSLContext:
    """Return OpenSSL's settings for a server; it reads certificates from files only, so not for each connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory(prefix="kubelearn-tls-") as folder:  # for this user only
        path = Path(folder, "pair.pem")
        path.touch(mode=0o600)
        path.write_bytes(certificate.pair)
        context.load_cert_chain(path)
    return context
