"""Probes: is a container started, alive, ready? (K/pkg/kubelet/prober)"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object
from kubelearn.cluster.network import NetworkError, grpc

from . import actions
from .actions import Target
from .runtime import StartError


class ProbeFailed(Exception):
    """A probe that did not succeed; the text is what the Unhealthy event says."""


class ProbeErrored(Exception):
    """A probe that could not be carried out, which says nothing of the container; the text is the event's."""


async def attempt(probe: Object, target: Target, timeout: float) -> None:
    """Run one probe.

    Args:
        probe: has ``exec``, ``httpGet``, ``tcpSocket`` or ``grpc``.
        target: the container.
        timeout: seconds.

    Raises:
        ProbeFailed: it did not succeed.
        ProbeErrored: it could not be carried out.
    """
    try:
        if probe.get("exec"):
            await _exec(probe["exec"]["command"], target, timeout)
        elif probe.get("httpGet"):
            status = (await actions.get(probe["httpGet"], target, "probe", timeout)).status
            if not 200 <= status < 400:
                raise ProbeFailed(f"HTTP probe failed with statuscode: {status}")
        elif probe.get("tcpSocket"):
            await _tcp(probe["tcpSocket"], target, timeout)
        elif probe.get("grpc"):
            await _grpc(probe["grpc"], target, timeout)
    except actions.Unanswered as error:
        raise ProbeFailed(str(error)) from None
    except actions.NotAPort as error:
        raise ProbeErrored(str(error)) from None


async def _exec(command: list[str], target: Target, timeout: float) -> None:
    try:
        async with asyncio.timeout(timeout):
            ended = await actions.run_command(command, target)
    except TimeoutError:
        raise ProbeFailed(f'command timed out: "{" ".join(command)}" timed out after {timeout:g}s') from None
    except StartError as error:
        raise ProbeErrored(f"rpc error: code = Unknown desc = {error}") from None
    if ended.code:
        raise ProbeFailed(f"{ended.output}{ended.errors}".rstrip("\n"))


async def _tcp(action: Object, target: Target, timeout: float) -> None:
    host, number = action.get("host") or target.address, actions.port_number(action["port"], target.spec)
    try:
        (await target.host.connect(host, number, timeout=timeout)).close()
    except NetworkError as error:
        raise ProbeFailed(actions.not_connected(host, number, error)) from None


async def _grpc(action: Object, target: Target, timeout: float) -> None:
    """Ask for a server's health (K/pkg/probe/grpc/grpc.go)."""
    server = f"{target.address}:{action['port']}"
    try:
        async with asyncio.timeout(timeout):
            connection = await target.host.connect(target.address, action["port"], timeout=timeout)
            try:
                status = await grpc.health(connection, action.get("service") or "", f"kube-probe/{meta.MINOR_VERSION}")
            finally:
                connection.close()
    except (TimeoutError, NetworkError, grpc.NotGrpc):
        raise ProbeFailed(
            f'timeout: failed to connect service "{server}" within {timeout:g}s: context deadline exceeded'
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


async def watch(
    probe: Object,
    run: Callable[[float], Awaitable[None]],
    on_change: Callable[[bool], bool],
    report: Callable[[str], None],
) -> None:
    """Probe again and again, until there is nothing more to find out.

    Args:
        probe: the probe's spec.
        run: starts one attempt that may take some seconds.
        on_change: told of each verdict that a threshold has confirmed; returns whether to go on.
        report: told of each attempt that has failed, and of each that could not be carried out and does not count.
    """
    await asyncio.sleep(probe.get("initialDelaySeconds", 0))
    verdict: bool | None = None
    streak, last = 0, None
    while True:
        good: bool | None = True
        try:
            await run(probe["timeoutSeconds"])
        except ProbeFailed as failure:
            good = False
            report(f"failed: {failure}")
        except ProbeErrored as error:
            good = None
            report(f"errored and resulted in unknown state: {error}")
        if good is not None:
            streak = streak + 1 if good == last else 1
            last = good
            if streak >= probe["successThreshold" if good else "failureThreshold"] and (verdict != good or not good):
                verdict = good
                if not on_change(good):
                    return
        await asyncio.sleep(probe["periodSeconds"])
