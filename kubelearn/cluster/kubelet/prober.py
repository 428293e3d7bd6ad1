"""Probes: is a container started, alive, ready? (K/pkg/kubelet/prober)"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object
from kubelearn.cluster.network import (
    ConnectionRefused,
    ConnectionReset,
    ConnectionTimedOut,
    NetworkError,
    PodNetwork,
    grpc,
)
from kubelearn.cluster.streams import Buffer

from .runtime import Running, StartError


class ProbeFailed(Exception):
    """A probe that did not succeed; the text is what the Unhealthy event says."""


async def attempt(
    action: Object, container: Object, running: Running, host: PodNetwork, address: str, timeout: float
) -> None:
    """Run one probe or hook.

    Args:
        action: has ``exec``, ``httpGet``, ``tcpSocket``, ``grpc`` or ``sleep``.
        host: the node's own network, from which the kubelet probes.
        address: the pod's address.
        timeout: seconds.

    Raises:
        ProbeFailed: it did not succeed.
    """
    if action.get("exec"):
        await _exec(action["exec"]["command"], running, timeout)
    elif action.get("httpGet"):
        await _http(action["httpGet"], container, host, address, timeout)
    elif action.get("tcpSocket"):
        target = action["tcpSocket"].get("host") or address
        number = port_number(action["tcpSocket"]["port"], container)
        try:
            (await host.connect(target, number, timeout=timeout)).close()
        except NetworkError as error:
            raise ProbeFailed(_dial(target, number, error)) from None
    elif action.get("sleep"):
        await asyncio.sleep(action["sleep"]["seconds"])
    elif action.get("grpc"):
        await _grpc(action["grpc"], host, address, timeout)


async def _exec(command: list[str], running: Running, timeout: float) -> None:
    output = Buffer()
    try:
        async with asyncio.timeout(timeout):
            code = await running.exec(list(command), None, output, output)
    except TimeoutError:
        raise ProbeFailed(f'command timed out: "{" ".join(command)}" timed out after {timeout:g}s') from None
    except StartError as error:
        raise ProbeFailed(
            f"rpc error: code = Unknown desc = failed to exec in container: OCI runtime exec failed: {error}"
        ) from None
    if code:
        raise ProbeFailed(bytes(output.data).decode(errors="replace").rstrip("\n"))


async def _http(action: Object, container: Object, host: PodNetwork, address: str, timeout: float) -> None:
    target, number = action.get("host") or address, port_number(action["port"], container)
    path = "/" + (action.get("path") or "").removeprefix("/")
    url = f"{action.get('scheme', 'HTTP').lower()}://{target}:{number}{path}"
    agent = f"kube-probe/{meta.MINOR_VERSION}".encode()
    headers = [(b"host", f"{target}:{number}".encode()), (b"user-agent", agent), (b"accept", b"*/*")]
    headers += [
        (header["name"].encode(), header.get("value", "").encode()) for header in action.get("httpHeaders") or ()
    ]
    try:
        async with asyncio.timeout(timeout):
            connection = await host.connect(target, number, timeout=timeout)
            try:
                answer = await connection.request("GET", path, headers)
            finally:
                connection.close()
    except (TimeoutError, ConnectionTimedOut):
        raise ProbeFailed(
            f'Get "{url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
        ) from None
    except ConnectionReset:
        raise ProbeFailed(f'Get "{url}": EOF') from None
    except NetworkError as error:
        raise ProbeFailed(f'Get "{url}": {_dial(target, number, error)}') from None
    if not 200 <= answer.status < 400:
        raise ProbeFailed(f"HTTP probe failed with statuscode: {answer.status}")


async def _grpc(action: Object, host: PodNetwork, address: str, timeout: float) -> None:
    """Ask for a server's health (K/pkg/probe/grpc/grpc.go)."""
    target = f"{address}:{action['port']}"
    try:
        async with asyncio.timeout(timeout):
            connection = await host.connect(address, action["port"], timeout=timeout)
            try:
                status = await grpc.health(connection, action.get("service") or "", f"kube-probe/{meta.MINOR_VERSION}")
            finally:
                connection.close()
    except (TimeoutError, NetworkError, grpc.NotGrpc):
        raise ProbeFailed(
            f'timeout: failed to connect service "{target}" within {timeout:g}s: context deadline exceeded'
        ) from None
    except grpc.CallFailed as failure:
        if failure.code == "Unimplemented":
            raise ProbeFailed(
                f"error: this server does not implement the grpc health protocol (grpc.health.v1.Health): {failure}"
            ) from None
        why = f"rpc error: code = {failure.code} desc = {failure}"
        raise ProbeFailed(f"error: health rpc probe failed: {why}") from None
    if status != "SERVING":
        raise ProbeFailed(f'service unhealthy (responded with "{status}")')


def _dial(target: str, number: int, error: NetworkError) -> str:
    why = "connect: connection refused" if isinstance(error, ConnectionRefused) else "i/o timeout"
    return f"dial tcp {target}:{number}: {why}"


def port_number(port: int | str, container: Object) -> int:
    """Return the number of a port that may be given by name.

    Raises:
        ProbeFailed: the container has no port of that name.
    """
    if isinstance(port, int):
        return port
    for declared in container.get("ports") or ():
        if declared.get("name") == port:
            number: int = declared["containerPort"]
            return number
    raise ProbeFailed(
        f'couldn\'t find port: {{"type":1,"intVal":0,"strVal":"{port}"}} in container: {container["name"]}'
    )


async def watch(
    probe: Object,
    run: Callable[[float], Awaitable[None]],
    on_change: Callable[[bool], None],
    on_failure: Callable[[str], None],
) -> None:
    """Probe again and again.

    Args:
        probe: the probe's spec.
        run: starts one attempt that may take some seconds.
        on_change: told of each verdict that a threshold has confirmed.
        on_failure: told of each failed attempt, with its message.
    """
    await asyncio.sleep(probe.get("initialDelaySeconds", 0))
    verdict: bool | None = None
    streak, last = 0, None
    while True:
        good = True
        try:
            await run(probe["timeoutSeconds"])
        except ProbeFailed as failure:
            good = False
            on_failure(str(failure))
        streak = streak + 1 if good == last else 1
        last = good
        if streak >= probe["successThreshold" if good else "failureThreshold"] and (verdict != good or not good):
            verdict = good
            on_change(good)
        await asyncio.sleep(probe["periodSeconds"])
