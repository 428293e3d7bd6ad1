"""Requests through the API server to pods and Services."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from aiohttp import web

from ...meta import Object
from ...network import ConnectionRefused, ConnectionReset, NetworkError, PodNetwork
from .. import bodies, errors
from ..registry import Registry

if TYPE_CHECKING:
    from ...network import Connection
    from .kubelets import Kubelets

_TIMEOUT = 10.0
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "authorization", "proxy-authorization", "accept-encoding", "content-length"}
_CHANCE = random.Random()


async def proxy(request: web.Request, registry: Registry, kubelets: Kubelets, resource: str, namespace: str, name: str, tail: str) -> web.StreamResponse:
    """``pods|services/[SCHEME:]NAME[:PORT]/proxy/PATH``, every method."""
    parts = name.split(":")
    scheme, name, port = ("", parts[0], "") if len(parts) == 1 else ("", *parts) if len(parts) == 2 else tuple(parts[:3])
    if scheme not in ("", "http"):
        raise errors.bad_request(f"scheme {scheme!r} is not supported by this proxy")
    find = _pod if resource == "pods" else _service
    address, number = find(registry, namespace, name, port)
    host = next(iter(kubelets.values()))
    source: PodNetwork = host.network.host(host.node)
    body = await bodies.read(request)
    target = (tail or "/") + (f"?{request.query_string}" if request.query_string else "")
    headers = [(k.lower().encode(), v.encode()) for k, v in request.headers.items() if k.lower() not in _HOP_BY_HOP]
    if body:
        headers.append((b"content-length", str(len(body)).encode()))
    connection = await _connect(source, address, number)
    try:
        return await _relay(request, connection, target, headers, body)
    except ConnectionReset:
        raise errors.unavailable("error trying to reach service: EOF") from None
    finally:
        connection.close()


async def _connect(source: PodNetwork, address: str, number: int) -> Connection:
    try:
        return await source.connect(address, number, timeout=_TIMEOUT)
    except NetworkError as error:
        why = "connect: connection refused" if isinstance(error, ConnectionRefused) else "i/o timeout"
        raise errors.unavailable(f"error trying to reach service: dial tcp {address}:{number}: {why}") from None


async def _relay(request: web.Request, connection: Connection, target: str, headers: list[tuple[bytes, bytes]], body: bytes) -> web.StreamResponse:
    answer = await connection.request_stream(request.method, target, headers, body)
    response = web.StreamResponse(status=answer.status)
    for key, value in answer.headers:
        if key.decode() not in _HOP_BY_HOP:
            response.headers.add(key.decode(), value.decode())
    response.enable_chunked_encoding()
    await response.prepare(request)
    async for chunk in answer:
        await response.write(chunk)
    await response.write_eof()
    return response


def _pod(registry: Registry, namespace: str, name: str, port: str) -> tuple[str, int]:
    pod = registry.get("pods", namespace, name)
    address = (pod.get("status") or {}).get("podIP")
    if not address:
        raise errors.unavailable(f"address not allowed: pod {name} has no IP yet")
    if port.isdigit():
        return address, int(port)
    declared = [p for c in pod["spec"]["containers"] for p in c.get("ports") or ()]
    named = [p["containerPort"] for p in declared if not port or p.get("name") == port]
    return address, named[0] if named else 80


def _service(registry: Registry, namespace: str, name: str, port: str) -> tuple[str, int]:
    service = registry.get("services", namespace, name)
    ports = service["spec"].get("ports") or []
    wanted = next((p for p in ports if not port or str(p["port"]) == port or p.get("name") == port), None)
    shown = f"{name}:{port}" if port else name
    if wanted is None:
        raise errors.unavailable(f'no service port "{port}" found for service "{name}"')
    found = []
    for item in registry.list("endpointslices.discovery.k8s.io", namespace):
        if (item["metadata"].get("labels") or {}).get("kubernetes.io/service-name") == name:
            found += _ready(item, wanted)
    if not found:
        raise errors.unavailable(f'no endpoints available for service "{shown}"')
    return _CHANCE.choice(found)


def _ready(item: Object, wanted: Object) -> list[tuple[str, int]]:
    number = next((p["port"] for p in item["ports"] or () if p.get("name", "") == wanted.get("name", "")), None)
    if number is None:
        return []
    return [(address, number) for e in item["endpoints"] or () if (e.get("conditions") or {}).get("ready", True) for address in e["addresses"]]
