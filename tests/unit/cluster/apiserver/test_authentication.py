"""Whose a token is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from kubelearn.cluster.apiserver import authentication
from kubelearn.cluster.apiserver.authentication import (
    ADMINISTRATOR,
    ANONYMOUS,
    ISSUER,
    InvalidTokenError,
    TokenRequest,
    Tokens,
    named_account,
)
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object
from tests.objects import pod
from tests.unit.cluster.apiserver.authorization.roles import registry


def _account(objects: Registry) -> Object:
    return objects.create("serviceaccounts", "x", {"metadata": {"name": "reader"}})


def _token(objects: Registry, tokens: Tokens, **wanted: Any) -> str:
    request = {"account": _account(objects), "seconds": 600, **wanted}
    return tokens.issue(TokenRequest(**request))[0]


def test_who_brings_which_header() -> None:
    tokens = Tokens(registry())
    assert tokens.authenticate(None) is ANONYMOUS
    assert tokens.authenticate(f"Bearer {tokens.administrator}") is ADMINISTRATOR
    for header in (
        "Bearer",
        "Bearer ",
        f"Basic {tokens.administrator}",
        "Bearer wrong",
        "Bearer a.b.c",
        "Bearer é.é.é",
    ):
        with pytest.raises(ApiError) as refused:
            tokens.authenticate(header)
        assert refused.value.code == 401


def test_a_service_account() -> None:
    objects = registry()
    tokens = Tokens(objects)
    user = tokens.authenticate(f"Bearer {_token(objects, tokens)}")
    assert user.name == "system:serviceaccount:x:reader"
    assert user.groups == ("system:serviceaccounts", "system:serviceaccounts:x", "system:authenticated")
    assert user.uid == objects.get("serviceaccounts", "x", "reader")["metadata"]["uid"]
    assert list(user.extra) == ["authentication.kubernetes.io/credential-id"]


def test_a_token_of_a_pod_names_it() -> None:
    objects = registry()
    tokens = Tokens(objects)
    web = objects.create("pods", "x", pod("web", serviceAccountName="default"))
    user = tokens.authenticate(f"Bearer {_token(objects, tokens, bound=web)}")
    assert user.extra["authentication.kubernetes.io/pod-name"] == ["web"]
    assert user.extra["authentication.kubernetes.io/pod-uid"] == [web["metadata"]["uid"]]


@pytest.mark.parametrize(
    "change",
    [
        lambda objects: objects.delete("serviceaccounts", "x", "reader"),
        lambda objects: (objects.delete("serviceaccounts", "x", "reader"), _account(objects)),
        lambda objects: objects.delete("pods", "x", "web", grace_period=0),
    ],
    ids=["account gone", "another account of the name", "pod gone"],
)
def test_a_token_ends_with_what_it_is_bound_to(change: Callable[[Registry], object]) -> None:
    objects = registry()
    tokens = Tokens(objects)
    web = objects.create("pods", "x", pod("web", serviceAccountName="default"))
    token = _token(objects, tokens, bound=web)
    assert tokens.user_of(token, (ISSUER,))
    change(objects)
    with pytest.raises(InvalidTokenError, match="not found"):
        tokens.user_of(token, (ISSUER,))


def test_a_token_ends_with_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    objects = registry()
    tokens = Tokens(objects)
    token = _token(objects, tokens)
    now = time.time()
    monkeypatch.setattr(authentication.time, "time", lambda: now + 700)
    with pytest.raises(InvalidTokenError, match="expired"):
        tokens.user_of(token, (ISSUER,))


def test_a_token_for_others_does_not_open_the_api() -> None:
    objects = registry()
    tokens = Tokens(objects)
    token = _token(objects, tokens, audiences=("vault",))
    assert tokens.user_of(token, ("vault", "other")).name == "system:serviceaccount:x:reader"
    with pytest.raises(InvalidTokenError, match="audiences"):
        tokens.user_of(token, (ISSUER,))


def test_another_clusters_token_is_none() -> None:
    objects = registry()
    with pytest.raises(InvalidTokenError):
        Tokens(objects).user_of(_token(objects, Tokens(objects)), (ISSUER,))


@pytest.mark.parametrize("name", ["jane", "system:serviceaccount:x", "system:serviceaccount::a", "a:x:y", ""])
def test_usernames_that_are_no_accounts(name: str) -> None:
    assert named_account(name) is None
