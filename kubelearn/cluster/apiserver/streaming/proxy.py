"""Requests through the API server to nodes, pods and Services."""

from __future__ import annotations

import logging
import random
from urllib.parse import quote

from aiohttp import web

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object
from kubelearn.cluster.network import Connection, ConnectionRefused, NetworkError, NoRoute, NotTls, PodNetwork
from kubelearn.cluster.well_known import SLICES, service_of

from .kubelets import Kubelets

log = logging.getLogger(__name__)

_TIMEOUT = 10.0
_KUBELET_PORT = 10250
_MAX_BODY = 32 * 2**20
_HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
#: The server has checked the token, counts the body itself, and aiohttp has already unpacked it.
_NOT_SENT = _HOP_BY_HOP | {"authorization", "content-length", "content-encoding", "expect"}
_BODILESS = (204, 304)
_CHANCE = random.Random()


async def proxy(
    request: web.Request, registry: Registry, kubelets: Kubelets, resource: str, namespace: str, name: str, tail: str
) -> web.StreamResponse:
    """``nodes|pods|services/[SCHEME:]NAME[:PORT]/proxy/PATH``, every method."""
    scheme, plain, port = _split(resource, name)
    address, number = _FINDERS[resource](registry, namespace, plain, port)
    source = _source(kubelets)
    body = await _body(request)
    headers = _headers(request, body)
    if resource == "nodes" and plain in kubelets and number == _KUBELET_PORT:
        scheme = "https"
        headers.append((b"authorization", f"Bearer {kubelets[plain].tokens.administrator}".encode()))
    target = quote(tail or "/", safe="/:@!$&'()*+,;=~-._")
    if query := request.rel_url.raw_query_string:
        target += f"?{query}"
    connection = await _connect(source, address, number)
    try:
        if scheme == "https":
            _start_tls(connection, plain)
        return await _relay(request, connection, target, headers, body)
    finally:
        connection.close()


def _start_tls(connection: Connection, name: str) -> None:
    """Speak TLS with a pod, whoever has signed its certificate.

    Raises:
        ApiError: 503 when it speaks none.
    """
    try:
        connection.start_tls(name, None)
    except NotTls:
        why = "tls: first record does not look like a TLS handshake"
        raise errors.unavailable(f"error trying to reach service: {why}") from None


def _split(resource: str, name: str) -> tuple[str, str, str]:
    """Return the parts of ``[SCHEME:]NAME[:PORT]``."""
    parts = name.split(":")
    if len(parts) > 3 or (len(parts) == 3 and parts[0] not in ("", "http", "https")):
        raise errors.bad_request(f'invalid {resource.removesuffix("s")} request "{name}"')
    if len(parts) == 3:
        return parts[0], parts[1], parts[2]
    return "", parts[0], parts[1] if len(parts) == 2 else ""


def _source(kubelets: Kubelets) -> PodNetwork:
    """Return the network of the control plane's node, from where the API server connects."""
    first = next(iter(kubelets.values()), None)
    if first is None:
        raise errors.unavailable("error trying to reach service: the cluster has no nodes")
    return first.network.host(first.node)


async def _body(request: web.Request) -> bytes:
    collected = bytearray()
    async for chunk in request.content.iter_any():
        collected += chunk
        if len(collected) > _MAX_BODY:
            raise errors.too_large(_MAX_BODY)
    return bytes(collected)


def _headers(request: web.Request, body: bytes) -> list[tuple[bytes, bytes]]:
    named = {name.strip().lower() for name in request.headers.get("Connection", "").split(",")}
    headers = [
        (k.lower().encode(), v.encode()) for k, v in request.headers.items() if k.lower() not in _NOT_SENT | named
    ]
    if body or request.method in ("POST", "PUT", "PATCH"):
        headers.append((b"content-length", str(len(body)).encode()))
    return headers


async def _connect(source: PodNetwork, address: str, number: int) -> Connection:
    try:
        return await source.connect(address, number, timeout=_TIMEOUT)
    except NetworkError as error:
        known = {ConnectionRefused: "connect: connection refused", NoRoute: "connect: no route to host"}
        why = known.get(type(error), "i/o timeout")
        raise errors.unavailable(f"error trying to reach service: dial tcp {address}:{number}: {why}") from None


async def _relay(
    request: web.Request, connection: Connection, target: str, headers: list[tuple[bytes, bytes]], body: bytes
) -> web.StreamResponse:
    try:
        answer = await connection.request_stream(request.method, target, headers, body)
    except NetworkError:
        raise errors.unavailable("error trying to reach service: EOF") from None
    response = web.StreamResponse(status=answer.status)
    for key, value in answer.headers:
        if key.decode("latin-1").lower() not in _HOP_BY_HOP:
            response.headers.add(key.decode("latin-1"), value.decode("latin-1"))
    bodiless = request.method == "HEAD" or answer.status in _BODILESS
    if not bodiless and "Content-Length" not in response.headers and request.version >= (1, 1):
        response.enable_chunked_encoding()
    await response.prepare(request)
    try:
        async for chunk in answer:
            if not bodiless:
                await response.write(chunk)
    except NetworkError as error:
        # Too late for another answer: the client sees that this one is cut off.
        log.debug("a proxied response broke off: %s", error)
        if request.transport is not None:
            request.transport.abort()
        return response
    await response.write_eof()
    return response


def _pod(registry: Registry, namespace: str, name: str, port: str) -> tuple[str, int]:
    pod = registry.get("pods", namespace, name)
    address = (pod.get("status") or {}).get("podIP")
    if not address:
        raise errors.unavailable("address not allowed")
    if port.isdecimal():
        return address, int(port)
    declared = [p for c in pod["spec"]["containers"] for p in c.get("ports") or ()]
    found = [p["containerPort"] for p in declared if not port or p.get("name") == port]
    if port and not found:
        raise errors.unavailable(f'no port "{port}" found for pod "{name}"')
    return address, found[0] if found else 80


def _service(registry: Registry, namespace: str, name: str, port: str) -> tuple[str, int]:
    service = registry.get("services", namespace, name)
    ports = service["spec"].get("ports") or []
    wanted = next((p for p in ports if not port or str(p["port"]) == port or p.get("name") == port), None)
    if wanted is None:
        raise errors.unavailable(f'no service port "{port}" found for service "{name}"')
    found = []
    for item in registry.list(SLICES, namespace):
        if service_of(item) == (namespace, name):
            found += _ready(item, wanted)
    if not found:
        shown = f"{name}:{port}" if port else name
        raise errors.unavailable(f'no endpoints available for service "{shown}"')
    return _CHANCE.choice(found)


def _ready(item: Object, wanted: Object) -> list[tuple[str, int]]:
    """Return address and port of every endpoint in a slice that is ready, for one port of the Service."""
    same = (p for p in item.get("ports") or () if (p.get("name") or "") == (wanted.get("name") or ""))
    number = next((p.get("port") for p in same), None)
    if number is None:
        return []
    ready = (e for e in item.get("endpoints") or () if (e.get("conditions") or {}).get("ready", True))
    return [(address, number) for e in ready for address in e["addresses"]]


def _node(registry: Registry, _namespace: str, name: str, port: str) -> tuple[str, int]:
    node = registry.get("nodes", "", name)
    known = (node.get("status") or {}).get("addresses") or ()
    address = next((item["address"] for item in known if item["type"] == "InternalIP"), "")
    if not address:
        raise errors.unavailable(f"error trying to reach service: no preferred addresses found for node {name}")
    if port and not port.isdecimal():
        raise errors.bad_request(f'invalid node request "{name}:{port}"')
    return address, int(port or _KUBELET_PORT)


#: Resource → how address and port are found from what a path names.
_FINDERS = {"nodes": _node, "pods": _pod, "services": _service}
