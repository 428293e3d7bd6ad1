"""Who may do what: the anonymous user next to nothing, whoever has a token everything (docs/limits.md)."""

from __future__ import annotations

from aiohttp import web

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.authentication import ANONYMOUS, PUBLIC, User

from .requests import METHODS, Target


def check(user: User, request: web.Request, target: Target | None) -> None:
    """Refuse the anonymous user, but for the public paths.

    Args:
        target: what the path names; None when that is no resource.

    Raises:
        ApiError: 403 in the words of k8s.io/apiserver's ForbiddenStatusError.
    """
    if user is not ANONYMOUS or request.path in PUBLIC:
        return
    if target is None:
        text = f'forbidden: User "{user.name}" cannot {request.method.lower()} path "{request.path}"'
        raise errors.ApiError(403, "Forbidden", text, {})
    resource = target.resource
    verb = "list" if request.method == "GET" and not target.name else METHODS.get(request.method, "get")
    what = f"{resource.plural}/{target.subresource}" if target.subresource else resource.plural
    where = f'in the namespace "{target.namespace}"' if target.namespace else "at the cluster scope"
    why = f'User "{user.name}" cannot {verb} resource "{what}" in API group "{resource.group}" {where}'
    raise errors.forbidden(resource.plural, target.name, why, resource.group)
