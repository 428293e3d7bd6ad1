"""What probes and hooks do with a container: run a command in it, or send it a request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object
from kubelearn.cluster.network import (
    ConnectionRefused,
    ConnectionReset,
    ConnectionTimedOut,
    NameNotFound,
    NetworkError,
    NoRoute,
    NotTls,
    PodNetwork,
    Response,
)
from kubelearn.cluster.network.addresses import GATEWAY
from kubelearn.cluster.streams import Buffer

from .runtime import Running, StartError, exec_failure

_PORTS: Final = {"http": 80, "https": 443}
_REDIRECTS: Final = (301, 302, 303, 307, 308)
#: How many requests follow one another when each answer leads on to another place (Go's limit).
_MOST_REQUESTS: Final = 10


class Unanswered(Exception):
    """A request that got no answer; the text is that of Go's HTTP client."""


class NotAPort(ValueError):
    """A name that no port of the container has; the text is Go's."""


@dataclass(frozen=True, slots=True)
class Target:
    """A container, and the way to it.

    Attributes:
        spec: the container's spec.
        running: the container.
        host: the node's own network, from which the kubelet asks.
        address: the pod's address.
        chance: makes 256 random bits, for the number of a command in the container.
    """

    spec: Object
    running: Running
    host: PodNetwork
    address: str
    chance: Callable[[], int]


class Finished(NamedTuple):
    """How a command has ended, and what it has written: standard output before standard error."""

    code: int
    output: str
    errors: str


async def run_command(command: list[str], target: Target) -> Finished:
    """Run a command in a container to its end.

    Raises:
        StartError: it could not be started; in containerd's words.
    """
    out, err = Buffer(), Buffer()
    try:
        code = await target.running.exec(list(command), None, out, err)
    except StartError as error:
        raise StartError(exec_failure(error, target.chance())) from None
    output, errors = (bytes(buffer.data).decode(errors="replace") for buffer in (out, err))
    return Finished(code, output, errors)


async def get(action: Object, target: Target, who: str, timeout: float | None) -> Response:
    """Send the request of an ``httpGet``, follow where the same host leads on, and return the last answer.

    Args:
        who: asks: ``probe``, or ``lifecycle`` for a hook.
        timeout: seconds for all of it; None for no bound.

    Raises:
        Unanswered: there was no answer.
        NotAPort: the port's name is none of the container's.
    """
    host, number = action.get("host") or target.address, port_number(action["port"], target.spec)
    url = f"{action.get('scheme', 'HTTP').lower()}://{host}:{number}{action.get('path') or '/'}"
    headers = {b"user-agent": f"kube-{who}/{meta.MINOR_VERSION}".encode(), b"accept": b"*/*"}
    headers |= {item["name"].encode(): item.get("value", "").encode() for item in action.get("httpHeaders") or ()}
    try:
        async with asyncio.timeout(timeout):
            for _ in range(_MOST_REQUESTS):
                answer = await _send(url, target, headers, timeout)
                following = _led_on(url, answer)
                if not following:
                    return answer
                url = following
    except (TimeoutError, ConnectionTimedOut):
        late = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
        raise Unanswered(f'Get "{url}": {late}') from None
    raise Unanswered(f'Get "{url}": stopped after {_MOST_REQUESTS} redirects')


async def _send(url: str, target: Target, headers: dict[bytes, bytes], timeout: float | None) -> Response:
    parts = urlsplit(url)
    host, number = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    named = [] if b"host" in map(bytes.lower, headers) else [(b"host", parts.netloc.encode())]
    try:
        connection = await target.host.connect(host, number, timeout=timeout)
        try:
            if parts.scheme == "https":
                connection.start_tls(host, None)
            where = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            return await connection.request("GET", where, [*named, *headers.items()])
        finally:
            connection.close()
    except ConnectionTimedOut:
        raise
    except NotTls:
        raise Unanswered(f'Get "{url}": http: server gave HTTP response to HTTPS client') from None
    except ConnectionReset:
        raise Unanswered(f'Get "{url}": EOF') from None
    except NetworkError as error:
        raise Unanswered(f'Get "{url}": {not_connected(host, number, error)}') from None


def _led_on(url: str, answer: Response) -> str:
    """Return where an answer leads on to, empty if nowhere or to another host, where a kubelet does not follow."""
    location = (answer.header(b"location") or b"").decode("latin-1")
    if answer.status not in _REDIRECTS or not location:
        return ""
    try:
        following = urlsplit(urljoin(url, location))
        is_usable = following.scheme in _PORTS and following.port != 0
    except ValueError:  # nowhere
        return ""
    return following.geturl() if is_usable and following.hostname == urlsplit(url).hostname else ""


def not_connected(host: str, number: int, error: NetworkError) -> str:
    """Say that there is no connection, and why, as Go does."""
    if isinstance(error, NameNotFound):
        return f"dial tcp: lookup {host} on {GATEWAY}:53: no such host"
    known = {ConnectionRefused: "connect: connection refused", NoRoute: "connect: no route to host"}
    return f"dial tcp {host}:{number}: {known.get(type(error), 'i/o timeout')}"


def port_number(port: int | str, container: Object) -> int:
    """Return the number of a port that may be given by name (K/pkg/probe/util.go).

    Raises:
        NotAPort: the container has no port of that name, and it is no number.
    """
    if isinstance(port, int):
        return port
    for declared in container.get("ports") or ():
        if declared.get("name") == port:
            number: int = declared["containerPort"]
            return number
    raise NotAPort(f'strconv.Atoi: parsing "{port}": invalid syntax')
