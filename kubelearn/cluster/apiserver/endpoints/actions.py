"""Posts that create no object of the kind they bring: reviews, tokens, bindings and evictions."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.authentication import Tokens, User
from kubelearn.cluster.apiserver.authorization.rbac import Rbac
from kubelearn.cluster.apiserver.options import WriteOptions
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.serializer import bodies
from kubelearn.cluster.meta import Object

from . import eviction, podactions, reviews, tokens
from .requests import Target, write_options
from .responses import reply

_SUBRESOURCES = ("binding", "eviction", "token")


@dataclass(frozen=True, slots=True)
class Means:
    """What actions act by."""

    registry: Registry
    tokens: Tokens


def is_action(method: str, target: Target) -> bool:
    """Return whether a request is one of these."""
    if method != "POST":
        return False
    resource = target.resource
    return target.subresource in _SUBRESOURCES or resource.kind in reviews.KINDS or resource.plural == "bindings"


async def answer(request: web.Request, target: Target, user: User, means: Means) -> web.Response:
    """Do what the body asks for, and answer with 201.

    Raises:
        ApiError: 400 for a body that is none of its kind or has another name than the URL; what the action says.
    """
    kind, api_version = _body_kind(target)
    options = write_options(request)
    body = {"apiVersion": api_version, **await bodies.receive(request, api_version, kind, options)}
    if kind in reviews.KINDS:
        question = reviews.Question(body, user, target.namespace, Rbac(means.registry), means.tokens)
        done = reviews.answer(kind, question, options.manager)
    elif target.subresource == "token":
        done = tokens.answer(means.registry, means.tokens, target.namespace, target.name, body)
    else:
        done = _move_pod(means.registry, target, kind, body, options)
    return reply(done, 201)


def _body_kind(target: Target) -> tuple[str, str]:
    """Return kind and apiVersion of what the body must be; a subresource has its own."""
    resource = target.resource
    if not target.subresource:
        return resource.kind, resource.api_version
    kind, group, version, _ = resource.subresources[target.subresource]
    return kind, f"{group}/{version}" if group else version


def _move_pod(registry: Registry, target: Target, kind: str, body: Object, options: WriteOptions) -> Object:
    """Bind or evict the pod that the body names; so must the URL, if it has a name at all."""
    name = (body.get("metadata") or {}).get("name", "")
    if target.name and name != target.name:
        raise errors.bad_request(f"name in URL does not match name in {kind} object")
    if target.subresource == "eviction":
        return eviction.evict(registry, target.namespace, name, body, options)
    return podactions.bind(registry, target.namespace, name, body, dry_run=options.dry_run)
