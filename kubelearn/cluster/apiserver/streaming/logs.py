"""Logs of containers, as text; ``follow`` streams them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from aiohttp import web

from ... import meta
from .. import errors
from ..registry import Registry
from ..requests import boolean, number
from .targets import container_of

if TYPE_CHECKING:
    from .kubelets import Kubelets


async def pod_log(request: web.Request, registry: Registry, kubelets: Kubelets, namespace: str, name: str) -> web.StreamResponse:
    """``GET pods/NAME/log``"""
    pod = registry.get("pods", namespace, name)
    container = container_of(pod, request.query.get("container", ""))
    node = pod["spec"].get("nodeName")
    if not node:
        return web.Response(text="")
    seconds, since = number(request, "sinceSeconds"), request.query.get("sinceTime")
    start = time.time() - seconds if seconds is not None else meta.seconds_of(since) if since else None
    previous = boolean(request, "previous")
    lines = kubelets[node].logs(
        namespace, name, container, follow=boolean(request, "follow"), tail=number(request, "tailLines"), previous=previous,
        since=start, timestamps=boolean(request, "timestamps"), limit=number(request, "limitBytes"))
    if lines is None:
        if previous:
            raise errors.bad_request(f'previous terminated container "{container}" in pod "{name}" not found')
        raise errors.bad_request(f'container "{container}" in pod "{name}" is waiting to start: {_why(pod, container)}')
    response = web.StreamResponse(headers={"Content-Type": "text/plain"})
    response.enable_chunked_encoding()
    await response.prepare(request)
    try:
        async for line in lines:
            await response.write(line)
        await response.write_eof()
    except ConnectionResetError:
        pass  # the reader has seen enough
    return response


def _why(pod: meta.Object, container: str) -> str:
    status = pod.get("status") or {}
    for item in (*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ())):
        if item["name"] == container and "waiting" in item["state"]:
            reason: str = item["state"]["waiting"].get("reason", "ContainerCreating")
            return "trying and failing to pull image" if reason in ("ErrImagePull", "ImagePullBackOff") else reason
    return "ContainerCreating"
