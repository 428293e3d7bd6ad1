"""Logs of containers, as text; ``follow`` streams them."""

from __future__ import annotations

import contextlib
import datetime
import time
from collections.abc import AsyncIterator

from aiohttp import web

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.endpoints.requests import boolean, number
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object

from .kubelets import Kubelets
from .targets import container_of, kubelet_of


async def pod_log(
    request: web.Request, registry: Registry, kubelets: Kubelets, namespace: str, name: str
) -> web.StreamResponse:
    """``GET pods/NAME/log``"""
    since = _since(request, name)
    tail, limit = number(request, "tailLines"), number(request, "limitBytes")
    pod = registry.get("pods", namespace, name)
    container = container_of(pod, request.query.get("container", ""))
    if not pod["spec"].get("nodeName"):
        return web.Response(status=204, headers={"Cache-Control": "no-cache, private"})
    previous = boolean(request, "previous")
    lines = kubelet_of(kubelets, pod).logs(
        namespace,
        name,
        container,
        follow=boolean(request, "follow"),
        tail=tail,
        previous=previous,
        since=since,
        timestamps=boolean(request, "timestamps"),
        limit=limit,
    )
    if lines is None:
        if previous:
            raise errors.bad_request(f'previous terminated container "{container}" in pod "{name}" not found')
        raise errors.bad_request(f'container "{container}" in pod "{name}" is waiting to start: {_why(pod, container)}')
    return await _send(request, lines)


def _since(request: web.Request, name: str) -> float | None:
    """Check the options as the real server does, and return the Unix time from which on lines are wanted.

    Raises:
        ApiError: 400 for what cannot be read, 422 for what makes no sense.
    """
    seconds, moment = number(request, "sinceSeconds"), request.query.get("sinceTime")
    causes = []
    for option, least in (("tailLines", 0), ("limitBytes", 1)):
        value = number(request, option)
        if value is not None and value < least:
            causes.append(
                errors.invalid_value(option, value, f"must be greater than {'or equal to 0' if least == 0 else '0'}")
            )
    if seconds is not None and moment:
        causes.append(errors.forbidden_field("[]", "at most one of `sinceTime` or `sinceSeconds` may be specified"))
    elif seconds is not None and seconds < 1:
        causes.append(errors.invalid_value("sinceSeconds", seconds, "must be greater than 0"))
    if "stream" in request.query:
        causes.append(errors.forbidden_field("stream", "may not be specified"))
    if causes:
        raise errors.invalid("PodLogOptions", name, causes)
    if seconds is not None:
        return time.time() - seconds
    return _moment(moment) if moment else None


def _moment(text: str) -> float:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise errors.bad_request(
            f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00": cannot parse "{text}" as "2006"'
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()


async def _send(request: web.Request, lines: AsyncIterator[bytes]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/plain"})
    if request.version >= (1, 1):
        response.enable_chunked_encoding()
    # A client that goes has seen enough.
    with contextlib.suppress(ConnectionError):
        await response.prepare(request)
        async for line in lines:
            await response.write(line)
        await response.write_eof()
    return response


def _why(pod: Object, container: str) -> str:
    status = pod.get("status") or {}
    for part in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
        for item in status.get(part) or ():
            waiting = (item.get("state") or {}).get("waiting") if item["name"] == container else None
            if waiting is not None:
                reason = str(waiting.get("reason") or "ContainerCreating")
                return {
                    "ErrImagePull": "image can't be pulled",
                    "ImagePullBackOff": "trying and failing to pull image",
                }.get(reason, reason)
    return "ContainerCreating"
