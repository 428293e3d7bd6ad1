"""Clients outside the cluster really encrypt: what reaches a server with a certificate of its own."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kubelearn.cluster.network import NetworkError, certificate_of
from kubelearn.cluster.network.http1 import serve
from tests.unit.network_fakes import FakeCluster

from .test_tls import _connection

_ASK = b"GET / HTTP/1.1\r\nhost: safe\r\nconnection: close\r\n\r\n"


def _pair() -> tuple[bytes, bytes]:
    """Return a certificate for the host ``safe``, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("safe")]), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return certificate.public_bytes(serialization.Encoding.PEM), key.private_bytes(*form)


@asynccontextmanager
async def _server(cluster: FakeCluster, pem: bytes, key: bytes, ends: asyncio.Queue[Exception]) -> AsyncIterator[int]:
    """Listen on this machine, as a NodePort does; yield the port."""
    connection = await _connection(cluster, certificate_of(pem, key))

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer, connection)
        except NetworkError as error:
            ends.put_nowait(error)
        finally:
            writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_client_that_encrypts_is_answered_encrypted(cluster: FakeCluster) -> None:
    pem, key = _pair()
    trusting = ssl.create_default_context(cadata=pem.decode())
    async with _server(cluster, pem, key, asyncio.Queue()) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting, server_hostname="safe")
        writer.write(_ASK)
        assert (await reader.read()).endswith(b"\r\n\r\n5\r\nhttps\r\n0\r\n\r\n")  # and TLS was ended in order
        writer.close()


async def test_who_does_not_believe_the_certificate_hears_nothing(cluster: FakeCluster) -> None:
    pem, key = _pair()
    doubting = ssl.create_default_context(cadata=_pair()[0].decode())
    ends: asyncio.Queue[Exception] = asyncio.Queue()
    async with _server(cluster, pem, key, ends) as port:
        with pytest.raises(ssl.SSLCertVerificationError, match="self-signed certificate"):
            await asyncio.open_connection("127.0.0.1", port, ssl=doubting, server_hostname="safe")
        assert str(await ends.get()).startswith("TLS: ")


async def test_a_plain_request_reaches_the_server_as_one(cluster: FakeCluster) -> None:
    async with _server(cluster, *_pair(), asyncio.Queue()) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(_ASK)
        assert b"\r\nhttp\r\n" in await reader.read()  # nginx tells such a client what it did wrong
        writer.close()
