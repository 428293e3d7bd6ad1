"""What probes and hooks do with a container: run a command in it, or send it a request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

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
)
from kubelearn.cluster.network.addresses import GATEWAY
from kubelearn.cluster.streams import Buffer

from .runtime import Running, StartError, exec_failure


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


async def get(action: Object, target: Target, who: str, timeout: float | None) -> int:
    """Send the request of an ``httpGet``, and return the status of the answer.

    Args:
        who: asks: ``probe``, or ``lifecycle`` for a hook.
        timeout: seconds; None for no bound.

    Raises:
        Unanswered: there was no answer.
        NotAPort: the port's name is none of the container's.
    """
    host, number = action.get("host") or target.address, port_number(action["port"], target.spec)
    path, scheme = action.get("path") or "/", action.get("scheme", "HTTP").lower()
    url = f"{scheme}://{host}:{number}{path}"
    agent = f"kube-{who}/{meta.MINOR_VERSION}".encode()
    headers = [(b"host", f"{host}:{number}".encode()), (b"user-agent", agent), (b"accept", b"*/*")]
    headers += [(item["name"].encode(), item.get("value", "").encode()) for item in action.get("httpHeaders") or ()]
    try:
        async with asyncio.timeout(timeout):
            connection = await target.host.connect(host, number, timeout=timeout)
            try:
                if scheme == "https":
                    connection.start_tls(host, None)
                return (await connection.request("GET", path, headers)).status
            finally:
                connection.close()
    except (TimeoutError, ConnectionTimedOut):
        late = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
        raise Unanswered(f'Get "{url}": {late}') from None
    except NotTls:
        raise Unanswered(f'Get "{url}": http: server gave HTTP response to HTTPS client') from None
    except ConnectionReset:
        raise Unanswered(f'Get "{url}": EOF') from None
    except NetworkError as error:
        raise Unanswered(f'Get "{url}": {not_connected(host, number, error)}') from None


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
