"""Requests through the API server to a pod that speaks TLS, and to a node."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from kubelearn.cluster import bootstrap
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.server import ApiServer
from kubelearn.cluster.network import Certificate
from kubelearn.cluster.store import Store
from tests.objects import pod
from tests.unit.network_fakes import FakeCluster


async def _scheme(scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["scheme"].encode()})


async def _get(server: ApiServer, path: str) -> tuple[int, str]:
    """Return status and text of an answer to the administrator."""
    await server.start()
    try:
        headers = {"Authorization": f"Bearer {server.tokens.administrator}"}
        async with (
            aiohttp.ClientSession() as session,
            session.get(server.url + path, headers=headers, ssl=False) as answer,
        ):
            return answer.status, await answer.text()
    finally:
        await server.stop()


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("https:web:8443", 200, "https"),
        ("web:8080", 200, "http"),
        ("http:web:8080", 200, "http"),
        ("https:web:8080", 503, "tls: first record does not look like a TLS handshake"),
        ("ftp:web:8080", 400, 'invalid pod request \\"ftp:web:8080\\"'),
    ],
)
async def test_the_scheme_is_the_paths(name: str, code: int, text: str) -> None:
    cluster, registry = FakeCluster(), Registry(Store())
    bootstrap.namespaces(registry)
    net = cluster.attach("web")
    net.listen(8080, _scheme)
    net.listen(8443, _scheme, tls=Certificate(frozenset({"safe"}), b"nobody knows"))
    registry.create("pods", "default", pod("web", serviceAccountName="default"))
    registry.modify("pods", "default", "web", lambda obj: obj["status"].update(podIP=net.ip), subresource="status")
    kubelet: Any = SimpleNamespace(network=cluster.network, node=net.node)
    status, answer = await _get(
        ApiServer(registry, {net.node: kubelet}), f"/api/v1/namespaces/default/pods/{name}/proxy/"
    )
    assert (status, text in answer) == (code, True)


async def _caller(scope: Any, _receive: Any, send: Any) -> None:
    who = dict(scope["headers"]).get(b"authorization", b"nobody")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send(
        {"type": "http.response.body", "body": b" ".join([scope["scheme"].encode(), scope["path"].encode(), who])}
    )


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        # The kubelet is shown the API server's own token, never the caller's; others are shown none.
        ("worker", 200, "https /pods Bearer the server's"),
        ("worker:10250", 200, "https /pods Bearer the server's"),
        ("https:worker:10250", 200, "https /pods Bearer the server's"),
        ("worker:10256", 200, "http /pods nobody"),
        ("worker:81", 503, "connect: connection refused"),
        ("worker:web", 400, 'invalid node request \\"worker:web\\"'),
        ("ftp:worker:81", 400, 'invalid node request \\"ftp:worker:81\\"'),
        ("nowhere", 404, 'nodes \\"nowhere\\" not found'),
    ],
)
async def test_a_node_and_its_kubelet(name: str, code: int, text: str) -> None:
    cluster, registry = FakeCluster(), Registry(Store())
    bootstrap.namespaces(registry)
    host = cluster.network.host("worker")
    host.listen(10250, _caller, tls=Certificate(frozenset({"safe"}), b"nobody knows"))
    host.listen(10256, _caller)
    addresses = [{"type": "Hostname", "address": "worker"}, {"type": "InternalIP", "address": host.ip}]
    registry.create("nodes", "", {"metadata": {"name": "worker"}, "status": {"addresses": addresses}})
    tokens = SimpleNamespace(administrator="the server's")
    kubelet: Any = SimpleNamespace(network=cluster.network, node="worker", tokens=tokens)
    status, answer = await _get(ApiServer(registry, {"worker": kubelet}), f"/api/v1/nodes/{name}/proxy/pods")
    assert (status, text in answer) == (code, True)
