"""Secrets that are to hold a service account's token."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from kubelearn.cluster.apiserver.authentication import ISSUER, InvalidTokenError, Tokens
from kubelearn.cluster.controllers.framework.informer import Informers
from kubelearn.cluster.controllers.serviceaccount.tokens import TYPE, TokensController
from kubelearn.cluster.meta import Object, thaw
from tests.unit.fakes import World

pytestmark = pytest.mark.asyncio
_NAME = "kubernetes.io/service-account.name"


class TokensWorld(World):
    """A world with tokens, and an account ``robot``."""

    def __init__(self) -> None:
        super().__init__(self._controller)
        self.registry.create("serviceaccounts", "course", {"metadata": {"name": "robot"}})

    def _controller(self, informers: Informers) -> TokensController:
        self.tokens = Tokens(informers.registry)
        return TokensController(informers, self.tokens, "the authority")

    def secret(self, account: str = "robot") -> Object | None:
        metadata = {"name": "robot-token", "annotations": {_NAME: account}}
        self.registry.create("secrets", "course", {"metadata": metadata, "type": TYPE})
        self.settle()
        return self.found()

    def found(self) -> Object | None:
        return self.registry.find("secrets", "course", "robot-token")


@pytest.fixture
def world() -> Iterator[TokensWorld]:
    with TokensWorld() as world:
        yield world


def _decoded(secret: Object | None) -> dict[str, str]:
    assert secret is not None
    return {key: base64.b64decode(text).decode() for key, text in secret["data"].items()}


async def test_it_is_filled(world: TokensWorld) -> None:
    data = _decoded(world.secret())
    assert (data["ca.crt"], data["namespace"]) == ("the authority", "course")
    assert world.tokens.user_of(data["token"], (ISSUER,)).name == "system:serviceaccount:course:robot"
    secret = world.found()
    account = world.registry.get("serviceaccounts", "course", "robot")
    assert secret is not None
    assert secret["metadata"]["annotations"]["kubernetes.io/service-account.uid"] == account["metadata"]["uid"]


async def test_what_is_taken_out_comes_back(world: TokensWorld) -> None:
    before = _decoded(world.secret())
    secret = thaw(world.found())
    del secret["data"]["token"]
    world.registry.update("secrets", "course", secret)
    world.settle()
    assert _decoded(world.found()).keys() == before.keys()


async def test_nobodys_secret_goes(world: TokensWorld) -> None:
    assert world.secret("nosuch") is None


async def test_it_goes_with_its_account_and_the_token_with_it(world: TokensWorld) -> None:
    token = _decoded(world.secret())["token"]
    world.registry.delete("serviceaccounts", "course", "robot")
    world.settle()
    assert world.found() is None
    with pytest.raises(InvalidTokenError):
        world.tokens.user_of(token, (ISSUER,))


async def test_a_token_ends_with_its_secret(world: TokensWorld) -> None:
    token = _decoded(world.secret())["token"]
    world.registry.delete("secrets", "course", "robot-token")
    with pytest.raises(InvalidTokenError):
        world.tokens.user_of(token, (ISSUER,))


async def test_other_secrets_are_left_alone(world: TokensWorld) -> None:
    world.registry.create("secrets", "course", {"metadata": {"name": "robot-token"}, "type": "Opaque"})
    world.settle()
    secret = world.found()
    assert secret is not None
    assert "data" not in secret
