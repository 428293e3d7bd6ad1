"""TLS: whom a client believes."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.network import Certificate, CertificateError, Connection, NotTls
from tests.unit.network_fakes import FakeCluster

_AUTHORITY = b"-----BEGIN CERTIFICATE-----\nours\n-----END CERTIFICATE-----\n"
_CERTIFICATE = Certificate(frozenset({"safe"}), _AUTHORITY)


async def _scheme(scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["scheme"].encode()})


async def _connection(cluster: FakeCluster, certificate: Certificate | None) -> Connection:
    net = cluster.attach("web")
    net.listen(443, _scheme, tls=certificate)
    return await cluster.attach("client").connect(net.ip, 443)


@pytest.mark.parametrize("trusted", [None, _AUTHORITY, b"another\n" + _AUTHORITY])
async def test_who_believes_the_server_speaks_tls(cluster: FakeCluster, trusted: bytes | None) -> None:
    connection = await _connection(cluster, _CERTIFICATE)
    connection.start_tls("safe", trusted)
    assert (await connection.request("GET", "/")).body == b"https"
    assert connection.open_stream() is not None


async def test_who_asks_nobody_believes_another_host_too(cluster: FakeCluster) -> None:
    connection = await _connection(cluster, _CERTIFICATE)
    connection.start_tls("other", None)
    assert connection.encrypted


@pytest.mark.parametrize(
    ("host", "trusted", "code", "text"),
    [
        ("safe", b"", 20, "unable to get local issuer certificate"),
        ("safe", b"another", 20, "unable to get local issuer certificate"),
        ("other", _AUTHORITY, 0, "no alternative certificate subject name matches target host name 'other'"),
    ],
)
async def test_who_does_not_sends_nothing(
    cluster: FakeCluster, host: str, trusted: bytes, code: int, text: str
) -> None:
    connection = await _connection(cluster, _CERTIFICATE)
    with pytest.raises(CertificateError) as refused:
        connection.start_tls(host, trusted)
    assert (refused.value.code, str(refused.value), connection.encrypted) == (code, text, False)


async def test_a_server_without_a_certificate_speaks_none(cluster: FakeCluster) -> None:
    connection = await _connection(cluster, None)
    with pytest.raises(NotTls):
        connection.start_tls("safe", None)
    assert (await connection.request("GET", "/")).body == b"http"
