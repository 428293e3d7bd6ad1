"""Asking as somebody else: ``kubectl --as`` (k8s.io/apiserver/pkg/endpoints/filters/impersonation)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from aiohttp.web import Request

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.authentication import ALL_AUTHENTICATED, ANONYMOUS, User, named_account

from .attributes import Attributes
from .rbac import Rbac, is_unlimited

_PREFIX = "Impersonate-"
_USER, _GROUP, _UID, _EXTRA = "Impersonate-User", "Impersonate-Group", "Impersonate-Uid", "Impersonate-Extra-"


def impersonated(request: Request, user: User, rbac: Rbac) -> User:
    """Return whom a request is made as: whoever its headers name, and the user itself without them.

    Raises:
        ApiError: 403 without the right to impersonate, 400 for headers that name no user.
    """
    headers = request.headers
    if not any(key[: len(_PREFIX)].title() == _PREFIX for key in headers):
        return user
    name = headers.get(_USER, "")
    groups = tuple(headers.getall(_GROUP, ()))
    extra = _extra(request)
    uid = headers.get(_UID, "")
    if not name:
        raise errors.unexplained("requested impersonation of groups, a uid or extras without impersonating a user")
    if not is_unlimited(user):
        for asked in _needed(name, groups, uid, extra):
            rbac.check(user, asked)
    account = named_account(name)
    if account is not None and not groups:
        groups = account.groups
    everybody = ANONYMOUS.groups[0] if name == ANONYMOUS.name else ALL_AUTHENTICATED
    if not {everybody, *ANONYMOUS.groups} & set(groups):
        groups = (*groups, everybody)
    return User(name, groups, uid, extra)


def _extra(request: Request) -> dict[str, list[str]]:
    extra: dict[str, list[str]] = {}
    for key, value in request.headers.items():
        if key.title().startswith(_EXTRA):
            extra.setdefault(unquote(key[len(_EXTRA) :]).lower(), []).append(value)
    return extra


def _needed(name: str, groups: tuple[str, ...], uid: str, extra: dict[str, list[str]]) -> Iterator[Attributes]:
    """Yield the rights that it takes to ask as somebody."""
    account = named_account(name)
    if account is not None:
        _, _, namespace, plain = name.split(":")
        yield Attributes("impersonate", "", "serviceaccounts", namespace=namespace, name=plain)
    else:
        yield Attributes("impersonate", "", "users", name=name)
    for group in groups:
        yield Attributes("impersonate", "", "groups", name=group)
    own = "authentication.k8s.io"
    for key, values in extra.items():
        for value in values:
            yield Attributes("impersonate", own, "userextras", key, name=value)
    if uid:
        yield Attributes("impersonate", own, "uids", name=uid)
