"""The API server in the pod network, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from kubelearn.cluster import bootstrap
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.server import ApiServer
from kubelearn.cluster.network import Connection, Response
from kubelearn.cluster.store import Store
from tests.unit.network_fakes import FakeCluster

_HOST = "kubernetes.default"


@asynccontextmanager
async def _server() -> AsyncIterator[ApiServer]:
    registry = Registry(Store())
    bootstrap.namespaces(registry)
    bootstrap.default_roles(registry)
    server = ApiServer(registry, {})
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def _connected(server: ApiServer) -> Connection:
    cluster = FakeCluster()
    net = cluster.attach("control-plane")
    server.listen_inside(net, 6443)
    return await cluster.attach("client").connect(net.ip, 6443)


async def _get(server: ApiServer, path: str, *, tls: bool = True, token: str = "") -> Response:
    connection = await _connected(server)
    if tls:
        connection.start_tls(_HOST, server.ca_pem)
    headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
    try:
        return await connection.request("GET", path, headers)
    finally:
        connection.close()


async def test_it_is_the_same_server() -> None:
    async with _server() as server:
        assert (await _get(server, "/version")).status == 200
        assert (await _get(server, "/api/v1/namespaces")).status == 403
        assert (await _get(server, "/api/v1/namespaces", token="wrong")).status == 401
        found = await _get(server, "/api/v1/namespaces", token=server.tokens.administrator)
        assert (found.status, b"kube-system" in found.body) == (200, True)


async def test_who_speaks_no_tls_is_told_so() -> None:
    async with _server() as server:
        answer = await _get(server, "/version", tls=False)
        assert (answer.status, answer.body) == (400, b"Client sent an HTTP request to an HTTPS server.\n")


async def test_bytes_in_both_directions_as_they_come() -> None:
    async with _server() as server:
        connection = await _connected(server)
        connection.start_tls(_HOST, None)
        stream = connection.open_stream()
        ask = (
            f"GET /api/v1/namespaces?watch=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.tokens.administrator}"
        )
        for piece in (ask[:30], ask[30:], "\r\n\r\n"):
            stream.write(piece.encode())
            await asyncio.sleep(0)
        received = b""
        while b'"kube-system"' not in received:
            received += await asyncio.wait_for(stream.read(), 5)
        server.registry.create("namespaces", "", {"metadata": {"name": "later"}})
        while b'"later"' not in received:
            received += await asyncio.wait_for(stream.read(), 5)
        connection.close()


async def test_a_long_answer_waits_for_its_reader() -> None:
    async with _server() as server:
        server.registry.create("namespaces", "", {"metadata": {"name": "x"}})
        for number in range(3):
            data = {"text": "x" * 900_000}
            server.registry.create("configmaps", "x", {"metadata": {"name": f"c{number}"}, "data": data})
        path = "/api/v1/namespaces/x/configmaps"
        answer = await _get(server, path, token=server.tokens.administrator)
        assert (answer.status, len(answer.body) > 2_700_000) == (200, True)


async def test_before_the_start_there_is_none() -> None:
    with pytest.raises(RuntimeError):
        ApiServer(Registry(Store()), {}).listen_inside(FakeCluster().attach("node"), 6443)
