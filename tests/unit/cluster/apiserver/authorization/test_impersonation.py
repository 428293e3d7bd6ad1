"""Asking as somebody else."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from kubelearn.cluster.apiserver.authentication import ADMINISTRATOR, User
from kubelearn.cluster.apiserver.authorization.impersonation import impersonated
from kubelearn.cluster.apiserver.authorization.rbac import Rbac
from kubelearn.cluster.apiserver.errors import ApiError

from .roles import JANE, bind, registry, role, rule


def _as(user: User, rbac: Rbac, *headers: tuple[str, str]) -> User:
    return impersonated(make_mocked_request("GET", "/", [("Accept", "*/*"), *headers]), user, rbac)


@pytest.mark.parametrize(
    ("headers", "name", "groups"),
    [
        ([("Impersonate-User", "jane")], "jane", ["system:authenticated"]),
        (
            [("impersonate-user", "jane"), ("Impersonate-Group", "dev"), ("Impersonate-Group", "ops")],
            "jane",
            ["dev", "ops", "system:authenticated"],
        ),
        (
            [("Impersonate-User", "system:serviceaccount:x:reader")],
            "system:serviceaccount:x:reader",
            ["system:serviceaccounts", "system:serviceaccounts:x", "system:authenticated"],
        ),
        (
            [("Impersonate-User", "system:serviceaccount:x:reader"), ("Impersonate-Group", "dev")],
            "system:serviceaccount:x:reader",
            ["dev", "system:authenticated"],
        ),
        ([("Impersonate-User", "system:serviceaccount:x")], "system:serviceaccount:x", ["system:authenticated"]),
        ([("Impersonate-User", "system:anonymous")], "system:anonymous", ["system:unauthenticated"]),
    ],
)
def test_who_it_is_then(headers: list[tuple[str, str]], name: str, groups: list[str]) -> None:
    found = _as(ADMINISTRATOR, Rbac(registry()), *headers)
    assert (found.name, list(found.groups)) == (name, groups)


def test_without_headers_it_is_who_asks() -> None:
    assert _as(JANE, Rbac(registry())) is JANE


def test_uid_and_extras_are_taken() -> None:
    headers = [("Impersonate-Uid", "1"), ("Impersonate-Extra-Scopes", "a"), ("Impersonate-Extra-Scopes", "b")]
    found = _as(ADMINISTRATOR, Rbac(registry()), ("Impersonate-User", "jane"), *headers)
    assert (found.uid, found.extra) == ("1", {"scopes": ["a", "b"]})


@pytest.mark.parametrize("header", ["Impersonate-Group", "Impersonate-Uid", "Impersonate-Extra-Scopes"])
def test_nobody_is_not_somebody(header: str) -> None:
    with pytest.raises(ApiError) as refused:
        _as(ADMINISTRATOR, Rbac(registry()), (header, "dev"))
    assert refused.value.code == 400


def test_it_takes_the_right_to_impersonate_each_part() -> None:
    objects = registry()
    role(objects, "impersonator", rule("impersonate", "users", names="joe"))
    bind(objects, "impersonator", "ClusterRole/impersonator", "User/jane")
    rbac = Rbac(objects)
    assert _as(JANE, rbac, ("Impersonate-User", "joe")).name == "joe"
    for headers, what in (
        ([("Impersonate-User", "ann")], 'users "ann" is forbidden: User "jane" cannot impersonate resource "users"'),
        ([("Impersonate-User", "joe"), ("Impersonate-Group", "g")], 'cannot impersonate resource "groups"'),
        ([("Impersonate-User", "joe"), ("Impersonate-Uid", "1")], 'cannot impersonate resource "uids"'),
        ([("Impersonate-User", "joe"), ("Impersonate-Extra-a", "1")], 'impersonate resource "userextras/a"'),
        ([("Impersonate-User", "system:serviceaccount:x:r")], 'resource "serviceaccounts" in API group "" in the'),
    ):
        with pytest.raises(ApiError) as refused:
            _as(JANE, rbac, *headers)
        assert (refused.value.code, what in refused.value.message) == (403, True)
