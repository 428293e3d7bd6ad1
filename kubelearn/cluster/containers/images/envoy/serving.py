"""What envoy answers: a listener's requests, passed on, and those to its administration."""

from __future__ import annotations

import json
import time
from typing import Any

from kubelearn.cluster.containers.images.web import HTML, JSON, Stopping, body_of, clock, reply
from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.network import CertificateError, NetworkError, Receive, Response, Scope, Send

from .config import Cluster, Config, Port

#: Headers that end at a proxy.
_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "te", "upgrade", "content-length", "date", "server"})
_PLAIN = [(b"content-type", b"text/plain")]
_ADMIN = "  /: Admin home page\n  /clusters: upstream cluster status\n  /listeners: print listener info\n  /ready: …\n"


class Proxy:
    """Serves one listener."""

    def __init__(self, process: Process, config: Config, port: Port):
        self._process = process
        self._config = config
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        begin = time.monotonic()
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        query = scope["query_string"].decode("latin-1")
        target = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
        answer = await self._answer(scope, headers, target, await body_of(receive))
        spent = f"{(time.monotonic() - begin) * 1000:.0f}"
        kept = [(name, value) for name, value in answer.headers if name.decode("latin-1").lower() not in _HOP]
        kind = next((value for name, value in kept if name.lower() == b"content-type"), b"")
        more = [pair for pair in kept if pair[0].lower() != b"content-type"]
        await reply(send, answer.body, answer.status, kind, *more, (b"server", b"envoy"))
        if self._port.log:
            when = clock("%Y-%m-%dT%H:%M:%S.000Z")
            sizes = f"{answer.status} - 0 {len(answer.body)} {spent}"
            self._process.print(f'[{when}] "{scope["method"]} {target} HTTP/1.1" {sizes}')

    async def _answer(self, scope: Scope, headers: list[tuple[str, str]], target: str, body: bytes) -> Response:
        asked = {":path": target, **dict(headers)}
        if self._port.health and all(asked.get(name) == value for name, value in self._port.health.items()):
            return Response(200)
        route = self._route(asked.get("host", ""), target)
        if route is None:
            return Response(404)
        if direct := route.get("direct_response"):
            return Response(int(direct["status"]), _PLAIN, direct.get("body", {}).get("inline_string", "").encode())
        action = route["route"]
        if "prefix_rewrite" in action:
            target = action["prefix_rewrite"] + target.removeprefix(route["match"].get("prefix", target))
        sent = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers if name not in _HOP]
        sent += [(b"x-forwarded-proto", scope["scheme"].encode()), (b"x-envoy-expected-rq-timeout-ms", b"15000")]
        return await self._pass_on(self._config.clusters[action["cluster"]], scope["method"], target, sent, body)

    def _route(self, host: str, target: str) -> dict[str, Any] | None:
        """Return the first route of the virtual host that a request is for."""
        path = target.partition("?")[0]
        exact = [routes for domains, routes in self._port.hosts if host in domains]
        for routes in exact or [routes for domains, routes in self._port.hosts if "*" in domains]:
            for route in routes:
                match = route["match"]
                if path == match.get("path") or path.startswith(match.get("prefix", "\0")):
                    return route
        return None

    async def _pass_on(
        self, cluster: Cluster, method: str, target: str, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> Response:
        network = self._process.network
        try:
            addresses = [(address, port) for name, port in cluster.endpoints for address in await network.resolve(name)]
        except NetworkError:
            addresses = []
        if not addresses:
            return Response(503, _PLAIN, b"no healthy upstream")
        host, port = addresses[next(cluster.turn) % len(addresses)]
        begin = time.monotonic()
        try:
            connection = await network.connect(host, port, timeout=15)
            try:
                if cluster.tls:
                    connection.start_tls(host, None)
                answer = await connection.request(method, target, headers, body)
            finally:
                connection.close()
        except (NetworkError, CertificateError) as error:
            why = f"remote connection failure, transport failure reason: delayed connect error: {error}"
            text = f"upstream connect error or disconnect/reset before headers. reset reason: {why}"
            return Response(503, _PLAIN, text.encode())
        answer.headers.append((b"x-envoy-upstream-service-time", f"{(time.monotonic() - begin) * 1000:.0f}".encode()))
        return answer


class Admin:
    """The administration interface."""

    def __init__(self, version: str, config: Config, stopping: Stopping):
        self._version = version
        self._config = config
        self._stopping = stopping

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["path"]
        if path == "/ready":
            await reply(send, "LIVE\n")
        elif path == "/server_info":
            await reply(send, json.dumps({"version": self._version, "state": "LIVE"}, indent=1), 200, JSON)
        elif path == "/listeners":
            await reply(
                send, "".join(f"listener_{port.number}::0.0.0.0:{port.number}\n" for port in self._config.ports)
            )
        elif path == "/clusters":
            rows = ((cluster.name, *end) for cluster in self._config.clusters.values() for end in cluster.endpoints)
            await reply(send, "".join(f"{name}::{host}:{port}::health_flags::healthy\n" for name, host, port in rows))
        elif path == "/quitquitquit" and scope["method"] == "POST":
            await reply(send, "OK\n")
            self._stopping.exit(0)
        elif path == "/":
            await reply(send, _ADMIN, 200, HTML)
        else:
            await reply(send, f"invalid path. admin commands are:\n{_ADMIN}", 404)
