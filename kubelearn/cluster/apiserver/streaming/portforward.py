"""Port-forward: bytes from the client's machine to a port of a pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from .. import errors
from ..registry import Registry

if TYPE_CHECKING:
    from .kubelets import Kubelets


async def portforward_pod(request: web.Request, registry: Registry, kubelets: Kubelets, namespace: str, name: str) -> web.StreamResponse:
    """``GET pods/NAME/portforward``"""
    registry.get("pods", namespace, name)
    raise errors.ApiError(501, "NotImplemented", "port-forward is not available on this cluster yet; use kubectl proxy, kubectl exec or a NodePort")
